"""Each figure of the specification's tables is in the resources of its stack.

The tables stand here as the specification has them; where one says what AWS doesn't have, the
correction stands beside it, with its reason (docs/where-the-specs-err.md).
"""

# ruff: noqa: RUF001, RUF003 - the tables have the specification's own sign for "times"

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from graph.model import Graph
from infra.config.load import parse
from infra.config.problems import ConfigError
from tests.unit.infra import figures
from tests.unit.infra.recorded import STACKS, config_of, raw_of, stack_graph

Reading = Callable[[Graph], str]

# Chat spec 001, "Infrastructure Features by Stack".
FEATURES = figures.table("""
| Feature                | dev   | 1k    | 5k    | 10k     | 25k     | 50k     | 100k    |
| ---------------------- | ----- | ----- | ----- | ------- | ------- | ------- | ------- |
| **NAT Gateways**       | 0     | 1     | 1     | 2       | 2       | 2       | 3       |
| **Availability Zones** | 2     | 2     | 2     | 2       | 2       | 3       | 3       |
| **WAF Protection**     | ❌    | ❌    | ✅    | ✅      | ✅      | ✅      | ✅      |
| **RDS Proxy**          | ❌    | ❌    | ❌    | ✅      | ✅      | ✅      | ✅      |
| **RDS Multi-AZ**       | ❌    | ❌    | ❌    | ❌      | ❌      | ✅      | ✅      |
| **RDS Read Replica**   | ❌    | ❌    | ❌    | ❌      | ❌      | ❌      | ✅      |
| **Redis Split**        | ❌    | ❌    | ❌    | ❌      | ❌      | ❌      | ✅      |
| **Graviton (ARM64)**   | ❌    | ❌    | ❌    | ❌      | ❌      | ❌      | ✅      |
| **Auto-Scaling**       | Basic | Basic | Basic | ✅ Full | ✅ Full | ✅ Full | ✅ Full |
""")

# Chat spec 001, "Compute Resources by Stack".
COMPUTE = figures.table("""
| Service      | dev       | 1k         | 5k         | 10k        | 25k         | 50k         | 100k        |
| ------------ | --------- | ---------- | ---------- | ---------- | ----------- | ----------- | ----------- |
| **API**      | 1×256/512 | 1×256/512  | 2×256/512  | 2×512/1024 | 2×512/1024  | 3×512/1024  | 4×1024/2048 |
| **Realtime** | 1×256/512 | 1×512/1024 | 2×512/1024 | 2×512/1024 | 3×1024/2048 | 4×1024/2048 | 6×1024/2048 |
| **Workers**  | 1×256/512 | 1×256/512  | 1×256/512  | 1×256/512  | 2×256/512   | 2×512/1024  | 3×512/1024  |
""")

# Chat spec 001, "Database & Cache by Stack".
DATA = figures.table("""
| Resource        | dev        | 1k         | 5k          | 10k         | 25k         | 50k        | 100k       |
| --------------- | ---------- | ---------- | ----------- | ----------- | ----------- | ---------- | ---------- |
| **RDS**         | t3.micro   | t3.small   | t3.small    | t3.medium   | t3.large    | r6g.large  | r6g.xlarge |
| **RDS Storage** | 20GB       | 20GB       | 30GB        | 50GB        | 100GB       | 150GB      | 200GB      |
| **Redis**       | t3.micro×1 | t3.small×1 | t3.medium×1 | t3.medium×2 | t3.medium×2 | t3.large×2 | m6g Split  |
""")

# ElastiCache's burstable nodes end at medium, and its m6g ones begin at large.
CORRECTED = {("Redis", "50k"): "m6g.large×2"}
# Chat spec 001, "Cost Breakdown": adapter 3×m6g.large, state 3×m6g.medium.
SPLIT = {"adapter": "m6g.large×3", "state": "m6g.medium×3"}
SPLIT_CORRECTED = SPLIT | {"state": "m6g.large×3"}

READINGS: dict[str, Reading] = {
    "NAT Gateways": figures.nat_gateways,
    "Availability Zones": figures.availability_zones,
    "WAF Protection": figures.firewall,
    "RDS Proxy": figures.proxy,
    "RDS Multi-AZ": figures.multi_az,
    "RDS Read Replica": figures.read_replica,
    "Redis Split": figures.redis_split,
    "Graviton (ARM64)": figures.graviton,
    "Auto-Scaling": figures.auto_scaling,
    "API": partial(figures.tasks, service="api"),
    "Realtime": partial(figures.tasks, service="realtime"),
    "Workers": partial(figures.tasks, service="workers"),
    "RDS": figures.database_class,
    "RDS Storage": figures.database_storage,
    "Redis": figures.redis,
}
CELLS = {
    (row, column): CORRECTED.get((row, column), cell)
    for (row, column), cell in (FEATURES | COMPUTE | DATA).items()
    if row in READINGS and column not in ("Feature", "Service", "Resource")
}

# Chat spec 000 for production: its demands in the shape of the tables of 001, whose figures of
# 100,000 daily users it shares where it has none of its own.
BASELINE = figures.table("""
| Feature                | prod        |
| ---------------------- | ----------- |
| **NAT Gateways**       | 1           |
| **Availability Zones** | 3           |
| **WAF Protection**     | ✅          |
| **RDS Proxy**          | ✅          |
| **RDS Multi-AZ**       | ✅          |
| **RDS Read Replica**   | ❌          |
| **Redis Split**        | ❌          |
| **Graviton (ARM64)**   | ✅          |
| **Auto-Scaling**       | ✅ Full     |
| **API**                | 4×1024/2048 |
| **Realtime**           | 6×1024/2048 |
| **Workers**            | 3×512/1024  |
| **RDS**                | r6g.xlarge  |
| **RDS Storage**        | 200GB       |
| **Redis**              | m6g.large×3 |
""")

# Chat spec 004, "Environment Comparison": what follows from the environment alone.
ENVIRONMENTS = figures.table("""
| Feature             | Dev    | Production |
| ------------------- | ------ | ---------- |
| Flow Log Retention  | 7 days | 30 days    |
| Backup Retention    | 1 day  | 7 days     |
| Deletion Protection | No     | Yes        |
""")
# Chat spec 001, "Database": the plan of AWS Backup.
BACKUPS = figures.table("""
| Feature       | Dev               | Production             |
| ------------- | ----------------- | ---------------------- |
| daily         | 03:00 UTC, 7 days | 03:00 UTC, 35 days     |
| weekly        | none              | SUN 04:00 UTC, 90 days |
| Point in time | No                | Yes                    |
""")
ENVIRONMENT_READINGS: dict[str, Reading] = {
    "Flow Log Retention": figures.flow_log_retention,
    "Backup Retention": figures.backup_retention,
    "Deletion Protection": figures.deletion_protection,
    "daily": lambda graph: figures.backups(graph).get("daily", "none"),
    "weekly": lambda graph: figures.backups(graph).get("weekly", "none"),
    "Point in time": figures.point_in_time,
}

# Chat spec 004, "Environment Comparison": what depends on the size. Its production is one of
# several sizes; it is held here by `prod`, whose single NAT gateway chat spec 000 asks for.
COMPARISON = figures.table("""
| Feature        | Dev | Production |
| -------------- | --- | ---------- |
| NAT Gateways   | 0   | 2+         |
| RDS Multi-AZ   | No  | Yes        |
| RDS Proxy      | No  | Yes        |
| Redis Replicas | 1   | 2+         |
| WAF            | No  | Yes        |
""")
COMPARISON_CORRECTED = {("NAT Gateways", "Production"): "1"}
COMPARISON_READINGS: dict[str, Reading] = {
    "NAT Gateways": figures.nat_gateways,
    "RDS Multi-AZ": figures.multi_az,
    "RDS Proxy": figures.proxy,
    "Redis Replicas": lambda graph: figures.redis(graph).rpartition("×")[2],
    "WAF": figures.firewall,
}
WORDS = {figures.YES: "Yes", figures.NO: "No"}


def stack_of(column: str) -> str:
    return column if column in ("dev", "prod") else f"{column}-dau"


def environment_of(stack: str) -> str:
    return "Dev" if config_of(stack)["plumbline:environment"] == "dev" else "Production"


def test_the_tables_have_a_column_for_every_size_and_a_reading_for_every_row() -> None:
    columns = {stack_of(column) for _, column in CELLS}

    assert columns | {"prod"} == set(STACKS)
    assert {row for row, _ in FEATURES | COMPUTE | DATA} == set(READINGS)
    assert {row for row, _ in BASELINE} == set(READINGS)
    assert len(CELLS) == len(READINGS) * len(columns)


@pytest.mark.requirement(
    "CHAT-001-022",
    "CHAT-001-023",
    "CHAT-001-024",
    "CHAT-001-025",
    "CHAT-001-026",
    "CHAT-001-027",
    "CHAT-001-028",
    "CHAT-001-029",
    "CHAT-001-030",
    "CHAT-001-031",
    "CHAT-001-033",
    "CHAT-001-034",
    "CHAT-001-035",
    "CHAT-001-036",
    "CHAT-001-037",
    "CHAT-001-038",
)
@pytest.mark.parametrize(("row", "column"), CELLS)
def test_a_stack_has_the_figure_of_the_table(row: str, column: str) -> None:
    assert READINGS[row](stack_graph(stack_of(column))) == CELLS[row, column]


@pytest.mark.requirement("CHAT-001-038")
def test_the_split_redis_has_the_nodes_of_the_cost_breakdown() -> None:
    assert figures.redis_parts(stack_graph("100k-dau")) == SPLIT_CORRECTED


@pytest.mark.requirement("CHAT-001-038")
@pytest.mark.parametrize(
    ("stack", "key", "node_type"),
    [
        ("50k-dau", "redisNodeType", DATA["Redis", "50k"].partition("×")[0]),
        ("100k-dau", "redisStateNodeType", SPLIT["state"].partition("×")[0]),
    ],
)
def test_what_had_to_be_corrected_does_not_exist(stack: str, key: str, node_type: str) -> None:
    with pytest.raises(ConfigError, match="AWS has no such class"):
        parse(stack, raw_of(stack, **{key: f"cache.{node_type}"}))


@pytest.mark.requirement("CHAT-000-01", "CHAT-000-19", "CHAT-000-35")
@pytest.mark.parametrize("row", READINGS)
def test_production_is_the_strict_baseline(row: str) -> None:
    assert READINGS[row](stack_graph("prod")) == BASELINE[row, "prod"]


@pytest.mark.requirement(
    "CHAT-001-137",
    "CHAT-001-138",
    "CHAT-001-139",
    "CHAT-001-140",
    "CHAT-004-35",
    "CHAT-004-36",
    "CHAT-004-37",
)
@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("row", ENVIRONMENT_READINGS)
def test_a_stack_has_what_its_environment_asks_for(row: str, stack: str) -> None:
    expected = (ENVIRONMENTS | BACKUPS)[row, environment_of(stack)]

    assert ENVIRONMENT_READINGS[row](stack_graph(stack)) == expected


@pytest.mark.requirement(
    "CHAT-004-26", "CHAT-004-30", "CHAT-004-31", "CHAT-004-32", "CHAT-004-33", "CHAT-004-34"
)
@pytest.mark.parametrize(("stack", "column"), [("dev", "Dev"), ("prod", "Production")])
@pytest.mark.parametrize("row", COMPARISON_READINGS)
def test_development_and_production_differ_as_compared(row: str, stack: str, column: str) -> None:
    expected = COMPARISON_CORRECTED.get((row, column), COMPARISON[row, column])
    found = COMPARISON_READINGS[row](stack_graph(stack))

    if expected.endswith("+"):
        assert int(found) >= int(expected.removesuffix("+"))
    else:
        assert WORDS.get(found, found) == expected
