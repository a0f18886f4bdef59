"""Clusters, services, images, and how services find each other."""

import json

from integration.emulated.samples.kinds import CONTAINERS, RETAGGED, TAGS, Of, Sample, policy

SAMPLES: dict[str, Sample] = {
    "cluster": Sample(
        "aws:ecs/cluster:Cluster",
        {"settings": [{"name": "containerInsights", "value": "enabled"}], "tags": TAGS},
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
            "containerDefinitions": CONTAINERS,
            "runtimePlatform": {
                "cpuArchitecture": "ARM64",
                "operatingSystemFamily": "LINUX",
            },
            "tags": TAGS,
        },
        {"tags": RETAGGED},
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
            "tags": TAGS,
        },
        {"desiredCount": 3},
    ),
    "repository": Sample(
        "aws:ecr/repository:Repository",
        {
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "forceDelete": True,
            "tags": TAGS,
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
            "policy": policy("ecr:BatchGetImage", "ecs-tasks.amazonaws.com"),
        },
    ),
    "namespace": Sample(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        {"name": "internal.example", "vpc": Of("vpc", "id"), "tags": TAGS},
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
    "http-namespace": Sample(
        "aws:servicediscovery/httpNamespace:HttpNamespace",
        {"description": "A sample", "tags": TAGS},
        {"tags": RETAGGED},
    ),
    "service-connected": Sample(
        "aws:ecs/service:Service",
        {
            "cluster": Of("cluster", "arn"),
            "taskDefinition": Of("task", "arn"),
            "desiredCount": 1,
            "networkConfiguration": {"subnets": [Of("subnet-a", "id")]},
            "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
            "serviceConnectConfiguration": {
                "enabled": True,
                "namespace": Of("http-namespace", "arn"),
                "services": [
                    {
                        "portName": "http",
                        "discoveryName": "api",
                        "clientAlias": [{"dnsName": "api", "port": 3000}],
                    }
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": Of("logs", "name")},
                },
            },
        },
        {
            "serviceConnectConfiguration": {
                "enabled": True,
                "namespace": Of("http-namespace", "arn"),
            }
        },
    ),
}
