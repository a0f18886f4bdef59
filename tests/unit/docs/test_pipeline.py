"""The example pipeline only uses what exists, in an order that makes sense."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest
import yaml

from infra.config.chat_fields import FIELDS
from infra.plan.images import PLACEHOLDER
from infra.plan.routing import API
from tests.unit.infra.recorded import STACKS, stack_graph

REPOSITORY = Path(__file__).parents[3]
TEXT = (REPOSITORY / ".github" / "workflows" / "deploy.yml").read_text()
# BaseLoader reads the key `on` as the text that it is.
PIPELINE = cast("dict[str, dict[str, dict[str, object]]]", yaml.load(TEXT, Loader=yaml.BaseLoader))  # noqa: S506 - it builds text only


def steps(job: str) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", PIPELINE["jobs"][job]["steps"])


def commands() -> str:
    return "\n".join(step["run"] for step in steps("deploy") if "run" in step)


def position(command: str) -> int:
    (found,) = [
        index for index, step in enumerate(steps("deploy")) if command in step.get("run", "")
    ]
    return found


@pytest.mark.requirement("CHAT-001-153")
def test_it_tests_builds_previews_under_the_pack_and_deploys_in_this_order() -> None:
    assert [step.get("run") for step in steps("test")][-1] == "./noxw"
    assert PIPELINE["jobs"]["deploy"]["needs"] == "test"
    assert (
        position("docker buildx build")
        < position("pulumi preview --policy-pack policies")
        < position("pulumi up --policy-pack policies")
        < position("services-stable")
    )


@pytest.mark.requirement("CHAT-001-154")
def test_images_are_built_for_both_architectures() -> None:
    assert "--platform linux/amd64,linux/arm64" in commands()


def test_every_stack_can_be_chosen() -> None:
    inputs = cast("dict[str, dict[str, object]]", PIPELINE["on"]["workflow_dispatch"]["inputs"])

    assert inputs["stack"]["options"] == list(STACKS)


@pytest.mark.requirement("CHAT-001-162", "CHAT-001-166", "CHAT-001-167")
def test_every_output_and_key_that_it_reads_exists() -> None:
    (stack,) = stack_graph("prod").of_type("pulumi:pulumi:Stack")
    outputs = {name for name, _ in stack.properties.entries()}
    named = set(re.findall(r"pulumi stack output (\w+)", TEXT))
    services = re.findall(r"for service in (.+); do", TEXT)[0].split()
    keys = {f"plumbline:{service}ImageTag" for service in services}

    assert named <= outputs
    assert {"apiRepositoryUrl", "realtimeRepositoryUrl", "workersRepositoryUrl"} <= named
    assert {"ecsClusterName", "apiServiceName", "domainName"} <= named
    assert keys <= {field.key for field in FIELDS}
    assert f'"$tag" = {PLACEHOLDER} ]' in TEXT
    assert f'domainName --stack "$STACK"){API.health_path}"' in TEXT


def test_it_installs_the_cli_that_the_project_is_made_for() -> None:
    (sdk,) = re.findall(r'"pulumi==([\d.]+)"', (REPOSITORY / "pyproject.toml").read_text())
    settings = [cast("dict[str, str]", step["with"]) for step in steps("deploy") if "with" in step]

    assert [one["pulumi-version"] for one in settings if "pulumi-version" in one] == [sdk]


def test_no_long_lived_key_of_aws_is_used() -> None:
    assert "aws-access-key-id" not in TEXT
    assert re.findall(r"secrets\.(\w+)", TEXT) == ["PULUMI_CONFIG_PASSPHRASE"]
    assert PIPELINE["permissions"] == {"contents": "read", "id-token": "write"}
