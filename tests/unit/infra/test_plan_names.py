"""Names: within AWS's limits, and two different things never get the same one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infra.config.load import STACK_NAME_LIMIT
from infra.plan.names import STACK_NAME, Kind, Names, fit

STACKS = st.from_regex(rf"\A{STACK_NAME.pattern}\Z").filter(
    lambda name: len(name) <= STACK_NAME_LIMIT
)
PARTS = st.from_regex(r"\A[a-z]+(-[a-z0-9]+){0,3}\Z").filter(lambda part: len(part) <= 60)


@settings(max_examples=40)
@given(STACKS, PARTS, st.sampled_from(Kind))
def test_a_name_never_passes_the_limit_of_its_kind(stack: str, part: str, kind: Kind) -> None:
    names = Names(system="chat", stack=stack)

    assert len(names.of(kind, part)) <= kind.limit
    assert len(names.path(kind, part)) <= kind.limit


@settings(max_examples=40)
@given(STACKS, PARTS, PARTS, st.sampled_from(Kind))
def test_two_parts_of_a_stack_never_share_a_name(
    stack: str, one: str, other: str, kind: Kind
) -> None:
    assume(one != other)
    names = Names(system="chat", stack=stack)

    assert names.of(kind, one) != names.of(kind, other)


@settings(max_examples=40)
@given(STACKS, PARTS, st.sampled_from(Kind))
def test_a_name_consists_of_what_every_service_takes(stack: str, part: str, kind: Kind) -> None:
    name = Names(system="chat", stack=stack).of(kind, part)

    assert STACK_NAME.fullmatch(name)
    assert name.startswith("chat-")


def test_a_name_that_fits_is_left_as_it_is() -> None:
    assert Names(system="chat", stack="prod").of(Kind.ROLE, "api-task") == "chat-prod-api-task"


def test_a_name_without_a_part_is_the_stack_itself() -> None:
    assert Names(system="chat", stack="prod").of(Kind.CLUSTER) == "chat-prod"


def test_a_name_that_is_too_long_ends_in_a_hash_and_keeps_its_beginning() -> None:
    name = fit("chat-a-very-long-stack-name-realtime", 24)

    assert len(name) == 24
    assert name.startswith("chat-a-very-lon-")


def test_a_target_groups_stem_leaves_room_for_the_automatic_ending() -> None:
    assert Kind.TARGET_GROUP.limit + len("-0a1b2c3") == 32


@pytest.mark.parametrize(("part", "path"), [("api", "chat-prod/api")])
def test_a_path_has_a_slash_before_its_part(part: str, path: str) -> None:
    assert Names(system="chat", stack="prod").path(Kind.REPOSITORY, part) == path
