"""One sample of each resource type that has an offline life, as a program would give it.

A value `Of("vpc", "id")` is an output of another sample.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias

from toolchain.offline_aws.wire import Value


@dataclass(frozen=True)
class Of:
    """An output of another sample."""

    sample: str
    output: str


@dataclass(frozen=True)
class Json:
    """A JSON document of other samples' outputs."""

    document: Given


Given: TypeAlias = "Value | Of | Json | list[Given] | dict[str, Given]"


@dataclass(frozen=True)
class Sample:
    """A resource: its type and inputs; `change` alters what can change in place."""

    type: str
    inputs: dict[str, Given]
    change: dict[str, Given] | None = None


def _policy(action: str, principal: str | None = None) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    if principal:
        statement = {"Effect": "Allow", "Action": action, "Principal": {"Service": principal}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


_TAGS: dict[str, Given] = {"Name": "sample", "system": "test"}
_RETAGGED: dict[str, Given] = {"Name": "changed", "owner": "test"}
_CONTAINERS = json.dumps(
    [
        {
            "name": "app",
            "image": "example/app:1",
            "essential": True,
            "portMappings": [{"containerPort": 3000, "protocol": "tcp"}],
            "environment": [{"name": "A", "value": "b"}],
        }
    ]
)

SAMPLES: dict[str, Sample] = {
    "vpc": Sample(
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": _TAGS},
        {"tags": _RETAGGED, "enableDnsHostnames": False},
    ),
    "subnet-a": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": Of("vpc", "id"),
            "cidrBlock": "10.0.0.0/24",
            "availabilityZone": "eu-west-1a",
            "mapPublicIpOnLaunch": True,
            "tags": _TAGS,
        },
        {"mapPublicIpOnLaunch": False},
    ),
    "subnet-b": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": Of("vpc", "id"),
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "eu-west-1b",
        },
    ),
    "gateway": Sample(
        "aws:ec2/internetGateway:InternetGateway",
        {"vpcId": Of("vpc", "id"), "tags": _TAGS},
        {"tags": _RETAGGED},
    ),
    "route-table": Sample(
        "aws:ec2/routeTable:RouteTable", {"vpcId": Of("vpc", "id"), "tags": _TAGS}
    ),
    "route-table-inline": Sample(
        "aws:ec2/routeTable:RouteTable",
        {
            "vpcId": Of("vpc", "id"),
            "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": Of("gateway", "id")}],
        },
        {"routes": [{"cidrBlock": "10.9.0.0/16", "gatewayId": Of("gateway", "id")}]},
    ),
    "route": Sample(
        "aws:ec2/route:Route",
        {
            "routeTableId": Of("route-table", "id"),
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": Of("gateway", "id"),
        },
    ),
    "route-table-association": Sample(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": Of("route-table", "id"), "subnetId": Of("subnet-a", "id")},
    ),
    "address": Sample("aws:ec2/eip:Eip", {"domain": "vpc", "tags": _TAGS}, {"tags": _RETAGGED}),
    "nat": Sample(
        "aws:ec2/natGateway:NatGateway",
        {"allocationId": Of("address", "id"), "subnetId": Of("subnet-a", "id"), "tags": _TAGS},
    ),
    "endpoint": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": Of("vpc", "id"),
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": [Of("route-table", "id")],
        },
    ),
    "endpoint-interface": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": Of("vpc", "id"),
            "serviceName": "com.amazonaws.eu-west-1.logs",
            "vpcEndpointType": "Interface",
            "privateDnsEnabled": True,
            "subnetIds": [Of("subnet-a", "id")],
            "securityGroupIds": [Of("group", "id")],
        },
    ),
    "group": Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        {"vpcId": Of("vpc", "id"), "description": "A sample", "tags": _TAGS},
        {"tags": _RETAGGED},
    ),
    "group-inline": Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "vpcId": Of("vpc", "id"),
            "ingress": [
                {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["0.0.0.0/0"]}
            ],
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
        },
        {
            "ingress": [
                {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}
            ],
        },
    ),
    "default-group": Sample(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": Of("vpc", "id")}
    ),
    "ingress-rule": Sample(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": Of("group", "id"),
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "0.0.0.0/0",
            "description": "HTTPS",
        },
        {"fromPort": 444, "toPort": 444},
    ),
    "egress-rule": Sample(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {
            "securityGroupId": Of("group", "id"),
            "ipProtocol": "-1",
            "referencedSecurityGroupId": Of("group-inline", "id"),
        },
    ),
    "old-rule": Sample(
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        {
            "type": "ingress",
            "securityGroupId": Of("group", "id"),
            "protocol": "tcp",
            "fromPort": 8080,
            "toPort": 8080,
            "cidrBlocks": ["10.0.0.0/8"],
        },
    ),
    "network-acl": Sample(
        "aws:ec2/networkAcl:NetworkAcl",
        {
            "vpcId": Of("vpc", "id"),
            "ingress": [
                {
                    "protocol": "tcp",
                    "ruleNo": 100,
                    "action": "allow",
                    "cidrBlock": "0.0.0.0/0",
                    "fromPort": 443,
                    "toPort": 443,
                }
            ],
        },
    ),
    "logs": Sample(
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/sample/logs", "retentionInDays": 30, "tags": _TAGS},
        {"retentionInDays": 90, "tags": _RETAGGED},
    ),
    "flow-log": Sample(
        "aws:ec2/flowLog:FlowLog",
        {
            "vpcId": Of("vpc", "id"),
            "trafficType": "ALL",
            "logDestinationType": "cloud-watch-logs",
            "logDestination": Of("logs", "arn"),
            "iamRoleArn": Of("role", "arn"),
            "maxAggregationInterval": 60,
        },
    ),
    "role": Sample(
        "aws:iam/role:Role",
        {
            "assumeRolePolicy": _policy("sts:AssumeRole", "ecs-tasks.amazonaws.com"),
            "description": "A sample",
            "tags": _TAGS,
        },
        {
            "assumeRolePolicy": _policy("sts:AssumeRole", "ec2.amazonaws.com"),
            "tags": _RETAGGED,
        },
    ),
    "role-inline": Sample(
        "aws:iam/role:Role",
        {
            "assumeRolePolicy": _policy("sts:AssumeRole", "ecs-tasks.amazonaws.com"),
            "inlinePolicies": [{"name": "one", "policy": _policy("s3:GetObject")}],
            "managedPolicyArns": [Of("policy", "arn")],
        },
        {"inlinePolicies": [{"name": "two", "policy": _policy("s3:PutObject")}]},
    ),
    "policy": Sample(
        "aws:iam/policy:Policy",
        {"policy": _policy("s3:GetObject"), "tags": _TAGS},
        {"policy": _policy("s3:PutObject")},
    ),
    "role-policy": Sample(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": Of("role", "name"), "policy": _policy("sqs:SendMessage")},
        {"policy": _policy("sqs:ReceiveMessage")},
    ),
    "attachment": Sample(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": Of("role", "name"), "policyArn": Of("policy", "arn")},
    ),
    "profile": Sample("aws:iam/instanceProfile:InstanceProfile", {"role": Of("role", "name")}),
    "key": Sample(
        "aws:kms/key:Key",
        {
            "description": "A sample",
            "enableKeyRotation": True,
            "deletionWindowInDays": 7,
            "tags": _TAGS,
        },
        {"description": "Changed", "tags": _RETAGGED},
    ),
    "key-alias": Sample("aws:kms/alias:Alias", {"targetKeyId": Of("key", "keyId")}),
    "bucket": Sample(
        "aws:s3/bucket:Bucket", {"forceDestroy": True, "tags": _TAGS}, {"tags": _RETAGGED}
    ),
    "bucket-policy": Sample(
        "aws:s3/bucketPolicy:BucketPolicy",
        {
            "bucket": Of("bucket", "id"),
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::156460612806:root"},
                            "Action": "s3:PutObject",
                            "Resource": "arn:aws:s3:::sample/*",
                        }
                    ],
                }
            ),
        },
    ),
    "bucket-block": Sample(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": Of("bucket", "id"), "blockPublicAcls": True, "blockPublicPolicy": True},
        {"ignorePublicAcls": True},
    ),
    "bucket-encryption": Sample(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
            "bucket": Of("bucket", "id"),
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
    ),
    "bucket-versioning": Sample(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": Of("bucket", "id"), "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    "bucket-lifecycle": Sample(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "bucket": Of("bucket", "id"),
            "rules": [{"id": "old", "status": "Enabled", "expiration": {"days": 30}}],
        },
    ),
    "bucket-ownership": Sample(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": Of("bucket", "id"), "rule": {"objectOwnership": "BucketOwnerEnforced"}},
    ),
    "bucket-logging": Sample(
        "aws:s3/bucketLogging:BucketLogging",
        {
            "bucket": Of("bucket", "id"),
            "targetBucket": Of("bucket", "id"),
            "targetPrefix": "log/",
        },
    ),
    "balancer": Sample(
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "subnets": [Of("subnet-a", "id"), Of("subnet-b", "id")],
            "securityGroups": [Of("group", "id")],
            "idleTimeout": 300,
            "dropInvalidHeaderFields": True,
            "accessLogs": {"bucket": Of("bucket", "id"), "enabled": True, "prefix": "alb"},
            "tags": _TAGS,
        },
        {"idleTimeout": 120, "tags": _RETAGGED},
    ),
    "target-group": Sample(
        "aws:lb/targetGroup:TargetGroup",
        {
            "port": 3000,
            "protocol": "HTTP",
            "targetType": "ip",
            "vpcId": Of("vpc", "id"),
            "deregistrationDelay": 60,
            "healthCheck": {"path": "/health", "matcher": "200", "interval": 15, "timeout": 5},
            "stickiness": {"type": "lb_cookie", "cookieDuration": 3600},
            "tags": _TAGS,
        },
        {"deregistrationDelay": 30, "healthCheck": {"path": "/ready", "matcher": "200-299"}},
    ),
    "certificate": Sample(
        "aws:acm/certificate:Certificate",
        {"domainName": "chat.example.com", "validationMethod": "DNS", "tags": _TAGS},
        {"tags": _RETAGGED},
    ),
    "certificate-validation": Sample(
        "aws:acm/certificateValidation:CertificateValidation",
        {"certificateArn": Of("certificate", "arn")},
    ),
    "https": Sample(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": Of("balancer", "arn"),
            "port": 443,
            "protocol": "HTTPS",
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "certificateArn": Of("certificate", "arn"),
            "defaultActions": [{"type": "forward", "targetGroupArn": Of("target-group", "arn")}],
            "tags": _TAGS,
        },
        {
            "defaultActions": [
                {
                    "type": "fixed-response",
                    "fixedResponse": {"contentType": "text/plain", "statusCode": "404"},
                }
            ]
        },
    ),
    "redirect": Sample(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": Of("balancer", "arn"),
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [
                {
                    "type": "redirect",
                    "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"},
                }
            ],
        },
    ),
    "rule": Sample(
        "aws:lb/listenerRule:ListenerRule",
        {
            "listenerArn": Of("https", "arn"),
            "priority": 10,
            "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
            "actions": [{"type": "forward", "targetGroupArn": Of("target-group", "arn")}],
        },
        {"priority": 20, "conditions": [{"pathPattern": {"values": ["/ws/*"]}}]},
    ),
    "zone": Sample(
        "aws:route53/zone:Zone", {"name": "example.com", "tags": _TAGS}, {"tags": _RETAGGED}
    ),
    "record": Sample(
        "aws:route53/record:Record",
        {
            "zoneId": Of("zone", "zoneId"),
            "name": "www.example.com",
            "type": "CNAME",
            "ttl": 60,
            "records": ["example.org"],
        },
        {"ttl": 120},
    ),
    "record-alias": Sample(
        "aws:route53/record:Record",
        {
            "zoneId": Of("zone", "zoneId"),
            "name": "chat",
            "type": "A",
            "aliases": [
                {
                    "name": Of("balancer", "dnsName"),
                    "zoneId": Of("balancer", "zoneId"),
                    "evaluateTargetHealth": True,
                }
            ],
        },
    ),
    "firewall": Sample(
        "aws:wafv2/webAcl:WebAcl",
        {
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "visibilityConfig": {
                "cloudwatchMetricsEnabled": True,
                "metricName": "sample",
                "sampledRequestsEnabled": True,
            },
            "rules": [
                {
                    "name": "common",
                    "priority": 1,
                    "overrideAction": {"none": {}},
                    "statement": {
                        "managedRuleGroupStatement": {
                            "name": "AWSManagedRulesCommonRuleSet",
                            "vendorName": "AWS",
                        }
                    },
                    "visibilityConfig": {
                        "cloudwatchMetricsEnabled": True,
                        "metricName": "common",
                        "sampledRequestsEnabled": True,
                    },
                }
            ],
            "tags": _TAGS,
        },
        {"defaultAction": {"block": {}}},
    ),
    "firewall-association": Sample(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        {"webAclArn": Of("firewall", "arn"), "resourceArn": Of("balancer", "arn")},
    ),
    "firewall-logging": Sample(
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        {"resourceArn": Of("firewall", "arn"), "logDestinationConfigs": [Of("logs", "arn")]},
    ),
    "cluster": Sample(
        "aws:ecs/cluster:Cluster",
        {"settings": [{"name": "containerInsights", "value": "enabled"}], "tags": _TAGS},
        {"settings": [{"name": "containerInsights", "value": "disabled"}]},
    ),
    "capacity": Sample(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        {
            "clusterName": Of("cluster", "name"),
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        },
    ),
    "task": Sample(
        "aws:ecs/taskDefinition:TaskDefinition",
        {
            "family": "sample",
            "cpu": "512",
            "memory": "1024",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": Of("role", "arn"),
            "taskRoleArn": Of("role", "arn"),
            "containerDefinitions": _CONTAINERS,
            "runtimePlatform": {
                "cpuArchitecture": "ARM64",
                "operatingSystemFamily": "LINUX",
            },
            "tags": _TAGS,
        },
        {"tags": _RETAGGED},
    ),
    "service": Sample(
        "aws:ecs/service:Service",
        {
            "cluster": Of("cluster", "arn"),
            "taskDefinition": Of("task", "arn"),
            "desiredCount": 2,
            "launchType": "FARGATE",
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "deploymentMaximumPercent": 200,
            "deploymentMinimumHealthyPercent": 100,
            "healthCheckGracePeriodSeconds": 60,
            "networkConfiguration": {
                "subnets": [Of("subnet-a", "id")],
                "securityGroups": [Of("group", "id")],
                "assignPublicIp": False,
            },
            "loadBalancers": [
                {
                    "targetGroupArn": Of("target-group", "arn"),
                    "containerName": "app",
                    "containerPort": 3000,
                }
            ],
            "tags": _TAGS,
        },
        {"desiredCount": 3},
    ),
    "scaling-target": Sample(
        "aws:appautoscaling/target:Target",
        {
            "serviceNamespace": "ecs",
            "resourceId": "service/sample/app",
            "scalableDimension": "ecs:service:DesiredCount",
            "minCapacity": 1,
            "maxCapacity": 4,
        },
        {"maxCapacity": 8},
    ),
    "scaling-policy": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            "policyType": "TargetTrackingScaling",
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 60,
                "scaleInCooldown": 120,
                "predefinedMetricSpecification": {
                    "predefinedMetricType": "ECSServiceAverageCPUUtilization"
                },
            },
        },
        {
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 70,
                "predefinedMetricSpecification": {
                    "predefinedMetricType": "ECSServiceAverageCPUUtilization"
                },
            },
        },
    ),
    "scaling-schedule": Sample(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        {
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "schedule": "cron(0 8 * * ? *)",
            "scalableTargetAction": {"minCapacity": 2, "maxCapacity": 4},
        },
    ),
    "repository": Sample(
        "aws:ecr/repository:Repository",
        {
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "forceDelete": True,
            "tags": _TAGS,
        },
        {"imageTagMutability": "MUTABLE"},
    ),
    "repository-lifecycle": Sample(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        {
            "repository": Of("repository", "name"),
            "policy": json.dumps(
                {
                    "rules": [
                        {
                            "rulePriority": 1,
                            "selection": {
                                "tagStatus": "untagged",
                                "countType": "imageCountMoreThan",
                                "countNumber": 5,
                            },
                            "action": {"type": "expire"},
                        }
                    ]
                }
            ),
        },
    ),
    "repository-policy": Sample(
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        {
            "repository": Of("repository", "name"),
            "policy": _policy("ecr:BatchGetImage", "ecs-tasks.amazonaws.com"),
        },
    ),
    "namespace": Sample(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        {"name": "internal.example", "vpc": Of("vpc", "id"), "tags": _TAGS},
    ),
    "discovery": Sample(
        "aws:servicediscovery/service:Service",
        {
            "name": "api",
            "dnsConfig": {
                "namespaceId": Of("namespace", "id"),
                "dnsRecords": [{"type": "A", "ttl": 10}],
            },
        },
    ),
    "db-subnets": Sample(
        "aws:rds/subnetGroup:SubnetGroup",
        {"subnetIds": [Of("subnet-a", "id"), Of("subnet-b", "id")], "tags": _TAGS},
    ),
    "db-parameters": Sample(
        "aws:rds/parameterGroup:ParameterGroup",
        {
            "family": "postgres16",
            "parameters": [{"name": "rds.force_ssl", "value": "1"}],
            "tags": _TAGS,
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
            "tags": _TAGS,
        },
        {"backupRetentionPeriod": 14, "tags": _RETAGGED},
    ),
    "cache-subnets": Sample(
        "aws:elasticache/subnetGroup:SubnetGroup",
        {"subnetIds": [Of("subnet-a", "id"), Of("subnet-b", "id")]},
    ),
    "cache-parameters": Sample(
        "aws:elasticache/parameterGroup:ParameterGroup",
        {
            "family": "redis7",
            "parameters": [{"name": "maxmemory-policy", "value": "allkeys-lru"}],
        },
    ),
    "cache": Sample(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {
            "description": "A sample",
            "engine": "redis",
            "engineVersion": "7.1",
            "nodeType": "cache.t4g.small",
            "numCacheClusters": 2,
            "automaticFailoverEnabled": True,
            "multiAzEnabled": True,
            "atRestEncryptionEnabled": True,
            "transitEncryptionEnabled": True,
            "authToken": "x" * 32,
            "subnetGroupName": Of("cache-subnets", "name"),
            "parameterGroupName": Of("cache-parameters", "name"),
            "securityGroupIds": [Of("group", "id")],
            "snapshotRetentionLimit": 5,
            "tags": _TAGS,
        },
        {"snapshotRetentionLimit": 7},
    ),
    "dead": Sample("aws:sqs/queue:Queue", {"messageRetentionSeconds": 1209600}),
    "queue": Sample(
        "aws:sqs/queue:Queue",
        {
            "visibilityTimeoutSeconds": 60,
            "sqsManagedSseEnabled": True,
            "receiveWaitTimeSeconds": 20,
            "tags": _TAGS,
        },
        {"visibilityTimeoutSeconds": 90, "tags": _RETAGGED},
    ),
    "fifo-queue": Sample(
        "aws:sqs/queue:Queue", {"fifoQueue": True, "contentBasedDeduplication": True}
    ),
    "queue-policy": Sample(
        "aws:sqs/queuePolicy:QueuePolicy",
        {
            "queueUrl": Of("queue", "url"),
            "policy": _policy("sqs:SendMessage", "sns.amazonaws.com"),
        },
    ),
    "redrive": Sample(
        "aws:sqs/redrivePolicy:RedrivePolicy",
        {
            "queueUrl": Of("queue", "url"),
            "redrivePolicy": Json({"deadLetterTargetArn": Of("dead", "arn"), "maxReceiveCount": 5}),
        },
    ),
    "redrive-allow": Sample(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        {
            "queueUrl": Of("dead", "url"),
            "redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"}),
        },
    ),
    "topic": Sample(
        "aws:sns/topic:Topic", {"displayName": "Alarms", "tags": _TAGS}, {"displayName": "Other"}
    ),
    "topic-policy": Sample(
        "aws:sns/topicPolicy:TopicPolicy",
        {
            "arn": Of("topic", "arn"),
            "policy": _policy("sns:Publish", "cloudwatch.amazonaws.com"),
        },
    ),
    "subscription": Sample(
        "aws:sns/topicSubscription:TopicSubscription",
        {
            "topic": Of("topic", "arn"),
            "protocol": "sqs",
            "endpoint": Of("queue", "arn"),
            "rawMessageDelivery": True,
        },
        {"rawMessageDelivery": False},
    ),
    "secret": Sample(
        "aws:secretsmanager/secret:Secret",
        {"description": "A sample", "recoveryWindowInDays": 0, "tags": _TAGS},
        {"description": "Changed", "tags": _RETAGGED},
    ),
    "secret-version": Sample(
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretId": Of("secret", "id"), "secretString": "not to be told"},
    ),
    "secret-policy": Sample(
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        {
            "secretArn": Of("secret", "arn"),
            "policy": _policy("secretsmanager:GetSecretValue", "ecs-tasks.amazonaws.com"),
        },
    ),
    "parameter": Sample(
        "aws:ssm/parameter:Parameter",
        {"name": "/sample/value", "type": "String", "value": "one", "tags": _TAGS},
        {"value": "two"},
    ),
    "vault": Sample("aws:backup/vault:Vault", {"tags": _TAGS}),
    "plan": Sample(
        "aws:backup/plan:Plan",
        {
            "rules": [
                {
                    "ruleName": "daily",
                    "targetVaultName": Of("vault", "name"),
                    "schedule": "cron(0 5 * * ? *)",
                    "lifecycle": {"deleteAfter": 35},
                }
            ],
            "tags": _TAGS,
        },
    ),
    "selection": Sample(
        "aws:backup/selection:Selection",
        {
            "planId": Of("plan", "id"),
            "iamRoleArn": Of("role", "arn"),
            "resources": [Of("db", "arn")],
        },
    ),
    "metric-filter": Sample(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        {
            "logGroupName": Of("logs", "name"),
            "pattern": "ERROR",
            "metricTransformation": {"name": "Errors", "namespace": "Sample", "value": "1"},
        },
        {"pattern": "FATAL"},
    ),
    "alarm": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "metricName": "CPUUtilization",
            "namespace": "AWS/ECS",
            "period": 60,
            "statistic": "Average",
            "threshold": 80,
            "alarmActions": [Of("topic", "arn")],
            "dimensions": {"ClusterName": "sample", "ServiceName": "api"},
            "treatMissingData": "notBreaching",
            "tags": _TAGS,
        },
        {"threshold": 90},
    ),
    "alarm-math": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "threshold": 5,
            "metricQueries": [
                {"id": "rate", "expression": "100*e/r", "label": "rate", "returnData": True},
                {
                    "id": "e",
                    "metric": {
                        "metricName": "HTTPCode_Target_5XX_Count",
                        "namespace": "AWS/ApplicationELB",
                        "period": 60,
                        "stat": "Sum",
                    },
                },
                {
                    "id": "r",
                    "metric": {
                        "metricName": "RequestCount",
                        "namespace": "AWS/ApplicationELB",
                        "period": 60,
                        "stat": "Sum",
                    },
                },
            ],
        },
    ),
    "composite": Sample(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {"alarmName": "sample-composite", "alarmRule": "TRUE"},
    ),
    "dashboard": Sample(
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "sample", "dashboardBody": json.dumps({"widgets": []})},
    ),
}
