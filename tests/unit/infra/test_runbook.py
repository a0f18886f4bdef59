"""The runbook: a section for each alarm, and nothing in it that isn't there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import cast

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ServiceModel

from tests.unit.infra.alarm_rules import EVERY_RULE
from tests.unit.infra.recorded import STACKS, all_of, named, stack_graph

DOCS = Path(__file__).parents[3] / "docs"
RUNBOOK = (DOCS / "runbook.md").read_text(encoding="utf-8")
PARTS = ("**It means.**", "**Confirm.**", "**Now.**", "**Then.**")
ALARM_IDS = tuple(dict.fromkeys(rule.id for rule in EVERY_RULE))
NOT_OF_THE_SERVICE = {"query", "output", "cli-input-json"}
"""Options that every command of the AWS CLI takes."""

BESIDES_THE_API = {
    ("logs", "tail"): {"since", "filter-pattern"},
    ("rds", "wait"): {"db-instance-identifier"},
}
"""Commands that the CLI has and the API hasn't."""

PAGED = {"max-items"}
"""An option that the CLI adds to whatever is answered in pages."""


def anchor(heading: str) -> str:
    """The anchor that Markdown makes of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@cache
def sections() -> dict[str, str]:
    """The text below each heading of the third level in the part about alarms, by its anchor."""
    alarms = RUNBOOK.split("\n# Alarms\n", 1)[1]
    found = re.split(r"^### (.+)$", alarms, flags=re.MULTILINE)[1:]
    return {anchor(heading): text for heading, text in zip(found[::2], found[1::2], strict=True)}


def headings(text: str) -> set[str]:
    outside_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {anchor(one) for one in re.findall(r"^#+ (.+)$", outside_code, flags=re.MULTILINE)}


@pytest.mark.requirement("CHAT-001-097", "CHAT-001-152")
def test_every_alarm_has_its_section_and_every_section_its_alarm() -> None:
    assert set(sections()) == set(ALARM_IDS)


@pytest.mark.requirement("CHAT-001-152")
@pytest.mark.parametrize("name", ALARM_IDS)
def test_a_section_says_what_it_means_how_to_confirm_and_what_to_do(name: str) -> None:
    text = sections()[name]

    positions = [text.find(part) for part in PARTS]
    assert min(positions) >= 0, f"{name} lacks one of {PARTS}"
    assert positions == sorted(positions)
    for start, end in zip(positions, [*positions[1:], len(text)], strict=True):
        said = text[start:end].split("**", 2)[2].split("\n## ")[0].strip()
        assert said.endswith((".", "?", "```")), f"{name}: {said[-40:]!r}"


@pytest.mark.parametrize("name", ALARM_IDS)
def test_a_section_asks_for_its_own_alarms_by_names_that_exist(name: str) -> None:
    text = " ".join(sections()[name].split())
    parts = set(re.findall(r"`alarm ([\w-]+)`", text))
    listed = re.search(r"`alarm [\w-]+` \(((?:`[\w-]+`(?:, )?)+)\)", text)
    parts |= set(re.findall(r"`([\w-]+)`", listed[1])) if listed else set()

    assert parts
    assert parts <= alarm_parts()[name]


@cache
def alarm_parts() -> dict[str, set[str]]:
    """The names of all stacks' alarms, without the stack, by the section that they lead to."""
    found: dict[str, set[str]] = {"realtime-silent": {"realtime-silent"}}
    for stack in STACKS:
        for alarm in all_of(stack_graph(stack), "MetricAlarm"):
            section = str(alarm["alarmDescription"].value).rpartition("#")[2]
            part = str(alarm["name"].value).removeprefix(f"chat-{stack}-")
            found.setdefault(section, set()).add(part)
    return found


@pytest.mark.parametrize("stack", STACKS)
def test_every_alarm_of_a_stack_leads_to_a_section(stack: str) -> None:
    for alarm in all_of(stack_graph(stack), "MetricAlarm"):
        description = str(alarm["alarmDescription"].value)
        assert description.rpartition(" See docs/runbook.md#")[2] in sections(), description


@pytest.mark.parametrize("stack", STACKS)
def test_commands_use_outputs_that_every_stack_has(stack: str) -> None:
    (root,) = stack_graph(stack).of_type("pulumi:pulumi:Stack")
    exported = {key for key, _ in root.properties.entries()}

    used = set(re.findall(r"(?:\$\(|`)out (\w+)", RUNBOOK))
    assert len(used) >= 10
    assert used <= exported


@pytest.mark.requirement(
    "CHAT-001-186", "CHAT-001-187", "CHAT-001-188", "CHAT-001-189", "CHAT-001-190"
)
@pytest.mark.parametrize(
    ("symptom", "looks_at"),
    [
        ("Tasks do not start", ("errors", "secret", "public address", "CannotPullContainer")),
        ("WebSockets drop", ("idle timeout", "Redis", "firewall", "stickiness")),
        ("The database cannot be reached", ("security groups", "describe-db-proxy", "secret")),
        ("The event loop lags", ("Payloads", "Size", "Redis", "profile")),
        ("Open a shell in a task", ("list-tasks", "execute-command", "exec-audit")),
    ],
)
def test_a_symptom_is_followed_to_where_it_may_come_from(
    symptom: str, looks_at: tuple[str, ...]
) -> None:
    text = RUNBOOK.split(f"\n## {symptom}\n", 1)[1].split("\n## ", 1)[0].split("\n# ", 1)[0]

    assert [one for one in looks_at if one not in text] == []


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", RUNBOOK):
        path, _, fragment = target.partition("#")
        page = DOCS / path if path else DOCS / "runbook.md"
        assert page.exists(), target
        if fragment:
            assert fragment in headings(page.read_text(encoding="utf-8")), target


def test_log_groups_are_those_of_the_stacks() -> None:
    groups = {
        str(group["name"].value).replace(f"chat-{stack}", "chat-$stack")
        for stack in STACKS
        for group in all_of(stack_graph(stack), "LogGroup")
    }

    used = set(re.findall(r'"((?:/|aws-waf-logs)[\w/-]*chat-\$stack[\w/-]*)"', RUNBOOK))
    assert len(used) >= 4
    assert used <= groups


def test_names_of_things_are_those_of_a_stack() -> None:
    graph = stack_graph("100k-dau")
    real = {
        str(named(graph, "postgres-instance")["identifier"].value),
        *(str(service["name"].value) for service in all_of(graph, "Service")),
    }

    used = set(re.findall(r"chat-\$stack-(postgres|api|realtime|workers)\b", RUNBOOK))
    assert {f"chat-100k-dau-{part}" for part in used} <= real


def test_the_proxy_is_found_by_how_its_name_begins() -> None:
    (proxy,) = all_of(stack_graph("100k-dau"), "Proxy")
    (prefix,) = re.findall(r"starts_with\(DBProxyName, 'chat-\$stack([\w-]*)'\)", RUNBOOK)

    assert str(proxy["name"].value).startswith(f"chat-100k-dau{prefix}")
    names = re.findall(r"(?:--db-proxy-name |Name=ProxyName,Value=)(\S+)", RUNBOOK)
    assert set(names) == {'"$(proxy)"'}


@cache
def service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def commands() -> set[tuple[str, str, frozenset[str]]]:
    """The AWS commands of the runbook: service, operation, options."""
    joined = RUNBOOK.replace("\\\n", " ")
    found: set[tuple[str, str, frozenset[str]]] = set()
    for service, operation, rest in re.findall(
        r"\baws ([a-z0-9-]+) ([a-z0-9-]+)([^`\n|;]*)", joined
    ):
        options = re.findall(r"(?<!\S)--([a-z0-9-]+)", rest.split("$(aws")[0])
        found.add((service, operation, frozenset(options)))
    return found


def test_commands_are_ones_that_aws_has() -> None:
    assert len(commands()) > 25
    for service, operation, options in sorted(commands(), key=str):
        if (service, operation) in BESIDES_THE_API:
            assert options <= BESIDES_THE_API[service, operation], operation
            continue
        model = service_model(service)
        names = {xform_name(name, "-"): name for name in model.operation_names}
        assert operation in names, f"aws {service} {operation}"
        shape = model.operation_model(names[operation]).input_shape
        members = cast("dict[str, object]", shape.members) if shape is not None else {}
        known = {xform_name(member, "-") for member in members}
        known |= {f"no-{one}" for one in known}
        unknown = options - known - NOT_OF_THE_SERVICE - PAGED
        assert not unknown, f"aws {service} {operation}: {', '.join(sorted(unknown))}"
