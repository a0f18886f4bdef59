"""A new size is one new stack file, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from graph.model import Graph
from infra.config.fields import Raw
from infra.config.load import parse
from tests.kit.program import record_stack
from tests.unit.infra import figures
from tests.unit.infra.recorded import STACKS, config_of, program, stack_file, stack_graph

ROOT = Path(__file__).parents[3]
CODE = ("graph", "infra", "policies", "toolchain", "reports")
NEAREST = "10k-dau"
# What somebody who copies the nearest file changes in it for 15,000 daily users.
CHANGES = {
    "natGateways: 2": "natGateways: 1",
    "realtimeServiceDesiredCount: 2": "realtimeServiceDesiredCount: 5",
    "rdsAllocatedStorage: 50": "rdsAllocatedStorage: 70",
    "redisNodeType: cache.t3.medium": "redisNodeType: cache.r7g.large",
    "rdsMultiAz: false": "rdsMultiAz: true",
}


@pytest.fixture(scope="module")
def ninth(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The stack of a file that is in no list, as the engine would build it."""
    text = (ROOT / "stacks" / f"Pulumi.{NEAREST}.yaml").read_text()
    for old, new in CHANGES.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("stacks") / "Pulumi.15k-dau.yaml"
    path.write_text(text)
    return record_stack(program, stack="15k-dau", config=stack_file(path))


def test_a_ninth_stack_file_is_a_ninth_stack(ninth: Graph) -> None:
    assert figures.nat_gateways(ninth) == "1"
    assert figures.tasks(ninth, "realtime") == "5×512/1024"  # noqa: RUF001 - as in the tables
    assert figures.database_storage(ninth) == "70GB"
    assert figures.redis(ninth) == "r7g.large×2"  # noqa: RUF001 - as in the tables
    assert figures.multi_az(ninth) == figures.YES


def test_it_lacks_nothing_that_its_neighbour_has_but_a_gateway(ninth: Graph) -> None:
    def types(graph: Graph) -> Counter[str]:
        found = Counter(resource.type for resource in graph.resources)
        # There is an alarm for each gateway and each node: how many is another test's.
        del found["aws:cloudwatch/metricAlarm:MetricAlarm"]
        return found

    assert types(stack_graph(NEAREST)) - types(ninth) == {
        "aws:ec2/natGateway:NatGateway": 1,
        "aws:ec2/eip:Eip": 1,
    }
    assert types(ninth) - types(stack_graph(NEAREST)) == {}


def test_no_code_knows_a_size_by_name() -> None:
    sizes = [stack for stack in STACKS if stack not in ("dev", "prod")]
    naming = {
        str(path.relative_to(ROOT))
        for room in CODE
        for path in (ROOT / room).rglob("*.py")
        if any(size in path.read_text(encoding="utf-8") for size in sizes)
    }

    assert naming == set()


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_file_is_short_and_in_the_order_of_the_reference(stack: str) -> None:
    text = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    reference = (ROOT / "docs" / "configuration.md").read_text()
    order = re.findall(r"^\| `(\S+)` \|", reference, flags=re.MULTILINE)
    keys = list(yaml.safe_load(text)["config"])

    assert len(text.splitlines()) <= 80
    assert keys == [key for key in order if key in keys]


@pytest.mark.parametrize("stack", STACKS)
def test_every_committed_stack_but_the_development_one_serves_users(stack: str) -> None:
    environment = config_of(stack)["plumbline:environment"]

    assert environment == ("dev" if stack == "dev" else "prod")


@pytest.mark.parametrize("region", ["us-east-1", "ap-southeast-2", "us-gov-west-1"])
@pytest.mark.parametrize("stack", STACKS)
def test_no_stack_is_tied_to_a_region(stack: str, region: str) -> None:
    values = {
        key: value.replace(config_of(stack)["aws:region"], region)
        for key, value in config_of(stack).items()
    }
    config = parse(stack, Raw(values))

    assert config.region == region
    assert all(zone.startswith(region) for zone in config.availability_zones)
