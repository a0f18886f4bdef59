"""What the emulator lacks is answered at the same address, as AWS would."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # botocore makes clients at run time

import pytest
from botocore.exceptions import ClientError

from integration.emulated.world import CONTEXT
from toolchain import emulator
from toolchain.offline_aws.lives import AwsLives

_WHO = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/c/api",
    "ScalableDimension": "ecs:service:DesiredCount",
}


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsLives]:
    folder: Path = tmp_path_factory.mktemp("emulator")
    url = emulator.start(folder, owner=os.getpid()).url
    yield AwsLives(lambda: url)
    emulator.stop(folder)


@pytest.fixture
def scaling(lives: AwsLives) -> Any:
    return lives.client("application-autoscaling", CONTEXT)


def test_a_target_is_registered_changed_and_deregistered(scaling: Any) -> None:
    scaling.register_scalable_target(**_WHO, MinCapacity=1, MaxCapacity=4, Tags={"a": "b"})
    scaling.register_scalable_target(**_WHO, MaxCapacity=8)

    target = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    tags = scaling.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"]
    scaling.deregister_scalable_target(**_WHO)

    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 8)
    assert tags == {"a": "b"}
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []


def test_a_policy_goes_with_its_target(scaling: Any) -> None:
    scaling.register_scalable_target(**_WHO, MinCapacity=1, MaxCapacity=4)
    scaling.put_scaling_policy(**_WHO, PolicyName="cpu", PolicyType="TargetTrackingScaling")

    before = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    scaling.deregister_scalable_target(**_WHO)
    after = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]

    assert [policy["PolicyName"] for policy in before] == ["cpu"]
    assert after == []


@pytest.mark.parametrize(
    ("call", "arguments", "code"),
    [
        ("deregister_scalable_target", {}, "ObjectNotFoundException"),
        ("put_scaling_policy", {"PolicyName": "cpu"}, "ObjectNotFoundException"),
        (
            "register_scalable_target",
            {"MinCapacity": 5, "MaxCapacity": 1},
            "ValidationException",
        ),
    ],
)
def test_refusals_carry_aws_own_codes(
    scaling: Any,
    call: str,
    arguments: dict[str, object],
    code: str,
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(scaling, call)(**_WHO, **arguments)

    assert f"({code})" in str(refused.value)


def test_accounts_and_regions_are_kept_apart(lives: AwsLives, scaling: Any) -> None:
    elsewhere = type(CONTEXT)("us-east-1", CONTEXT.account, {})
    scaling.register_scalable_target(**_WHO, MinCapacity=1, MaxCapacity=4)

    found = lives.client("application-autoscaling", elsewhere).describe_scalable_targets(
        ServiceNamespace="ecs"
    )
    scaling.deregister_scalable_target(**_WHO)

    assert found["ScalableTargets"] == []


def test_everything_else_reaches_the_emulator(lives: AwsLives) -> None:
    client: Any = lives.client("sqs", CONTEXT)

    url = client.create_queue(QueueName="plain")["QueueUrl"]

    assert url.endswith("/plain")
