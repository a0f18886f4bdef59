"""Nothing is left of a stack whose bringing up fails, or is interrupted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pulumi.automation import CommandError

from integration.harness import EphemeralStack
from integration.inventory import Aws, inventory
from toolchain.locations import REPOSITORY

_REGION = "eu-central-1"
_LONGEST_SECONDS = 180.0


def test_a_stack_that_fails_halfway_leaves_nothing(
    aws_endpoint: str, hosted_zone: str, tmp_path: Path
) -> None:
    stack = EphemeralStack(
        tmp_path / "stack", aws_endpoint, settings={"plumbline:hostedZoneId": hosted_zone}
    )
    # Somebody else has a role of this name already.
    iam, role = stack.aws.client("iam"), f"chat-{stack.name}-api-task"
    iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    before = inventory(stack.aws)

    with pytest.raises(CommandError) as failed, stack:
        stack.up()

    said = str(failed.value)
    assert "create_role: EntityAlreadyExists" in said
    assert "Traceback" not in said
    assert inventory(stack.aws) == before
    iam.delete_role(RoleName=role)


def test_an_interrupt_leaves_nothing(aws_endpoint: str, hosted_zone: str, tmp_path: Path) -> None:
    aws = Aws(aws_endpoint, _REGION)
    before = inventory(aws)
    log = (tmp_path / "log").open("wb")
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "integration.interrupted",
            tmp_path / "s",
            aws_endpoint,
            hosted_zone,
        ],
        cwd=REPOSITORY,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + _LONGEST_SECONDS
        while len(inventory(aws)) < len(before) + 10 and time.monotonic() < until:
            assert child.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.2)

        # As a terminal's Ctrl-C does: to the test, to Pulumi and to its plugins at once.
        os.killpg(child.pid, signal.SIGINT)
        code = child.wait(timeout=_LONGEST_SECONDS)
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        log.close()

    assert code != 0
    assert inventory(aws) == before, (tmp_path / "log").read_text()
