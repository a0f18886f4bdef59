"""What lives send arrives as it was meant: asked of AWS's own APIs, for what nests or is hidden."""

import json

import pytest

from integration.emulated.world import CONTEXT, World


def test_a_rule_limits_one_path_and_answers_with_a_body_of_its_own(world: World) -> None:
    made = world.get("firewall-full")

    acl = world.lives.client("wafv2", CONTEXT).get_web_acl(
        Name=made.properties["name"], Id=made.id, Scope="REGIONAL"
    )["WebACL"]

    bots, api = acl["Rules"]
    limit = api["Statement"]["RateBasedStatement"]
    managed = bots["Statement"]["ManagedRuleGroupStatement"]
    assert bots["OverrideAction"] == {"Count": {}}
    assert managed["ManagedRuleGroupConfigs"] == [
        {"AWSManagedRulesBotControlRuleSet": {"InspectionLevel": "COMMON"}}
    ]
    assert managed["RuleActionOverrides"][0]["ActionToUse"] == {"Count": {}}
    assert (limit["Limit"], limit["EvaluationWindowSec"]) == (2000, 300)
    assert limit["ScopeDownStatement"]["ByteMatchStatement"]["FieldToMatch"] == {"UriPath": {}}
    assert api["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    assert acl["CustomResponseBodies"]["slow"]["Content"] == '{"error": "slow"}'


def test_a_changed_rule_of_a_firewall_is_drift(world: World) -> None:
    life, made = world.life("firewall-full"), world.get("firewall-full")
    client = world.lives.client("wafv2", CONTEXT)
    who = {"Name": made.properties["name"], "Id": made.id, "Scope": "REGIONAL"}
    told = client.get_web_acl(**who)
    rules = told["WebACL"]["Rules"]
    rules[1]["Statement"]["RateBasedStatement"]["Limit"] = 50
    client.update_web_acl(
        **who,
        LockToken=told["LockToken"],
        DefaultAction={"Allow": {}},
        VisibilityConfig=told["WebACL"]["VisibilityConfig"],
        CustomResponseBodies=told["WebACL"]["CustomResponseBodies"],
        Rules=rules,
    )

    read = world.lives.read(life, made.id, made.properties, made.inputs)

    assert read.inputs["rules"] != made.inputs["rules"]


def test_a_replica_is_of_its_source_and_has_a_class_and_backups_of_its_own(world: World) -> None:
    source, copy = world.get("db-own"), world.get("db-replica")
    rds = world.lives.client("rds", CONTEXT)

    found = rds.describe_db_instances(DBInstanceIdentifier=copy.properties["identifier"])
    replica = found["DBInstances"][0]

    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == source.properties["identifier"]
    assert replica["DBInstanceClass"] == "db.r6g.xlarge"
    assert replica["BackupRetentionPeriod"] == 0
    assert replica["PerformanceInsightsEnabled"] is True
    assert replica["MonitoringRoleArn"] == world.get("role").properties["arn"]
    assert replica["KmsKeyId"] == source.properties["kmsKeyId"]


def test_a_write_only_password_is_in_no_output(world: World) -> None:
    made = world.get("db-own")

    assert "passwordWo" not in made.properties
    assert "never-to-be-told" not in json.dumps(made.properties)
    assert made.properties["passwordWoVersion"] == 1


def test_an_application_is_a_stack_whose_function_rotates_the_secret(world: World) -> None:
    made, rotation = world.get("rotation-function"), world.get("rotation")
    stacks = world.lives.client("cloudformation", CONTEXT).describe_stacks(StackName=made.id)
    parameters = {
        one["ParameterKey"]: one["ParameterValue"] for one in stacks["Stacks"][0]["Parameters"]
    }

    secret = world.lives.client("secretsmanager", CONTEXT).describe_secret(SecretId=rotation.id)

    assert stacks["Stacks"][0]["StackName"].startswith("serverlessrepo-rotation-function")
    assert parameters["vpcSubnetIds"] == world.get("subnet-a").id
    assert secret["RotationEnabled"] is True
    assert secret["RotationLambdaARN"].endswith(":function:sample-rotation")
    assert secret["RotationRules"] == {"AutomaticallyAfterDays": 30}


def test_a_second_version_of_a_secret_is_the_current_one(world: World) -> None:
    first, second = world.get("secret-version"), world.get("secret-renewed")
    client = world.lives.client("secretsmanager", CONTEXT)

    listed = client.list_secret_version_ids(SecretId=first.properties["secretId"])["Versions"]
    value = client.get_secret_value(
        SecretId=first.properties["secretId"], VersionId=second.properties["versionId"]
    )["SecretString"]

    assert first.properties["versionId"] != second.properties["versionId"]
    assert len(listed) >= 2
    assert value == "not to be told either"


def test_a_version_without_a_label_is_still_there(world: World) -> None:
    first = world.get("secret-version").properties
    client = world.lives.client("secretsmanager", CONTEXT)
    for number in range(3):
        client.put_secret_value(SecretId=first["secretId"], SecretString=f"later {number}")

    value = client.get_secret_value(SecretId=first["secretId"], VersionId=first["versionId"])
    told = client.describe_secret(SecretId=first["secretId"])["VersionIdsToStages"]

    assert value["SecretString"] == "not to be told"
    assert first["versionId"] not in told


def test_alarms_keep_their_queries_and_percentiles(world: World) -> None:
    names = [world.get(sample).id for sample in ("alarm-math", "alarm-percentile")]
    client = world.lives.client("cloudwatch", CONTEXT)

    math, percentile = client.describe_alarms(AlarmNames=names)["MetricAlarms"]

    assert [query["Id"] for query in math["Metrics"]] == ["rate", "e", "r"]
    assert math["Metrics"][0]["Expression"] == "100*e/r"
    assert math.get("Statistic") is None
    assert percentile["ExtendedStatistic"] == "p95"
    assert percentile["EvaluateLowSampleCountPercentile"] == "ignore"
    assert percentile.get("Statistic") is None


def test_scaling_keeps_its_steps_and_its_metric_math(world: World) -> None:
    for sample in ("scaling-steps", "scaling-own-metric", "scaling-metric-math"):
        world.get(sample)
    client = world.lives.client("application-autoscaling", CONTEXT)

    listed = client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]

    found = {policy["PolicyName"].rpartition("-")[0]: policy for policy in listed}
    steps = found["scaling-steps"]["StepScalingPolicyConfiguration"]["StepAdjustments"]
    configuration = "TargetTrackingScalingPolicyConfiguration"
    own = found["scaling-own-metric"][configuration]["CustomizedMetricSpecification"]
    math = found["scaling-metric-math"][configuration]["CustomizedMetricSpecification"]["Metrics"]
    assert sorted(step["MetricIntervalLowerBound"] for step in steps) == [0.0, 300.0]
    assert own["Dimensions"] == [{"Name": "Service", "Value": "realtime"}]
    assert {metric["Id"]: metric.get("ReturnData") for metric in math} == {
        "messages": False,
        "each": True,
    }


def test_service_connect_is_in_the_deployment_as_ecs_tells_it(world: World) -> None:
    made = world.get("service-connected")
    ecs = world.lives.client("ecs", CONTEXT)

    answer = ecs.describe_services(cluster=world.get("cluster").id, services=[made.id])

    connected = answer["services"][0]["deployments"][0]["serviceConnectConfiguration"]
    assert connected["namespace"] == world.get("http-namespace").properties["arn"]
    assert connected["services"][0]["clientAliases"] == [{"port": 3000, "dnsName": "api"}]


@pytest.mark.requirement("CHAT-001-137", "CHAT-001-138")
def test_a_plan_has_both_its_rules(world: World) -> None:
    made = world.get("plan-weekly")

    plan = world.lives.client("backup", CONTEXT).get_backup_plan(BackupPlanId=made.id)

    daily, weekly = plan["BackupPlan"]["Rules"]
    assert daily["EnableContinuousBackup"] is True
    assert daily["Lifecycle"]["DeleteAfterDays"] == 35
    assert weekly["ScheduleExpression"] == "cron(0 4 ? * SUN *)"
    assert weekly["Lifecycle"]["DeleteAfterDays"] == 90


def test_every_store_has_an_address_of_its_own(world: World) -> None:
    stores = {name: world.get(name).properties for name in ("db-own", "db-replica")}
    caches = {name: world.get(name).properties for name in ("cache", "cache-of-one")}

    addresses = {str(store["address"]) for store in stores.values()}
    addresses |= {str(cache["primaryEndpointAddress"]) for cache in caches.values()}

    assert len(addresses) == 4
    assert all(store["port"] == 5432 for store in stores.values())


def test_nodes_come_and_go_one_by_one(world: World) -> None:
    life, made = world.life("cache-of-one"), world.get("cache-of-one")
    client = world.lives.client("elasticache", CONTEXT)
    nodes: list[int] = []

    for wanted in (3, 2):
        news = {**made.inputs, "numCacheClusters": wanted}
        made = world.lives.update(life, made.id, made.properties, made.inputs, news)
        found = client.describe_replication_groups(ReplicationGroupId=made.id)
        nodes.append(len(found["ReplicationGroups"][0]["MemberClusters"]))
    world.made["cache-of-one"] = made

    assert nodes == [3, 2]
    assert made.properties["numCacheClusters"] == 2
