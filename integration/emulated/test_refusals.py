"""What AWS refuses because of another resource is refused when a resource is created."""

import pytest

from integration.emulated.world import CONTEXT, World
from toolchain.offline_aws import facts
from toolchain.offline_aws.outcome import Life, LifeError
from toolchain.offline_aws.wire import Properties

_INSTANCE = "aws:rds/instance:Instance"


def refusal(world: World, token: str, given: Properties) -> str:
    """The one sentence in which a creation is refused."""
    life = Life(token, "refused", facts.resource(token), CONTEXT)
    with pytest.raises(LifeError) as refused:
        world.lives.create(life, given, 0)
    assert refused.value.partial is None
    return str(refused.value)


def test_there_is_no_replica_of_an_instance_whose_password_rds_manages(world: World) -> None:
    source = world.get("db").properties["identifier"]

    said = refusal(
        world,
        _INSTANCE,
        {
            "identifier": "copy",
            "instanceClass": "db.t4g.medium",
            "replicateSourceDb": source,
            "skipFinalSnapshot": True,
        },
    )

    assert f"RDS manages the master password of {source} in Secrets Manager" in said
    assert "give the source a password of your own" in said


def test_there_is_no_replica_of_an_instance_without_backups(world: World) -> None:
    rds = world.lives.client("rds", CONTEXT)
    name = world.get("db-own").properties["identifier"]
    now = {"DBInstanceIdentifier": name, "ApplyImmediately": True}
    rds.modify_db_instance(**now, BackupRetentionPeriod=0)

    said = refusal(
        world,
        _INSTANCE,
        {"identifier": "copy", "instanceClass": "db.t4g.medium", "replicateSourceDb": name},
    )

    assert "Automated backups are not enabled for this database instance" in said
    rds.modify_db_instance(**now, BackupRetentionPeriod=7)


def test_there_is_no_replica_in_the_same_region_under_another_key(world: World) -> None:
    name = world.get("db-own").properties["identifier"]

    said = refusal(
        world,
        _INSTANCE,
        {
            "identifier": "copy",
            "instanceClass": "db.t4g.medium",
            "replicateSourceDb": name,
            "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/other",
        },
    )

    assert "is encrypted with the source's key; leave kmsKeyId out" in said


def test_a_proxy_has_no_target_without_the_instance(world: World) -> None:
    proxy = world.get("proxy").properties["name"]

    said = refusal(
        world,
        "aws:rds/proxyTarget:ProxyTarget",
        {"dbProxyName": proxy, "targetGroupName": "default", "dbInstanceIdentifier": "none"},
    )

    assert "register_db_proxy_targets: DBInstanceNotFound" in said


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (None, "No Lambda rotation function ARN is associated with this secret"),
        (
            "arn:aws:lambda:eu-west-1:123456789012:function:none",
            "Secrets Manager cannot invoke the specified Lambda function",
        ),
    ],
)
def test_nothing_rotates_without_a_function_that_may_be_called(
    world: World, function: str | None, told: str
) -> None:
    secret = world.get("secret").id

    said = refusal(
        world,
        "aws:secretsmanager/secretRotation:SecretRotation",
        {
            "secretId": secret,
            "rotationLambdaArn": function,
            "rotationRules": {"automaticallyAfterDays": 30},
        },
    )

    assert told in said


def test_a_service_offers_only_ports_that_its_task_names(world: World) -> None:
    given: Properties = {
        **world.inputs("service-connected"),
        "name": "other",
        "serviceConnectConfiguration": {
            "enabled": True,
            "namespace": world.get("http-namespace").properties["arn"],
            "services": [{"portName": "grpc"}],
        },
    }

    said = refusal(world, "aws:ecs/service:Service", given)

    assert "portName grpc of serviceConnectConfiguration names no port" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"applicationId": "arn:aws:serverlessrepo:us-east-1:1:applications/x"}, "No application"),
        ({"capabilities": ["CAPABILITY_IAM"]}, "requires the capabilities CAPABILITY_RESOURCE"),
        ({"parameters": {"endpoint": "https://x"}}, "functionName"),
        ({"parameters": {"endpoint": "https://x", "functionName": "f", "subnets": "s"}}, "subnets"),
    ],
)
def test_an_application_needs_its_capabilities_and_its_parameters(
    world: World, change: Properties, told: str
) -> None:
    given = {**world.inputs("rotation-function", name="other"), **change}

    said = refusal(world, "aws:serverlessrepository/cloudFormationStack:CloudFormationStack", given)

    assert "create_cloud_formation_change_set: " in said
    assert told in said
