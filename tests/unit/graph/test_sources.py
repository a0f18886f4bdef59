"""Every source gives the same graph of the same program.

`captured` holds what the real engine said of `programs.program`; the recording is made here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest
from google.protobuf.json_format import ParseDict
from pulumi.runtime.proto import analyzer_pb2

from graph.from_analyzer import declaration_of_request, graph_of
from graph.from_state import StateError, graph_of_state
from graph.model import Graph, Resource, Stack
from graph.values import Property
from policies.testing.engine import request_of, stack_request_of
from tests.kit.program import record_stack
from tests.unit.graph.programs import CONFIG, PASSWORD, SECRET_CONFIG, program

CAPTURED = Path(__file__).parent / "captured"
# Automatic names end in digits that nobody can foretell.
AUTOMATIC = re.compile(r'-[0-9a-f]{7}"')
# What the engine itself makes of a provider's inputs (its version) no program can tell.
PROVIDER = "pulumi:providers:aws"


def captured(name: str) -> dict[str, object]:
    return cast("dict[str, object]", json.loads((CAPTURED / name).read_text(encoding="utf-8")))


def from_stack_request(name: str) -> Graph:
    request = ParseDict(
        cast("dict[str, object]", captured(name)["analyzeStack"]),
        analyzer_pb2.AnalyzeStackRequest(),
    )
    return graph_of(Stack(), request.resources)


def from_single_requests(name: str) -> Graph:
    requests = cast("list[dict[str, object]]", captured(name)["analyze"])
    return Graph(
        Stack(),
        [declaration_of_request(ParseDict(one, analyzer_pb2.AnalyzeRequest())) for one in requests],
    )


def from_state(name: str = "state.json") -> Graph:
    return graph_of_state((CAPTURED / name).read_text(encoding="utf-8"))


def recorded(*, preview: bool) -> Graph:
    return record_stack(program, config=CONFIG, secret_config=SECRET_CONFIG, preview=preview)


def shape(resource: Resource) -> dict[str, object]:
    """All of a resource that does not depend on what AWS answered."""
    options = resource.options
    return {
        "urn": resource.urn,
        "types": (resource.type, resource.declared_type),
        "name": resource.name,
        "custom": resource.custom,
        "parents": [parent.urn for parent in resource.parents],
        "children": [child.urn for child in resource.children],
        "provider": resource.provider,
        "protect": options.protect,
        "ignore_changes": options.ignore_changes,
        "secret_outputs": options.additional_secret_outputs,
        "timeouts": options.custom_timeouts,
        "dependencies": resource.dependencies,
        "by_property": dict(resource.property_dependencies),
        "secrets": sorted(part.path for part in resource.properties.walk() if part.secret),
    }


def shown(resources: Iterable[Resource]) -> dict[str, dict[str, str]]:
    """Every value of custom resources, automatic names made equal."""
    return {
        one.urn: {
            part.path: AUTOMATIC.sub('-0000000"', part.text())
            for part in leaves(one.properties)
            if part.path != "id"
        }
        for one in resources
        if one.type != PROVIDER
    }


def leaves(properties: Property) -> Iterable[Property]:
    return (part for part in properties.walk() if part.path)


@pytest.mark.parametrize(
    "graph",
    [from_stack_request("preview.json"), from_stack_request("update.json"), from_state()],
    ids=["preview", "update", "state"],
)
def test_the_engine_and_a_recording_tell_of_the_same_resources(graph: Graph) -> None:
    recording = recorded(preview=False)

    assert [shape(one) for one in graph.resources] == [shape(one) for one in recording.resources]


def test_a_recorded_preview_knows_just_what_the_engines_preview_knows() -> None:
    engine, recording = from_stack_request("preview.json"), recorded(preview=True)

    assert shown(recording.resources) == shown(engine.resources)


def test_inputs_are_the_same_whether_recorded_or_analyzed() -> None:
    engine, recording = from_single_requests("preview.json"), recorded(preview=True)

    assert shown(recording.analyzed()) == shown(engine.resources)


def test_an_update_and_the_state_that_it_leaves_know_the_same() -> None:
    update, state = from_stack_request("update.json"), from_state()

    assert shown(update.resources) == shown(state.resources)
    ids = {one.urn: one.id for one in update.resources if one.custom and one.type != PROVIDER}
    assert {urn: (state.get(urn) or update.resources[0]).id for urn in ids} == ids


def test_the_inputs_of_an_update_are_in_the_state() -> None:
    update, state = from_single_requests("update.json"), from_state()

    assert shown(state.analyzed()) == shown(update.resources)


def test_a_state_tells_where_a_resource_was_declared() -> None:
    state, recording = from_state(), recorded(preview=False)

    topic = "urn:pulumi:dev::plumbline::aws:sns/topic:Topic::topic"
    found, expected = state.get(topic), recording.get(topic)
    assert found is not None
    assert expected is not None
    assert found.source is not None
    assert expected.source is not None
    assert found.source.file.endswith("programs.py")
    assert found.source.line == expected.source.line


def test_a_state_names_its_stack() -> None:
    stack = from_state().stack

    assert (stack.name, stack.project) == ("dev", "plumbline")


def test_secrets_of_a_state_are_known_if_shown_and_unknown_if_encrypted() -> None:
    version = "urn:pulumi:dev::plumbline::aws:secretsmanager/secretVersion:SecretVersion::version"

    opened, closed = from_state().get(version), from_state("state-encrypted.json").get(version)

    assert opened is not None
    assert closed is not None
    assert opened["secretString"].value == PASSWORD
    assert opened["secretString"].secret
    assert closed["secretString"].unknown
    assert closed["secretString"].secret


@pytest.mark.parametrize("preview", [True, False])
def test_what_the_kit_sends_as_the_engine_comes_back_as_the_same_graph(*, preview: bool) -> None:
    recording = recorded(preview=preview)

    declarations = [one.declaration for one in recording.resources]
    graph = graph_of(Stack(), stack_request_of(declarations).resources)
    singles = [declaration_of_request(request_of(one)) for one in declarations]

    assert [shape(one) for one in graph.resources] == [shape(one) for one in recording.resources]
    assert shown(graph.resources) == shown(recording.resources)
    assert [one.parent for one in singles] == [one.parent for one in declarations]


def test_what_waits_for_its_deletion_is_not_in_the_graph() -> None:
    state = captured("state.json")
    deployment = cast("dict[str, list[dict[str, object]]]", state["deployment"])
    gone = deployment["resources"][-1]
    gone["delete"] = True

    graph = graph_of_state(json.dumps(state))

    assert graph.get(str(gone["urn"])) is None
    assert len(graph.resources) == len(from_state().resources) - 1


def test_a_checkpoint_file_is_a_state_too() -> None:
    wrapped = {"version": 3, "checkpoint": {"latest": captured("state.json")["deployment"]}}

    graph = graph_of_state(json.dumps(wrapped))

    assert [one.urn for one in graph.resources] == [one.urn for one in from_state().resources]


def test_a_stack_that_was_never_deployed_is_empty() -> None:
    graph = graph_of_state('{"version": 3, "deployment": {"manifest": {}}}')

    assert graph.resources == ()
    assert graph.stack.name == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no json", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no list of resources"),
        ("{}", "no list of resources"),
        ('{"deployment": {"resources": 3}}', "no list of resources"),
        ('{"deployment": {"resources": [3]}}', "no list of resources"),
        ('{"deployment": {"resources": [{}]}}', "resource 0 of the state has no URN"),
        ('{"deployment": {"resources": [{"urn": 7}]}}', "resource 0 of the state has no URN"),
    ],
)
def test_what_is_no_state_is_one_clear_error(text: str, told: str) -> None:
    with pytest.raises(StateError, match=told):
        _ = graph_of_state(text)


def test_odd_fields_of_a_state_are_passed_over() -> None:
    entry: dict[str, object] = {
        "urn": "urn:pulumi:s::p::a:b:C::n",
        "type": 3,
        "id": [],
        "custom": "yes",
        "outputs": [],
        "inputs": {"4dabf18193072939515e22adb298388d": "x"},
        "parent": 1,
        "dependencies": "none",
        "propertyDependencies": {"a": None, "b": ["urn", 3]},
        "customTimeouts": {"create": "1h"},
        "sourcePosition": "project:///x.py#one",
    }

    graph = graph_of_state(json.dumps({"deployment": {"resources": [entry]}}))

    (one,) = graph.resources
    assert (one.type, one.name, one.custom, one.source) == ("a:b:C", "n", False, None)
    assert dict(one.property_dependencies) == {"b": frozenset({"urn"})}
