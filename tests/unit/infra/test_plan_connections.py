"""Who may call whom, for every combination of parts that a stack may have."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from infra.plan.connections import SERVICES, Call, ChatParts, Connections, plan_connections

SMALLEST = ChatParts(
    proxy=False, replica=False, rotation=False, split_cache=False, service_connect=False
)
LARGEST = ChatParts(proxy=True, replica=True, rotation=True, split_cache=True, service_connect=True)
EVERY = [
    ChatParts(
        proxy=proxy,
        replica=replica,
        rotation=rotation,
        split_cache=split,
        service_connect=connect,
    )
    for proxy, replica, rotation, split, connect in product((False, True), repeat=5)
]


def callers(connections: Connections, called: str) -> set[str]:
    return {call.caller for call in connections.calls if call.called == called}


@pytest.mark.requirement("CHAT-001-118")
def test_only_the_load_balancer_is_called_from_the_internet() -> None:
    for parts in EVERY:
        assert plan_connections(parts).from_internet == {"alb": (80, 443)}


def test_without_a_proxy_services_call_the_database() -> None:
    assert callers(plan_connections(SMALLEST), "postgres") == {*SERVICES, "database-setup"}


@pytest.mark.requirement("CHAT-001-134")
def test_with_a_proxy_services_call_it_and_no_longer_the_database() -> None:
    connections = plan_connections(replace(SMALLEST, proxy=True))

    assert callers(connections, "database-proxy") == set(SERVICES)
    assert callers(connections, "postgres") == {"database-proxy", "database-setup"}


def test_a_read_replica_is_called_past_the_proxy() -> None:
    assert callers(plan_connections(LARGEST), "postgres-replica") == set(SERVICES)


def test_the_rotation_calls_the_database_only_where_there_is_one() -> None:
    assert "rotation" in callers(plan_connections(LARGEST), "postgres")
    assert "rotation" not in plan_connections(SMALLEST).parties


def test_a_split_cache_is_two_parties() -> None:
    assert "redis" in plan_connections(SMALLEST).parties
    split = plan_connections(LARGEST)
    assert "redis" not in split.parties
    assert callers(split, "redis-adapter") == callers(split, "redis-state") == set(SERVICES)


@pytest.mark.requirement("CHAT-000-36", "CHAT-001-115")
def test_services_are_called_by_the_load_balancer_alone_without_service_connect() -> None:
    connections = plan_connections(replace(LARGEST, service_connect=False))

    assert callers(connections, "api") == callers(connections, "realtime") == {"alb"}


def test_with_service_connect_services_call_each_other_on_ports_of_their_own() -> None:
    calls = {
        call
        for call in plan_connections(LARGEST).calls
        if call.caller in SERVICES and call.called in SERVICES
    }

    assert calls == {
        Call(caller="api", called="realtime", port=13001),
        Call(caller="workers", called="api", port=13000),
        Call(caller="workers", called="realtime", port=13001),
    }


@pytest.mark.requirement("CHAT-001-115")
def test_workers_are_called_by_nobody_and_data_calls_nobody() -> None:
    for parts in EVERY:
        connections = plan_connections(parts)
        assert callers(connections, "workers") == set()
        calling = {call.caller for call in connections.calls} | set(connections.to_internet)
        assert not calling & {"postgres", "postgres-replica", "redis", "redis-adapter"}


def test_no_call_is_listed_twice_and_every_party_has_one() -> None:
    for parts in EVERY:
        connections = plan_connections(parts)
        pairs = [(call.caller, call.called) for call in connections.calls]
        assert len(set(pairs)) == len(pairs)
        assert set(connections.parties) == {name for pair in pairs for name in pair}


def test_a_description_has_only_characters_that_ec2_takes() -> None:
    for description in plan_connections(LARGEST).parties.values():
        assert re.fullmatch(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", description)
