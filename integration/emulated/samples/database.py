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
}
