"""Generated configurations of the chat system, each a committed stack's with changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from infra.config.chat import ChatConfig
from infra.config.chat_fields import FIELDS, NAMESPACE, REGION
from infra.config.fields import Field, Raw
from infra.config.load import STACK_NAME_LIMIT, parse
from infra.config.problems import ConfigError, Problem
from infra.plan.fargate import MEMORY_BY_CPU
from infra.plan.names import STACK_NAME
from tests.properties.values import accepted, refused
from tests.unit.infra.recorded import STACKS, config_of

BY_KEY = {field.key: field for field in FIELDS}
_ALWAYS = [field for field in FIELDS if field.when is None]
_CONDITIONAL = [field for field in FIELDS if field.when is not None]
_REGIONS = ("eu-central-1", "us-east-1", "ap-southeast-3", "us-gov-west-1", "cn-north-1")
_PLACES = st.tuples(st.sampled_from(_REGIONS), st.sampled_from(["ab", "abc", "cad", "fb"])).map(
    lambda place: {
        "aws:region": place[0],
        f"{NAMESPACE}:availabilityZones": json.dumps([place[0] + zone for zone in place[1]]),
    }
)


def _size(service: str) -> st.SearchStrategy[dict[str, str]]:
    pairs = [(cpu, memory) for cpu, memories in MEMORY_BY_CPU.items() for memory in memories]
    return st.sampled_from(pairs).map(
        lambda pair: {
            f"{NAMESPACE}:{service}ServiceCpu": str(pair[0]),
            f"{NAMESPACE}:{service}ServiceMemory": str(pair[1]),
        }
    )


# Keys of which one value alone would contradict the others nearly always.
_TOGETHER: dict[str, st.SearchStrategy[dict[str, str]]] = {
    "aws:region": _PLACES,
    f"{NAMESPACE}:availabilityZones": _PLACES,
} | {
    f"{NAMESPACE}:{service}Service{what}": _size(service)
    for service in ("api", "realtime", "worker")
    for what in ("Cpu", "Memory")
}


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration: the stack file `base` with `changes` (None: the key is left out).

    `planted` are the keys that were made wrong on purpose.
    """

    base: str
    stack: str
    changes: Mapping[str, str | None]
    planted: frozenset[str] = frozenset()

    @property
    def values(self) -> dict[str, str]:
        """The whole configuration, as the engine would hand it over."""
        whole: dict[str, str | None] = {**config_of(self.base), **self.changes}
        return {key: value for key, value in whole.items() if value is not None}

    def config(self) -> ChatConfig:
        """What it means; raises ConfigError where it is refused."""
        return parse(self.stack, Raw(values=self.values))

    def problems(self) -> Sequence[Problem]:
        """Why it is refused; nothing where it is not."""
        try:
            self.config()
        except ConfigError as error:
            return error.problems
        return ()

    def without(self, keys: Sequence[str]) -> Case:
        """The same without some of its changes, and with what that makes necessary of others."""
        kept = {key: value for key, value in self.changes.items() if key not in keys}
        changes = kept if self.planted else _completed(self.base, kept)
        return replace(self, changes=changes, planted=self.planted - set(keys))


def mentioned(problem: Problem) -> set[str]:
    """The keys that a problem is about, or speaks of."""
    return {problem.key} | {key for key in BY_KEY if key in f"{problem.why} {problem.mend}"}


@st.composite
def buildable(draw: st.DrawFn, base: str) -> Case:
    """A configuration that is accepted, as far from the stack it starts from as may be."""
    keys = draw(_some([field.key for field in _ALWAYS]))
    if draw(st.booleans()):
        # All that can be told apart by a flag, in one configuration of two.
        keys += [field.key for field in _ALWAYS if _is_flag(field) and field.key not in keys]
    changes: dict[str, str | None] = {}
    for key in keys:
        changes |= draw(_TOGETHER.get(key, _alone(key)))
    values = config_of(base) | {key: value for key, value in changes.items() if value is not None}
    for field in _CONDITIONAL:
        if not _wanted(field, values):
            if field.key in values:
                changes[field.key] = None
        elif field.key not in values or draw(st.booleans()):
            changes[field.key] = draw(accepted(field.kind))
    names = st.from_regex(STACK_NAME, fullmatch=True).filter(lambda x: len(x) <= STACK_NAME_LIMIT)
    stack = draw(st.one_of(st.just(base), names, st.just("z".rjust(STACK_NAME_LIMIT, "a"))))
    return _without_contradictions(Case(base, stack, changes))


def _without_contradictions(case: Case) -> Case:
    """The case without those changes that contradict others."""
    while problems := case.problems():
        spoken_of = set[str]().union(*(mentioned(problem) for problem in problems))
        kept = {key: value for key, value in case.changes.items() if key not in spoken_of}
        if len(kept) == len(case.changes):
            raise AssertionError(f"no change explains these problems: {problems} in {case}")
        case = replace(case, changes=_completed(case.base, kept))
    return case


def _completed(base: str, changes: Mapping[str, str | None]) -> dict[str, str | None]:
    """The changes with what they make necessary of the keys that hang on a flag."""
    values = config_of(base) | {key: value for key, value in changes.items() if value is not None}
    made = dict(changes)
    for field in _CONDITIONAL:
        if not _wanted(field, values):
            made.pop(field.key, None)
            if field.key in config_of(base):
                made[field.key] = None
        elif made.get(field.key, values.get(field.key)) is None:
            made[field.key] = _simplest(field)
    return made


def _simplest(field: Field[object]) -> str:
    """A value that the committed stacks use, for a key that the changed one lacks."""
    return next(config_of(stack)[field.key] for stack in STACKS if field.key in config_of(stack))


def _wanted(field: Field[object], values: Mapping[str, str]) -> bool:
    return field.when is not None and values.get(field.when.key) == field.when.flag


def _some(keys: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Some of these keys: few, many or all."""
    return st.lists(st.sampled_from(keys), unique=True, max_size=len(keys))


def _alone(key: str) -> st.SearchStrategy[dict[str, str]]:
    return accepted(BY_KEY[key].kind).map(lambda value: {key: value})


def _is_flag(field: Field[object]) -> bool:
    return "boolean" in str(field.kind.schema().get("type"))


@st.composite
def faulty(draw: st.DrawFn, base: str) -> Case:
    """A configuration that would be accepted but for one to four faults, each of a key of its own."""
    case = draw(buildable(base))
    changes = dict(case.changes)
    values = case.values
    keys = draw(st.lists(st.sampled_from(sorted(BY_KEY)), unique=True, min_size=1, max_size=4))
    planted: set[str] = set()
    for key in keys:
        field = BY_KEY[key]
        if key not in values:
            # It hangs on a flag that stands otherwise, so that it may not be given at all.
            changes[key] = draw(accepted(field.kind))
            planted.add(key)
            continue
        fault = draw(st.sampled_from(["missing", "refused", "misspelt"]))
        if fault == "refused":
            changes[key] = draw(refused(field.kind))
            planted.add(key)
            continue
        changes[key] = None
        planted.add(key)
        if fault == "misspelt" and field is not REGION:
            changes[f"{key}s"] = values[key]
            planted.add(f"{key}s")
    return replace(case, changes=changes, planted=frozenset(planted))


@st.composite
def wild(draw: st.DrawFn, base: str) -> Case:
    """A configuration of which nothing is known: values that fit their key, but not each other."""
    changes: dict[str, str | None] = {}
    for key in draw(_some([*BY_KEY])):
        kind = BY_KEY[key].kind
        changes[key] = draw(st.one_of(accepted(kind), accepted(kind), refused(kind), st.none()))
    stack = draw(st.sampled_from([base, "Stack", "a_b", "double--hyphen", "x" * 41, "1"]))
    return Case(base, stack, changes)
