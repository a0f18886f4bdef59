"""Stacks and components, recorded without an engine: what the tests of infra look at."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from graph.model import Graph, Resource
from graph.recording import record
from graph.values import Property
from infra.config.fields import Raw
from infra.plan.context import Context, Environment, Place
from tests.kit.program import Recording, record_program, record_stack
from tests.kit.provider import ACCOUNT, REGION, OfflineProvider
from tests.kit.sharing import shared

PLACE = Place(account=ACCOUNT, region=REGION, partition="aws")
CONTEXT = Context(
    project="plumbline", system="chat", stack="test", environment=Environment.PROD, place=PLACE
)
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
_STACK_FILES = Path(__file__).parents[3] / "stacks"


def _by_size(stack: str) -> tuple[bool, int, str]:
    """Where a stack stands among the others: dev, the sizes by their users, and the rest."""
    users = re.match(r"\d+", stack)
    return stack != "dev" and not users, int(users[0]) if users else 0, stack


# Every committed stack, from small to great.
STACKS = tuple(
    sorted((file.name.split(".")[1] for file in _STACK_FILES.glob("Pulumi.*.yaml")), key=_by_size)
)


@cache
def _stack_file(stack: str) -> dict[str, str]:
    return stack_file(_STACK_FILES / f"Pulumi.{stack}.yaml")


def stack_file(path: Path) -> dict[str, str]:
    """What a stack file says, as the engine hands it over: every value as text."""
    parsed = cast("dict[str, dict[str, object]]", yaml.safe_load(path.read_text()))
    return {
        # Structured values come as JSON.
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in parsed["config"].items()
    }


def config_of(stack: str, **changes: str | None) -> dict[str, str]:
    """A committed stack's configuration; `changes` by key without namespace, None removes one."""
    values = dict(_stack_file(stack))
    for key, value in changes.items():
        if value is None:
            values.pop(f"plumbline:{key}", None)
        else:
            values[f"plumbline:{key}"] = value
    return values


def raw_of(stack: str, **changes: str | None) -> Raw:
    """The same, as the program reads it."""
    return Raw(values=config_of(stack, **changes))


def program() -> None:
    """The whole program, imported when it runs: that costs a second that other tests save."""
    _imported()()


@cache
def _imported() -> Callable[[], None]:
    gc.disable()
    from infra.systems.stack import run

    # As in the program's own entry point: what was imported stays, and is no garbage.
    gc.freeze()
    gc.enable()
    return run


@cache
def stack_graph(stack: str, *, preview: bool = False) -> Graph:
    """The graph of a committed stack, recorded once in a test run for all tests."""
    if not preview:
        return recording(stack).graph
    return shared(
        f"preview-{stack}",
        lambda: record_stack(program, stack=stack, config=config_of(stack), preview=True),
    )


@cache
def recording(stack: str) -> Recording:
    """The recording of a committed stack, made once in a test run."""
    return shared(
        f"update-{stack}",
        lambda: record_program(program, stack=stack, config=config_of(stack)),
    )


def changed_graph(stack: str, **changes: str | None) -> Graph:
    """The graph of a committed stack with some of its configuration changed.

    It costs a recording, about a second: where a plan or a component shows it, test those.
    """
    return graph_as(stack, config_of(stack, **changes))


def graph_as(stack: str, config: Mapping[str, str]) -> Graph:
    """The graph of a stack of any name and configuration, recorded once in a test run."""
    told = json.dumps([stack, sorted(config.items())])
    return shared(
        f"other-{hashlib.sha256(told.encode()).hexdigest()[:16]}",
        lambda: record_stack(program, stack=stack, config=config),
    )


def component_graph(build: Callable[[], object], *, preview: bool = False) -> Graph:
    """The graph of a program that does nothing but `build`."""
    provider = OfflineProvider()

    def run() -> None:
        build()

    return record(
        run,
        stack=CONTEXT.stack,
        checks=provider.checks,
        outputs=provider.outputs,
        invokes=provider.invokes,
        preview=preview,
    )


def one(graph: Graph, kind: str) -> Resource:
    """The only AWS resource of a type in a graph, by the type's last part, such as "Vpc"."""
    (found,) = all_of(graph, kind)
    return found


def all_of(graph: Graph, kind: str) -> list[Resource]:
    """All AWS resources of a type, by the type's last part."""
    return [
        resource
        for resource in graph.resources
        if resource.type.startswith("aws:") and resource.type.endswith(f":{kind}")
    ]


def named(graph: Graph, name: str, kind: str = "") -> Resource:
    """The only resource of that logical name (and type)."""
    (found,) = [
        resource
        for resource in graph.resources
        if resource.name == name and resource.type.endswith(f":{kind}" if kind else "")
    ]
    return found


def asked(resource: Resource) -> Property:
    """What the program asked for, without what came of it: no defaults, nothing computed."""
    return Property(dict(resource.declaration.inputs or {}))
