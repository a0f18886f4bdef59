"""The documentation of the infrastructure is whole and true of the stacks."""

from __future__ import annotations

import re

import pytest

from graph.model import Graph
from infra.config.chat_fields import FIELDS
from reports.markdown import broken, links
from tests.unit.docs.pages import (
    INDEX,
    INFRASTRUCTURE,
    REPOSITORY,
    columns,
    section,
    tables,
    written_pages,
)
from tests.unit.infra.recorded import STACKS, all_of, asked, one, stack_graph

MODULES = {
    "01": "VPC",
    "02": "Security groups",
    "03": "RDS",
    "04": "Redis",
    "05": "SQS",
    "06": "IAM",
    "07": "ECR",
    "08": "ECS cluster",
    "09": "ECS services",
    "10": "ECS workers",
    "11": "ALB",
    "12": "ACM",
    "13": "Route 53",
    "14": "WAF",
    "15": "Observability",
    "16": "Backup",
}
"""Chat spec 004's numbering."""


def infrastructure_text() -> str:
    return "\n".join(page.read_text() for page in sorted(INFRASTRUCTURE.glob("*.md")))


def test_every_link_of_every_page_leads_somewhere() -> None:
    dead = [
        f"{page.relative_to(REPOSITORY)}:{link.line}: {link.target}: {why}"
        for page in written_pages()
        for link in links(page.read_text())
        if (why := broken(page, link.target))
    ]

    assert dead == []


@pytest.mark.requirement("CHAT-004-01")
def test_the_index_names_number_page_code_and_description_of_every_module() -> None:
    ((_, *rows),) = tables(section(INDEX, "## Index"))

    assert {row[0]: re.findall(r"\[(.+)\]", row[1])[0] for row in rows} == MODULES
    for number, page, code, description in rows:
        (target,) = [link.target for link in links(page)]
        assert target.startswith(f"{number}-")
        assert (INFRASTRUCTURE / target).is_file(), target
        for file in re.findall(r"`(\w+\.py)`", code):
            assert list((REPOSITORY / "infra").rglob(file)), file
        assert description


@pytest.mark.requirement("CHAT-001-096")
def test_every_component_is_named_on_a_page() -> None:
    text = infrastructure_text()
    components = sorted(
        file.name
        for file in (REPOSITORY / "infra" / "components").glob("*.py")
        if file.name != "__init__.py"
    )

    assert [name for name in components if f"{name}`" not in text] == []


@pytest.mark.requirement("CHAT-004-25")
def test_every_key_is_listed_by_module() -> None:
    listed = set(re.findall(r"`([\w:]+)`", section(INDEX, "## Configuration by module")))
    keys = {field.key.removeprefix("plumbline:") for field in FIELDS}

    assert keys - listed == set()


@pytest.mark.requirement("CHAT-004-18", "CHAT-004-23")
def test_architecture_and_dependencies_are_drawn_with_every_module() -> None:
    architecture = section(INDEX, "## Architecture")
    dependencies = section(INDEX, "## Dependencies")

    assert "```mermaid" in architecture
    for part in ("Users", "WAF", "Load balancer", "API", "Realtime", "Workers"):
        assert f"{part}" in architecture
    for part in ("PostgreSQL", "Redis", "SQS", "CloudWatch", "AWS Backup"):
        assert part in architecture
    for number, name in MODULES.items():
        assert f"[{number} {name}]" in dependencies


def shown_of(graph: Graph) -> dict[str, str]:
    """What the comparison of the index says of a stack, asked from the stack itself."""
    yes_or_no = {True: "yes", False: "no"}
    (primary,) = [
        instance for instance in all_of(graph, "Instance") if instance["replicateSourceDb"].absent
    ]
    (flow_log,) = all_of(graph, "FlowLog")
    (flow_group,) = flow_log.references(None, "aws:cloudwatch/logGroup:LogGroup")
    public = {
        service["networkConfiguration"]["assignPublicIp"].value is True
        for service in all_of(graph, "Service")
    }
    rules = [rule for plan in all_of(graph, "Plan") for rule in plan["rules"].items()]
    return {
        "NAT gateways": str(len(all_of(graph, "NatGateway"))),
        "Tasks in": " and ".join("public" if one else "private" for one in public),
        "RDS Multi-AZ": yes_or_no[primary["multiAz"].value is True],
        "RDS Proxy": yes_or_no[bool(graph.of_type("aws:rds/proxy:Proxy"))],
        "RDS read replica": yes_or_no[len(all_of(graph, "Instance")) > 1],
        "Redis nodes": " + ".join(
            str(group["numCacheClusters"].value) for group in all_of(graph, "ReplicationGroup")
        ),
        "WAF": yes_or_no[bool(all_of(graph, "WebAclAssociation"))],
        "Flow logs kept, days": str(flow_group["retentionInDays"].value),
        "RDS's own backups kept, days": str(asked(primary)["backupRetentionPeriod"].value),
        "Deletion protection": yes_or_no[
            primary["deletionProtection"].value is True
            and one(graph, "LoadBalancer")["enableDeletionProtection"].value is True
        ],
        "Point-in-time backup": yes_or_no[
            any(rule["enableContinuousBackup"].value is True for rule in rules)
        ],
    }


@pytest.mark.requirement(
    "CHAT-004-29",
    "CHAT-004-30",
    "CHAT-004-31",
    "CHAT-004-32",
    "CHAT-004-33",
    "CHAT-004-34",
    "CHAT-004-35",
    "CHAT-004-36",
    "CHAT-004-37",
)
@pytest.mark.parametrize("stack", STACKS)
def test_the_comparison_of_the_stacks_is_true(stack: str) -> None:
    (table,) = tables(section(INDEX, "## Environments and sizes"))

    assert columns(table)[stack] == shown_of(stack_graph(stack))


TO = "\N{EN DASH}"
SUMS = ("Added up", "Said by the spec")


def figures(text: str) -> tuple[int, int]:
    """The least and the most of a figure such as 5 to 15 or 1,500."""
    ends = [int(part) for part in text.replace(",", "").split(TO)]
    return ends[0], ends[-1]


@pytest.mark.requirement("CHAT-001-010", "CHAT-001-181", "CHAT-004-38")
def test_the_specs_estimates_are_added_up() -> None:
    by_module, by_part = tables(section(INDEX, "## What it costs"))

    for table in (by_module, by_part):
        for column in columns(table).values():
            parts = [figures(cost) for name, cost in column.items() if name not in SUMS]
            least, most = (sum(ends) for ends in zip(*parts, strict=True))
            assert figures(column["Added up"]) == (least, most)
    for stack in STACKS:
        assert stack == "prod" or re.search(
            rf"{stack}\s+[\d,]+{TO}[\d,]+", section(INDEX, "## What it costs")
        )


@pytest.mark.requirement("CHAT-001-184")
def test_further_ways_to_save_are_named() -> None:
    text = section(INDEX, "## What it costs")

    for way in ("Savings Plans", "Right-sizing", "fargateSpotWeight", "enableGraviton"):
        assert way in text
