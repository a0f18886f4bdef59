"""State, drift and end of a stack like `dev`; the last file of that stack, which it destroys.

What it is made of is asked of AWS's own APIs, never of Pulumi's outputs.
"""

from pathlib import Path

import pytest

from integration.harness import EphemeralStack
from integration.inventory import inventory
from integration.lifecycle.questions import one, passwords


@pytest.mark.requirement("CHAT-000-40")
def test_the_state_holds_no_secret_in_the_clear(dev: EphemeralStack) -> None:
    state = dev.state_file.read_text(encoding="utf-8")

    found = passwords(dev)

    assert len(found) >= 3
    for password in found:
        assert len(password) >= 8
        assert password not in state
    assert dev.name in state


@pytest.mark.requirement("CHAT-001-043")
def test_a_second_preview_changes_nothing(dev: EphemeralStack) -> None:
    assert set(dev.preview()) == {"same"}


def test_aws_is_as_the_state_says(dev: EphemeralStack) -> None:
    assert set(dev.refresh()) == {"same"}
    assert set(dev.preview()) == {"same"}


def test_drift_is_seen_and_mended(dev: EphemeralStack) -> None:
    elb = dev.aws.client("elbv2")
    balancer = one(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    idle = "idle_timeout.timeout_seconds"
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer, Attributes=[{"Key": idle, "Value": "60"}]
    )

    seen = dev.refresh()
    dev.up()

    answer = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)
    assert len(seen["update"]) == 1
    assert {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}[idle] == "300"


@pytest.mark.requirement("CHAT-001-185")
def test_after_destroy_nothing_is_left(dev: EphemeralStack, tmp_path: Path) -> None:
    assert any(dev.name in line for line in inventory(dev.aws)), tmp_path

    dev.destroy()

    assert [line for line in inventory(dev.aws) if dev.name in line] == []
