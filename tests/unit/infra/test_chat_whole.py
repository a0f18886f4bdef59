"""Every committed stack of the chat system as a whole: what holds of all of its resources."""

from __future__ import annotations

import pytest

from graph.model import Graph, Resource
from tests.kit.acceptance import refusals
from tests.kit.structure import faults
from tests.unit.infra.recorded import STACKS, all_of, asked, config_of, stack_graph
from toolchain.offline_aws import facts

_NAMES = ("name", "identifier", "replicationGroupId", "family", "dashboardName", "bucket")
# Named within what they belong to, or by what they stand for.
_NAMED_OTHERWISE = {
    "aws:iam/rolePolicy:RolePolicy",
    "aws:route53/record:Record",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:elasticache/parameterGroup:ParameterGroup",
}


def aws_resources(graph: Graph) -> list[Resource]:
    return [resource for resource in graph.resources if resource.type.startswith("aws:")]


def takes_tags(resource: Resource) -> bool:
    known = facts.resource(resource.type)
    return known is not None and "tags" in known.fields and known.fields["tags"].input


@pytest.mark.requirement("CHAT-000-58")
@pytest.mark.parametrize("stack", STACKS)
def test_aws_would_take_every_resource(stack: str) -> None:
    assert refusals(stack_graph(stack)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_names_are_unique_subnets_disjoint_thresholds_and_task_counts_possible(stack: str) -> None:
    assert faults(stack_graph(stack)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_belongs_to_a_component_and_every_component_to_the_stack(
    stack: str,
) -> None:
    for resource in stack_graph(stack).resources:
        parents = [parent.type for parent in resource.parents]
        if resource.type.startswith("aws:"):
            assert parents[0].startswith("plumbline:components:"), resource
        if resource.type != "pulumi:pulumi:Stack":
            assert parents[-1] == "pulumi:pulumi:Stack", resource


@pytest.mark.parametrize("stack", STACKS)
def test_everything_that_can_carry_tags_carries_all_of_them(stack: str) -> None:
    taggable = [one for one in aws_resources(stack_graph(stack)) if takes_tags(one)]

    assert len(taggable) > 80
    for resource in taggable:
        tags = asked(resource)["tags"]
        carried = {key: tags[key].value for key in ("Project", "System", "Stack", "ManagedBy")}
        assert carried == {
            "Project": "plumbline",
            "System": "chat",
            "Stack": stack,
            "ManagedBy": "pulumi",
        }, resource
        assert tags["Environment"].value == config_of(stack)["plumbline:environment"], resource


@pytest.mark.parametrize("stack", STACKS)
def test_every_physical_name_says_system_and_stack(stack: str) -> None:
    names = {
        str(asked(resource)[key].value)
        for resource in aws_resources(stack_graph(stack))
        for key in _NAMES
        if isinstance(asked(resource)[key].scalar(), str) and resource.type not in _NAMED_OTHERWISE
    }

    assert len(names) > 50
    strangers = [
        name for name in names if f"chat-{stack}" not in name and f"chat/{stack}" not in name
    ]
    assert strangers == []


@pytest.mark.requirement("CHAT-000-42", "CHAT-001-151")
@pytest.mark.parametrize("stack", STACKS)
def test_every_alarm_reaches_somebody(stack: str) -> None:
    alarms = all_of(stack_graph(stack), "MetricAlarm")

    assert len(alarms) >= 20
    unheard = [one.name for one in alarms if not one.references("alarmActions")]
    assert unheard == []


@pytest.mark.requirement("CHAT-000-57", "CHAT-001-162", "CHAT-001-166")
@pytest.mark.parametrize("stack", STACKS)
def test_all_that_a_user_of_the_stack_needs_is_exported(stack: str) -> None:
    (root,) = stack_graph(stack).of_type("pulumi:pulumi:Stack")
    exported = {key for key, _ in root.properties.entries()}

    assert {
        "albDnsName",
        "apiRepositoryUrl",
        "apiServiceName",
        "apiUrl",
        "databaseAddress",
        "ecsClusterName",
        "offlineQueueUrl",
        "privateSubnetIds",
        "publicSubnetIds",
        "pushQueueUrl",
        "realtimeRepositoryUrl",
        "realtimeServiceName",
        "realtimeUrl",
        "redisAdapterAddress",
        "redisStateAddress",
        "vpcId",
        "workersRepositoryUrl",
        "workersServiceName",
    } <= exported
