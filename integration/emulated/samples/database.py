"""Databases."""

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample

SAMPLES: dict[str, Sample] = {
    "db-subnets": Sample(
        "aws:rds/subnetGroup:SubnetGroup",
        {"subnetIds": [Of("subnet-a", "id"), Of("subnet-b", "id")], "tags": TAGS},
    ),
    "db-parameters": Sample(
        "aws:rds/parameterGroup:ParameterGroup",
        {
            "family": "postgres16",
            "parameters": [{"name": "rds.force_ssl", "value": "1"}],
            "tags": TAGS,
        },
    ),
    "db": Sample(
        "aws:rds/instance:Instance",
        {
            "engine": "postgres",
            "engineVersion": "16.4",
            "instanceClass": "db.t4g.medium",
            "allocatedStorage": 50,
            "maxAllocatedStorage": 200,
            "storageType": "gp3",
            "storageEncrypted": True,
            "kmsKeyId": Of("key", "arn"),
            "multiAz": True,
            "dbName": "chat",
            "username": "chat",
            "manageMasterUserPassword": True,
            "dbSubnetGroupName": Of("db-subnets", "name"),
            "parameterGroupName": Of("db-parameters", "name"),
            "vpcSecurityGroupIds": [Of("group", "id")],
            "backupRetentionPeriod": 7,
            "backupWindow": "03:00-04:00",
            "maintenanceWindow": "Mon:04:00-Mon:05:00",
            "performanceInsightsEnabled": True,
            "enabledCloudwatchLogsExports": ["postgresql"],
            "skipFinalSnapshot": True,
            "tags": TAGS,
        },
        {"backupRetentionPeriod": 14, "tags": RETAGGED},
    ),
    "db-own": Sample(
        "aws:rds/instance:Instance",
        {
            "engine": "postgres",
            "instanceClass": "db.r6g.large",
            "allocatedStorage": 50,
            "storageType": "gp3",
            "storageEncrypted": True,
            "kmsKeyId": Of("key", "arn"),
            "username": "chat",
            "passwordWo": "never-to-be-told",
            "passwordWoVersion": 1,
            "dbSubnetGroupName": Of("db-subnets", "name"),
            "vpcSecurityGroupIds": [Of("group", "id")],
            "backupRetentionPeriod": 7,
            "skipFinalSnapshot": True,
        },
        {"passwordWo": "another-never-to-be-told", "passwordWoVersion": 2},
    ),
    "db-replica": Sample(
        "aws:rds/instance:Instance",
        {
            "replicateSourceDb": Of("db-own", "identifier"),
            "instanceClass": "db.r6g.xlarge",
            "storageEncrypted": True,
            "storageType": "gp3",
            "vpcSecurityGroupIds": [Of("group-inline", "id")],
            "parameterGroupName": Of("db-parameters", "name"),
            "performanceInsightsEnabled": True,
            "copyTagsToSnapshot": True,
            "monitoringInterval": 60,
            "monitoringRoleArn": Of("role", "arn"),
            "skipFinalSnapshot": True,
            "tags": TAGS,
        },
        {"instanceClass": "db.r6g.2xlarge"},
    ),
    "proxy": Sample(
        "aws:rds/proxy:Proxy",
        {
            "engineFamily": "POSTGRESQL",
            "roleArn": Of("role", "arn"),
            "requireTls": True,
            "idleClientTimeout": 1800,
            "vpcSubnetIds": [Of("subnet-a", "id"), Of("subnet-b", "id")],
            "vpcSecurityGroupIds": [Of("group", "id")],
            "auths": [
                {"authScheme": "SECRETS", "iamAuth": "DISABLED", "secretArn": Of("secret", "arn")}
            ],
            "tags": TAGS,
        },
        {"idleClientTimeout": 900, "debugLogging": True, "tags": RETAGGED},
    ),
    "proxy-targets": Sample(
        "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        {
            "dbProxyName": Of("proxy", "name"),
            "connectionPoolConfig": {"maxConnectionsPercent": 90, "maxIdleConnectionsPercent": 45},
        },
        {"connectionPoolConfig": {"maxConnectionsPercent": 80, "maxIdleConnectionsPercent": 40}},
    ),
    "proxy-target": Sample(
        "aws:rds/proxyTarget:ProxyTarget",
        {
            "dbProxyName": Of("proxy", "name"),
            "targetGroupName": Of("proxy-targets", "name"),
            "dbInstanceIdentifier": Of("db-own", "identifier"),
        },
    ),
}
