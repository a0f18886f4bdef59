"""PostgreSQL and Redis: versions, parameters with reasons, storage that may grow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.plan import postgres, redis
from infra.plan.backup import START_MINUTES, plan_backup
from infra.plan.context import Environment
from infra.plan.lifecycle import lifecycle_of


@pytest.mark.parametrize(("version", "major"), [("16", 16), ("16.4", 16), ("13.20", 13)])
def test_the_major_version_is_read(version: str, major: int) -> None:
    assert postgres.major_version(version) == major


@pytest.mark.parametrize("version", ["", "9.6.1", "16.", "16.4.1", "x", "016"])
def test_what_is_no_version_has_no_major_one(version: str) -> None:
    assert postgres.major_version(version) is None


def test_minor_versions_are_followed_only_where_none_is_named() -> None:
    assert postgres.follows_minor_versions("16")
    assert not postgres.follows_minor_versions("16.4")


@given(st.integers(20, 65_536))
def test_storage_may_grow_within_what_aws_takes(allocated: int) -> None:
    limit = postgres.storage_limit(allocated)

    if limit is None:
        assert 1.1 * allocated > 65_536
    else:
        assert 1.1 * allocated <= limit <= 65_536


def _minutes(window: str) -> tuple[int, int]:
    """Start and end of a window in minutes after midnight; a day before the time is left out."""
    start, end = (part[-5:] for part in window.split("-"))
    return int(start[:2]) * 60 + int(start[3:]), int(end[:2]) * 60 + int(end[3:])


def test_no_backup_may_start_in_the_maintenance_window_or_in_the_hour_before() -> None:
    opens, _ = _minutes(postgres.MAINTENANCE_WINDOW)

    for rule in plan_backup(Environment.PROD):
        hour = int(rule.schedule.removeprefix("cron(").split()[1])
        assert hour * 60 + START_MINUTES <= opens - 60


def test_the_databases_own_backups_are_done_before_those_of_aws_backup_begin() -> None:
    _, closes = _minutes(postgres.BACKUP_WINDOW)

    assert closes <= 3 * 60


def test_passwords_are_scram_and_no_statement_that_holds_one_is_logged() -> None:
    values = {parameter.name: parameter.value for parameter in postgres.PARAMETERS}

    assert values["password_encryption"] == "scram-sha-256"
    assert values["rds.accepted_password_auth_method"] == "scram"
    assert values["log_statement"] == "none"


@pytest.mark.requirement("CHAT-001-135")
def test_every_parameter_has_a_reason_and_stands_once() -> None:
    names = [parameter.name for parameter in postgres.PARAMETERS]

    assert len(set(names)) == len(names)
    assert all(parameter.reason.endswith(".") for parameter in postgres.PARAMETERS)


def test_connections_without_tls_are_refused() -> None:
    values = {parameter.name: parameter.value for parameter in postgres.PARAMETERS}

    assert values["rds.force_ssl"] == "1"


@given(st.integers(1, redis.MAXIMUM_NODES))
def test_nodes_are_numbered_as_elasticache_does_it(nodes: int) -> None:
    ids = redis.node_ids("chat-prod-redis", nodes)

    assert len(ids) == nodes
    assert ids[0] == "chat-prod-redis-001"


def test_production_is_kept_longer_and_guarded_better() -> None:
    dev, prod = lifecycle_of(Environment.DEV), lifecycle_of(Environment.PROD)

    assert (dev.flow_log_days, prod.flow_log_days) == (7, 30)
    assert (dev.backup_days, prod.backup_days) == (1, 7)
    assert (dev.deletion_protection, prod.deletion_protection) == (False, True)
    assert (dev.keep_on_destroy, prod.keep_on_destroy) == (False, True)
