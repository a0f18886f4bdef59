"""Somebody else's programs, with nothing of ours but the pack."""

import json
import shutil
from pathlib import Path
from typing import cast

import pytest

from integration.engine import FOREIGN, Engine, engine
from toolchain.documents import read_mapping

__all__ = ["engine"]  # a fixture, which pytest finds by name

FAULTS = {
    "alb-idle-timeout": """
lb = aws.lb.LoadBalancer("edge", subnets=[one.id, two.id], idle_timeout=60)
""",
    "ecs-tasks-in-private-subnets": """
cluster = aws.ecs.Cluster("apps")
task = aws.ecs.TaskDefinition(
    "app", family="app", cpu="256", memory="512", network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    container_definitions='[{"name": "app", "image": "nginx", "essential": true}]',
)
aws.ecs.Service(
    "app", cluster=cluster.arn, task_definition=task.arn, desired_count=1, launch_type="FARGATE",
    network_configuration={"subnets": [one.id, two.id]},
)
""",
    "no-aurora-serverless": """
aws.rds.Cluster(
    "db", engine="aurora-postgresql", engine_mode="provisioned", storage_encrypted=True,
    serverlessv2_scaling_configuration={"min_capacity": 0.5, "max_capacity": 4},
    master_username="app", manage_master_user_password=True,
)
""",
    "no-literal-passwords": """
aws.rds.Instance(
    "db", engine="postgres", instance_class="db.t3.micro", allocated_storage=20,
    username="app", password="canary-Tr0ub4dor-and-3", storage_encrypted=True,
)
""",
    "no-plaintext-container-secrets": """
aws.ecs.TaskDefinition(
    "app", family="app", cpu="256", memory="512", network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    container_definitions=json.dumps([{
        "name": "app", "image": "nginx",
        "environment": [{"name": "DB_PASSWORD", "value": "canary-Tr0ub4dor-and-3"}],
    }]),
)
""",
}

NETWORK = """
import json

import pulumi_aws as aws

vpc = aws.ec2.Vpc("net", cidr_block="10.9.0.0/16")
gateway = aws.ec2.InternetGateway("out", vpc_id=vpc.id)
routes = aws.ec2.RouteTable(
    "public", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}]
)
one = aws.ec2.Subnet("one", vpc_id=vpc.id, cidr_block="10.9.1.0/24")
two = aws.ec2.Subnet("two", vpc_id=vpc.id, cidr_block="10.9.2.0/24")
for name, subnet in (("one", one), ("two", two)):
    aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=routes.id)
"""


def write_program(directory: Path, body: str) -> Path:
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: theirs\nruntime: python\n")
    (directory / "__main__.py").write_text(NETWORK + body)
    return directory


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_of_a_foreign_program_stops_its_preview_with_its_own_rule(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    project = write_program(tmp_path / "theirs", FAULTS[rule])
    monkeypatch.setenv("PLUMBLINE_PROFILE", "chat")

    outcome = engine.preview(project)

    assert outcome.code != 0
    assert rule in outcome.violated(), outcome.output
    assert outcome.summary["profile"] == "chat"
    assert "canary" not in outcome.output


@pytest.mark.parametrize("name", ["tiny", "parley-faulty", "parley-mended"])
def test_whole_foreign_systems_are_stopped_by_each_of_their_faults_and_pass_when_mended(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project = tmp_path / name
    shutil.copytree(FOREIGN / name, project, ignore=shutil.ignore_patterns("__pycache__"))
    faults = cast("dict[str, object]", read_mapping(FOREIGN / "faults.json")[name])
    expected = cast("list[str]", faults["mandatory"])
    monkeypatch.setenv("PLUMBLINE_PROFILE", str(faults["profile"]))

    outcome = engine.preview(project)

    assert set(expected) <= outcome.violated(), outcome.output
    assert bool(outcome.violated()) == bool(expected), outcome.output
    assert (outcome.code != 0) == bool(expected)


def test_a_profile_in_the_packs_configuration_is_applied(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path / "theirs", FAULTS["alb-idle-timeout"])
    for number, content in enumerate(({"profile": "chat"}, {"profile": {"profile": "chat"}})):
        config = tmp_path / f"{number}.json"
        config.write_text(json.dumps(content))

        outcome = engine.preview(project, "--policy-pack-config", str(config))

        assert outcome.summary["profile"] == "chat", outcome.output
        assert "alb-idle-timeout" in outcome.violated()


def test_without_a_profile_the_common_rules_hold_and_no_waiver_of_ours(
    engine: Engine, tmp_path: Path
) -> None:
    project = write_program(tmp_path / "theirs", FAULTS["alb-idle-timeout"])

    outcome = engine.preview(project, stack="dev")

    assert outcome.summary["profile"] == "common"
    assert outcome.code == 0, outcome.output
    assert outcome.count("waived") == 0
    assert "waivers" not in outcome.violated()


def test_a_level_in_the_packs_configuration_is_obeyed(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path / "theirs", FAULTS["no-literal-passwords"])
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"no-literal-passwords": "advisory"}))

    outcome = engine.preview(project, "--policy-pack-config", str(config))

    assert outcome.code == 0, outcome.output
    assert "no-literal-passwords" in outcome.output


def test_a_profile_that_does_not_exist_names_those_that_do(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_program(tmp_path / "theirs", FAULTS["alb-idle-timeout"])
    monkeypatch.setenv("PLUMBLINE_PROFILE", "chatt")

    outcome = engine.preview(project)

    assert outcome.code != 0
    assert "chatt" in outcome.output
    assert "chat" in outcome.output.replace("chatt", "")
    assert "Traceback" not in outcome.output
