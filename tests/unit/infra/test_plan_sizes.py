"""Sizes that AWS has: Fargate's pairs, and the memory of database and cache classes."""

from __future__ import annotations

from itertools import groupby

import pytest

from infra.plan.alarms_database import maximum_connections
from infra.plan.fargate import MEMORY_BY_CPU, TaskSize, memory_choices
from infra.plan.instances import CACHE_NODE_TYPES, DATABASE_CLASSES, GIB, memory_bytes


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 512), (256, 2048), (512, 4096), (1024, 8192), (4096, 30_720), (16_384, 122_880)],
)
def test_pairs_that_fargate_offers_exist(cpu: int, memory: int) -> None:
    assert TaskSize(cpu=cpu, memory=memory).exists()


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [(256, 3072), (512, 512), (1024, 1024), (2048, 4000), (8192, 17_408), (300, 512), (0, 0)],
)
def test_pairs_that_fargate_does_not_offer_do_not_exist(cpu: int, memory: int) -> None:
    assert not TaskSize(cpu=cpu, memory=memory).exists()


def test_every_number_of_cpu_units_offers_between_two_and_sixty_gibibytes_a_vcpu() -> None:
    for cpu, sizes in MEMORY_BY_CPU.items():
        assert list(sizes) == sorted(set(sizes))
        assert sizes[0] * 1024 >= cpu * 2048 or cpu == 256
        assert sizes[-1] * 1024 <= cpu * 8192


def test_memory_choices_are_told_in_words() -> None:
    assert memory_choices(256) == "512, 1024 or 2048"


@pytest.mark.parametrize(
    ("name", "memory"),
    [
        ("db.t3.micro", 1 * GIB),
        ("db.t4g.medium", 4 * GIB),
        ("db.m6g.large", 8 * GIB),
        ("db.r6g.large", 16 * GIB),
        ("db.r6g.xlarge", 32 * GIB),
        ("db.r7g.4xlarge", 128 * GIB),
        ("db.r8g.48xlarge", 1536 * GIB),
        ("cache.t3.micro", GIB // 2),
        ("cache.m6g.large", 6_854_542_746),
        ("cache.r6g.xlarge", 28_261_849_702),
    ],
)
def test_the_memory_of_a_class_is_known(name: str, memory: int) -> None:
    assert memory_bytes(name) == memory


@pytest.mark.parametrize("classes", [DATABASE_CLASSES, CACHE_NODE_TYPES])
def test_a_greater_size_of_a_family_has_more_memory(classes: dict[str, int]) -> None:
    for family, sizes in groupby(classes, key=lambda name: name.split(".")[1]):
        memories = [classes[name] for name in sizes]
        assert memories == sorted(set(memories)), family


@pytest.mark.parametrize(
    "name",
    [
        "db.serverless",
        "db.t2.micro",
        "db.m6g.small",
        "db.m6g.24xlarge",
        "db.t3",
        "cache.m6g.medium",
        "cache.t3.large",
        "cache.m5.8xlarge",
    ],
)
def test_a_class_that_does_not_exist_has_no_memory(name: str) -> None:
    assert memory_bytes(name) is None


@pytest.mark.parametrize(
    ("name", "connections"),
    [("db.t3.micro", 112), ("db.r6g.xlarge", 3604), ("db.r6g.4xlarge", 5000)],
)
def test_connections_follow_from_memory_as_rds_has_it(name: str, connections: int) -> None:
    assert maximum_connections(name) == connections


def test_the_connections_of_an_unknown_class_are_an_error_not_a_guess() -> None:
    with pytest.raises(ValueError, match=r"memory of db\.x9 is not known"):
        maximum_connections("db.x9")
