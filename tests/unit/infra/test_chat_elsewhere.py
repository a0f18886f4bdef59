"""The chat system where nobody has it yet: another region, a long name, images of its own."""

from __future__ import annotations

import json
from functools import cache

import pytest

from graph.model import Graph
from infra.config.load import STACK_NAME_LIMIT
from tests.kit.acceptance import refusals
from tests.unit.infra.chat_parts import container
from tests.unit.infra.recorded import all_of, config_of, graph_as, named, one

LONG_NAME = "a-stack-with-an-exceedingly-long-name-12"


@cache
def elsewhere() -> Graph:
    zones = json.dumps(["us-west-2a", "us-west-2b", "us-west-2c"])
    config = config_of("100k-dau", availabilityZones=zones, apiImageTag="1.4.0")
    return graph_as(LONG_NAME, config | {"aws:region": "us-west-2"})


def test_no_region_stands_in_the_code() -> None:
    for resource in elsewhere().resources:
        for part in resource.properties.walk():
            assert "eu-central-1" not in str(part.scalar()), f"{resource.name}.{part.path}"


@pytest.mark.requirement("CHAT-001-164", "CHAT-001-165")
def test_a_pushed_image_runs_from_the_services_own_repository() -> None:
    api, realtime = container(elsewhere(), "api"), container(elsewhere(), "realtime")

    repository = named(elsewhere(), "api-images-repository")
    assert api["image"] == f"{repository['repositoryUrl'].value}:1.4.0"
    assert "command" not in api
    assert str(realtime["image"]).startswith("public.ecr.aws/")


@pytest.mark.requirement("CHAT-001-092")
@pytest.mark.parametrize(
    ("kind", "key", "limit"),
    [
        ("ReplicationGroup", "replicationGroupId", 40),
        ("TargetGroup", "name", 32),
        ("Role", "name", 64),
        ("Queue", "name", 80),
    ],
)
def test_a_stack_with_a_long_name_stays_within_the_limits(kind: str, key: str, limit: int) -> None:
    found = all_of(elsewhere(), kind)

    assert len(LONG_NAME) == STACK_NAME_LIMIT
    assert len(found) >= 2
    names = {str(resource[key].value) for resource in found}
    assert len(names) == len(found)
    assert max(len(name) for name in names) <= limit


def test_the_load_balancer_of_a_stack_with_a_long_name_has_at_most_32_characters() -> None:
    assert len(str(one(elsewhere(), "LoadBalancer")["name"].value)) <= 32


def test_aws_would_take_every_resource_of_it() -> None:
    assert refusals(elsewhere()) == []
