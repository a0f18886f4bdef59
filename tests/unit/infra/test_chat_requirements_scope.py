"""What a chat stack is made of, and above all what it is not (chat specs 000 and 001)."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import cast

import pytest
import yaml

from tests.unit.infra.chat_parts import container, primary, variables
from tests.unit.infra.recorded import STACKS, all_of, asked, config_of, named, one, stack_graph

REPOSITORY = Path(__file__).parents[3]
AWS_SERVICES = {
    "acm": "the certificate",
    "appautoscaling": "scaling of the services",
    "backup": "copies of the database",
    "cloudwatch": "logs, alarms, dashboard",
    "ec2": "the network",
    "ecr": "images",
    "ecs": "the services, on Fargate",
    "elasticache": "Redis",
    "iam": "roles",
    "kms": "encryption",
    "lb": "the load balancer",
    "rds": "PostgreSQL",
    "route53": "the name",
    "s3": "access logs",
    "secretsmanager": "secrets",
    "serverlessrepository": "AWS's own function that renews passwords",
    "servicediscovery": "the namespace of calls between services",
    "sns": "alarms",
    "sqs": "queues",
    "vpc": "rules of security groups",
    "wafv2": "the firewall",
}
"""Every part of AWS that a chat stack uses, and for what."""
CONNECTIONS = {
    "dev": 100,
    "1k-dau": 300,
    "5k-dau": 1_500,
    "10k-dau": 3_000,
    "25k-dau": 7_500,
    "50k-dau": 15_000,
    "100k-dau": 30_000,
    "prod": 30_000,
}
"""The most connections at once that chat spec 001 expects of each stack."""
SIZES = {
    "dev": "003",
    "1k-dau": "004",
    "5k-dau": "005",
    "10k-dau": "006",
    "25k-dau": "007",
    "50k-dau": "008",
    "100k-dau": "009",
}


def parts_of_aws(stack: str) -> set[str]:
    types = {resource.type for resource in stack_graph(stack).resources}
    return {token.split(":")[1].split("/")[0] for token in types if token.startswith("aws:")}


@pytest.mark.requirement("CHAT-000-03", "CHAT-000-06", "CHAT-000-22", "CHAT-000-44", "CHAT-000-45")
@pytest.mark.requirement("CHAT-000-46", "CHAT-000-48", "CHAT-000-53", "CHAT-000-02")
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_made_of_these_parts_of_aws_and_nothing_else(stack: str) -> None:
    """No EKS, AppSync, API Gateway, IoT, Kinesis or Location; no provider but AWS's."""
    others = [
        resource.type
        for resource in stack_graph(stack).resources
        if not resource.type.startswith(("aws:", "plumbline:", "pulumi:"))
    ]

    assert others == []
    assert parts_of_aws(stack) - AWS_SERVICES.keys() == set()


@pytest.mark.requirement("CHAT-001-156")
@pytest.mark.parametrize("stack", STACKS)
def test_there_is_no_cloudfront_and_clients_reach_the_load_balancer(stack: str) -> None:
    graph = stack_graph(stack)
    record = named(graph, "dns-record", "Record")

    assert "cloudfront" not in parts_of_aws(stack)
    assert record.references("aliases", "aws:lb/loadBalancer:LoadBalancer")


@pytest.mark.requirement("CHAT-001-012", "CHAT-001-104")
@pytest.mark.parametrize("stack", STACKS)
def test_the_only_endpoint_is_the_gateway_to_s3(stack: str) -> None:
    (endpoint,) = all_of(stack_graph(stack), "VpcEndpoint")

    assert endpoint["vpcEndpointType"].value == "Gateway"
    assert str(endpoint["serviceName"].value).endswith(".s3")


@pytest.mark.requirement("CHAT-001-158")
@pytest.mark.parametrize("stack", STACKS)
def test_of_the_domains_names_only_the_apis_is_made(stack: str) -> None:
    graph = stack_graph(stack)
    domain = config_of(stack)["plumbline:domainName"]
    addresses = [record for record in all_of(graph, "Record") if not record["aliases"].absent]

    assert [record["name"].value for record in addresses] == [f"api.{domain}"]
    assert one(graph, "Certificate")["domainName"].value == f"api.{domain}"


@pytest.mark.requirement("CHAT-001-160", "CHAT-000-12")
@pytest.mark.parametrize("stack", STACKS)
def test_there_is_one_load_balancer_and_it_is_not_internal(stack: str) -> None:
    balancer = one(stack_graph(stack), "LoadBalancer")

    assert balancer["loadBalancerType"].value == "application"
    assert balancer["internal"].value is not True


@pytest.mark.requirement("CHAT-000-16", "CHAT-001-108")
@pytest.mark.parametrize("stack", STACKS)
def test_websockets_pass_the_load_balancer(stack: str) -> None:
    """An upgrade needs HTTP/1.1 to the target, and nobody who cuts a silent connection."""
    graph = stack_graph(stack)

    for group in all_of(graph, "TargetGroup"):
        assert (group["protocol"].value, group["protocolVersion"].value) == ("HTTP", "HTTP1")
    assert one(graph, "LoadBalancer")["idleTimeout"].value == 300


@pytest.mark.requirement("CHAT-000-05")
@pytest.mark.parametrize("stack", STACKS)
def test_a_task_keeps_nothing_that_another_task_or_its_successor_would_miss(stack: str) -> None:
    graph = stack_graph(stack)

    for service in ("api", "realtime", "workers"):
        task = named(graph, f"{service}-task")
        assert container(graph, service)["readonlyRootFilesystem"] is True
        for volume in asked(task)["volumes"].items():
            assert [key for key, _ in volume.entries()] == ["name"]
    targets = all_of(graph, "Target")
    assert all(int(str(t["maxCapacity"].value)) > int(str(t["minCapacity"].value)) for t in targets)
    assert len(targets) == 3


@pytest.mark.parametrize(
    "stack",
    [
        pytest.param(stack, marks=pytest.mark.requirement(f"CHAT-001-{number}"))
        for stack, number in SIZES.items()
    ]
    + [pytest.param("prod", marks=pytest.mark.requirement("CHAT-000-01"))],
)
def test_a_stack_can_hold_the_connections_that_are_expected_of_it(stack: str) -> None:
    graph = stack_graph(stack)
    per_task = int(config_of(stack)["plumbline:realtimeMaxConnectionsPerTask"])
    (target,) = [t for t in all_of(graph, "Target") if t.name.startswith("realtime")]
    needed = math.ceil(CONNECTIONS[stack] / per_task)

    assert int(str(target["maxCapacity"].value)) >= needed
    (files,) = cast("list[dict[str, int]]", container(graph, "realtime")["ulimits"])
    assert files["hardLimit"] > per_task


@pytest.mark.requirement("CHAT-001-180", "CHAT-001-176")
def test_no_stack_expects_more_of_a_task_than_experience_has_shown() -> None:
    expected = {
        int(config_of(stack)["plumbline:realtimeMaxConnectionsPerTask"]) for stack in STACKS
    }

    assert expected == {3_000}


@pytest.mark.requirement("CHAT-001-099", "CHAT-000-54", "CHAT-001-001")
def test_there_is_a_stack_file_for_every_size_and_for_the_strict_baseline() -> None:
    assert set(STACKS) == set(CONNECTIONS)
    assert (REPOSITORY / "Pulumi.yaml").is_file()


@pytest.mark.requirement("CHAT-001-041", "CHAT-001-042")
@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_stack_file_holds_neither_a_salt_nor_a_secret(stack: str) -> None:
    text = (REPOSITORY / "stacks" / f"Pulumi.{stack}.yaml").read_text()

    assert list(yaml.safe_load(text)) == ["config"]
    assert "secure:" not in text
    assert not re.search(r"(?i)(password|secret|token|credential)\w*:", text)


@pytest.mark.requirement("CHAT-001-133")
@pytest.mark.parametrize("stack", STACKS)
def test_every_committed_stack_runs_postgresql_16(stack: str) -> None:
    assert str(primary(stack_graph(stack))["engineVersion"].value).split(".")[0] == "16"


@pytest.mark.requirement("CHAT-001-026", "CHAT-004-33", "CHAT-004-34")
@pytest.mark.parametrize(
    ("rule", "stacks"),
    [
        ("rds-multi-az", {"dev", "1k-dau", "5k-dau", "10k-dau", "25k-dau"}),
        ("redis-failover", {"dev", "1k-dau", "5k-dau"}),
        ("alb-waf", {"dev", "1k-dau"}),
    ],
)
def test_what_a_size_lacks_is_waived_by_name_reason_and_date(rule: str, stacks: set[str]) -> None:
    entries = cast(
        "list[dict[str, object]]",
        yaml.safe_load((REPOSITORY / "policies" / "waivers.yaml").read_text()),
    )
    waivers = [entry for entry in entries if entry["rule"] == rule]
    patterns = [str(one) for entry in waivers for one in cast("list[object]", entry["stacks"])]

    assert {s for s in STACKS if any(fnmatch(s, pattern) for pattern in patterns)} == stacks
    for waiver in waivers:
        assert re.search("chat spec 00[14]", str(waiver["reason"]))
        assert waiver["owner"]
        assert isinstance(waiver["expires"], date)


@pytest.mark.requirement("CHAT-001-194")
def test_the_repository_names_its_license() -> None:
    assert "Apache License" in (REPOSITORY / "LICENSE").read_text()[:200]
    assert 'license = "Apache-2.0"' in (REPOSITORY / "pyproject.toml").read_text()
    assert "Apache-2.0" in (REPOSITORY / "README.md").read_text()


@pytest.mark.requirement("CHAT-000-04", "CHAT-001-002")
def test_the_whole_infrastructure_is_one_program_in_python() -> None:
    project = cast("dict[str, object]", yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text()))

    assert "python" in json.dumps(project["runtime"])
    assert str(project["main"]).startswith("infra")


@pytest.mark.requirement("CHAT-001-048", "CHAT-001-049")
@pytest.mark.parametrize("stack", STACKS)
def test_the_services_that_check_tokens_know_their_tenant_and_audience(stack: str) -> None:
    configured = config_of(stack)

    for service in ("api", "realtime"):
        told = variables(stack_graph(stack), service)
        assert told["AUTH0_DOMAIN"] == configured["plumbline:auth0Domain"]
        assert told["AUTH0_AUDIENCE"] == configured["plumbline:auth0Audience"]
