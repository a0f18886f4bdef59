"""Caches."""

from integration.emulated.samples.kinds import TAGS, Of, Sample

SAMPLES: dict[str, Sample] = {
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
            "tags": TAGS,
        },
        {"snapshotRetentionLimit": 7, "numCacheClusters": 3},
    ),
    "cache-of-one": Sample(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {
            "description": "A sample",
            "engine": "redis",
            "nodeType": "cache.t4g.small",
            "numCacheClusters": 1,
            "subnetGroupName": Of("cache-subnets", "name"),
        },
        {"numCacheClusters": 2, "automaticFailoverEnabled": True, "multiAzEnabled": True},
    ),
}
