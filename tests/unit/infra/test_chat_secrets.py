"""Secrets of the chat system: made, kept and handed on without anybody reading them."""

from __future__ import annotations

import pytest

from tests.unit.infra.recorded import STACKS, all_of, stack_graph


@pytest.mark.requirement("CHAT-000-40")
@pytest.mark.parametrize("stack", STACKS)
def test_no_secret_is_readable_anywhere(stack: str) -> None:
    found = [
        (resource.name, part)
        for resource in stack_graph(stack).resources
        for part in resource.properties.walk()
        if "MadeUpPassword" in str(part.scalar())
    ]

    caches = {group.name for group in all_of(stack_graph(stack), "ReplicationGroup")}
    assert {name for name, _ in found} >= {"redis-token-first-value", *caches}
    assert [name for name, part in found if not part.secret] == []


@pytest.mark.requirement("CHAT-000-40")
@pytest.mark.parametrize("stack", [STACKS[0], STACKS[-2]])
def test_the_token_of_redis_is_secret_in_a_preview_too(stack: str) -> None:
    groups = all_of(stack_graph(stack, preview=True), "ReplicationGroup")

    assert groups
    assert all(group["authToken"].secret for group in groups)
