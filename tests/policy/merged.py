"""Two small stacks as one: what is wrong in either stays wrong beside the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policies.testing.fixtures import Case, FixtureResource, Fixtures, StackConfig

# Rules that look for something that must exist somewhere: one stack may have, or come to have, what
# the other one lacks.
LOOKING_FOR_ONE = frozenset(
    {
        "alarm-subject-exists",
        "alarms-of-each-kind",
        "alarms-on-catalog",
        "apigateway-log-group-exists",
        "backup-covers-databases",
        "backup-covers-tables",
        "dynamodb-indexes-grow",
        "ecs-autoscaling",
        "ecs-log-group-exists",
        "ecs-request-scaling",
        "group-in-use",
        "lambda-concurrency-scales",
        "lambda-log-group",
        "names-hold-suffix",
        "scaling-at-cpu",
        "scaling-target-exists",
        "target-group-has-listener",
    }
)


def late_beside_wrong(fixtures: Fixtures) -> Iterator[Case]:
    """Each case of a rule that is unknown, before and after each that fails."""
    for unknown in fixtures.unknown or ():
        late = _renamed(unknown, "-late")
        for wrong in fixtures.fails:
            yield [*late, *wrong]
            yield [*wrong, *late]


def _renamed(case: Case, suffix: str) -> Case:
    own = {member.name for member in case if isinstance(member, FixtureResource)}

    def name(old: str) -> str:
        return old + suffix if old in own else old

    def member(one: FixtureResource | StackConfig) -> FixtureResource | StackConfig:
        if isinstance(one, StackConfig):
            return one
        refs = {key: [name(each) for each in named] for key, named in one.refs.items()}
        parent = one.parent and name(one.parent)
        provider = one.provider and name(one.provider)
        return replace(one, name=name(one.name), parent=parent, provider=provider, refs=refs)

    return [member(one) for one in case]
