"""Editors and the program judge a stack file alike, and what is generated is what is committed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Protocol, cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType] - untyped

from infra.config.chat_fields import FIELDS, NAMESPACE, RDS_ENGINE_VERSION
from infra.config.chat_kinds import OLDEST_MINORS
from infra.config.fields import Field, Raw, read
from infra.config.generate import SCHEMA, generated
from infra.config.kinds import Flag, Refused, Schema, Text
from infra.config.load import parse
from infra.config.problems import ConfigError
from infra.config.schema import described
from infra.plan.postgres import SUPPORTED_MAJORS
from tests.unit.infra.recorded import STACKS

Config = dict[str, object]
STACK_DIRECTORY = SCHEMA.parent
VERSION: Field[object] = RDS_ENGINE_VERSION


def _ecma_pattern(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[ValidationError]:
    """`pattern` as JSON Schema means it: Python's `$` would also match before a last newline."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


class Judge(Protocol):
    """What jsonschema's validators do, with the types that they leave open."""

    def is_valid(self, instance: object) -> bool: ...
    def iter_errors(self, instance: object) -> Iterator[ValidationError]: ...


judge_by = cast("Callable[[Schema], Judge]", extend(Draft7Validator, {"pattern": _ecma_pattern}))


@cache
def schema() -> Schema:
    return cast("Schema", json.loads(SCHEMA.read_text()))


def stack_file(stack: str) -> dict[str, Config]:
    text = (STACK_DIRECTORY / f"Pulumi.{stack}.yaml").read_text()
    return cast("dict[str, dict[str, object]]", yaml.safe_load(text))


CONFIGS = {stack: stack_file(stack)["config"] for stack in STACKS}


@cache
def editor() -> Judge:
    return judge_by(schema())


def faults(config: Config) -> list[str]:
    """What an editor marks in a stack file with this configuration."""
    return [error.message for error in editor().iter_errors({"config": config})]


def raw_of(config: Config) -> Raw:
    """The configuration as the engine hands it over: numbers and the rest as JSON text."""
    return Raw({key: _text(value) for key, value in config.items()})


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


def refused_by_the_reader(config: Config) -> bool:
    _, problems = read(FIELDS, raw_of(config), (NAMESPACE,))
    return bool(problems)


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_the_committed_file_is_what_the_fields_give(path: object) -> None:
    (text,) = [text for other, text in generated().items() if other == path]
    (committed,) = [other for other in generated() if other == path]

    assert committed.read_text(encoding="utf-8") == text, "run `nox -s generate`"


def test_the_schema_is_one_of_its_draft() -> None:
    cast("Callable[[Schema], None]", Draft7Validator.check_schema)(schema())


def test_patterns_escape_only_what_editors_let_be_escaped() -> None:
    # ECMA-262 with the flag `u`, which schema validators set, refuses needless escapes.
    patterns = re.findall(r'"pattern": "(.*)"$', SCHEMA.read_text(), flags=re.MULTILINE)
    escaped = {match for pattern in patterns for match in re.findall(r"\\\\(.)", pattern)}

    assert len(patterns) > len(FIELDS) / 2
    assert escaped <= set(".[]trnxsS1")


@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_stack_file_is_accepted_and_names_the_schema(stack: str) -> None:
    text = (STACK_DIRECTORY / f"Pulumi.{stack}.yaml").read_text()

    assert text.splitlines()[0] == "# yaml-language-server: $schema=schema.json"
    assert list(editor().iter_errors(stack_file(stack))) == []


def test_every_key_is_told_with_its_meaning_in_schema_and_reference() -> None:
    config = cast("dict[str, Schema]", cast("Schema", schema()["properties"])["config"])
    properties = cast("dict[str, Schema]", config["properties"])
    (reference,) = [text for path, text in generated().items() if path.suffix == ".md"]

    assert list(properties) == [field.key for field in FIELDS]
    for field in FIELDS:
        assert properties[field.key]["description"] == described(field)
        assert reference.count(f"\n| `{field.key}` | {field.kind.wanted()[:20]}") == 1
        assert field.description.replace("<", "&lt;") in reference


def _property(field: Field[object]) -> Schema:
    config = cast("Schema", cast("Schema", schema()["properties"])["config"])
    inner = cast("dict[str, Schema]", config["properties"])[field.key]
    return cast("list[Schema]", inner["anyOf"])[0]


def judged_alike(field: Field[object], value: object) -> bool:
    """Whether schema and reader say the same of one value of one key."""
    try:
        field.kind.parse(_text(value))
    except Refused:
        accepted = False
    else:
        accepted = True
    return judge_by(_property(field)).is_valid(value) == accepted


def _known(field: Field[object]) -> list[object]:
    return [config[field.key] for config in CONFIGS.values() if field.key in config]


def _is_text(field: Field[object]) -> bool:
    """Whether the key takes text alone: what YAML makes of the rest is tested below."""
    return _property(field).get("type") == "string"


def _edges(field: Field[object]) -> list[object]:
    """The values at which two judges would most likely part."""
    text = _text(_known(field)[0])
    changed = [text[1:], text[:-1], text * 2, text * 90, text.upper(), f" {text}", f"{text}\n"]
    if _is_text(field):
        return ["", text, *changed, f"{text}é", f"{text} ", text.replace(".", "..")]
    limits = [cast("int", _property(field).get(bound, 1024)) for bound in ("minimum", "maximum")]
    numbers = [limit + step for limit in limits for step in (-1, 0, 1)]
    one, two, three, four = (f"eu-central-1{letter}" for letter in "abcd")
    lists = [
        [],
        [one],
        [one, two],
        [one, two, three],
        [one, one],
        [one, two, three, four],
        [one, 1],
    ]
    return [
        *("", text, *changed, "true", "false", "True", "yes", "1e3", "0x10", f"0{text}", "-0"),
        *(True, False, 0.5, -1, *numbers, *map(str, numbers), *map(float, numbers)),
        *(*lists, *map(json.dumps, lists), json.dumps([one, two], indent=2), f'["{one}",]', "[]"),
    ]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_editors_and_the_program_draw_the_same_bounds(field: Field[object]) -> None:
    parted = [value for value in _edges(field) if not judged_alike(field, value)]

    assert parted == []


@st.composite
def _values(draw: st.DrawFn) -> tuple[Field[object], object]:
    """A field, and a value that is near to a good one or quite another."""
    field = draw(st.sampled_from(FIELDS))
    text = _text(draw(st.sampled_from(_known(field))))
    place, end = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
    near = text[:place] + draw(st.text(max_size=2)) + text[place + end :]
    others = st.one_of(
        st.booleans(),
        st.integers(-(10**12), 10**12),
        st.floats(-1e9, 1e9),
        st.lists(st.sampled_from(["eu-central-1a", "eu-central-1b", "x", 1]), max_size=4),
    )
    return field, near if _is_text(field) or draw(st.booleans()) else draw(others)


@settings(max_examples=200)
@given(_values())
def test_editors_and_the_program_judge_any_value_alike(case: tuple[Field[object], object]) -> None:
    assert judged_alike(*case)


@pytest.mark.parametrize("flag", [field for field in FIELDS if isinstance(field.kind, Flag)])
@pytest.mark.parametrize("value", [True, False, "true", "false", "maybe"])
@pytest.mark.parametrize("stack", ["dev", "100k-dau"])
def test_editors_and_the_program_want_the_same_keys_of_a_flag(
    stack: str, value: object, flag: Field[object]
) -> None:
    config = CONFIGS[stack] | {flag.key: value}

    assert bool(faults(config)) == refused_by_the_reader(config)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_editors_and_the_program_miss_the_same_keys(field: Field[object]) -> None:
    config = CONFIGS["dev" if field.key in CONFIGS["dev"] else "100k-dau"]
    without = {key: value for key, value in config.items() if key != field.key}
    misspelt = config | {f"plumbline:x{field.key.partition(':')[2]}": "1"}

    assert faults(without) != []
    assert refused_by_the_reader(without)
    assert faults(misspelt) != []
    assert refused_by_the_reader(misspelt)


def test_yaml_may_not_change_a_tag_unnoticed() -> None:
    quoted = CONFIGS["dev"] | {"plumbline:apiImageTag": "1.10"}
    bare = CONFIGS["dev"] | cast("Config", yaml.safe_load("plumbline:apiImageTag: 1.10"))

    assert faults(quoted) == []
    assert parse("dev", raw_of(bare)).api.image_tag == "1.1"
    assert len(faults(bare)) == 1


@pytest.mark.parametrize("major", [12, *SUPPORTED_MAJORS, 18])
def test_editors_and_the_program_know_the_same_versions(major: int) -> None:
    minors = [f"{major}", *(f"{major}.{minor}" for minor in (*range(30), 99, 100))]
    oldest = OLDEST_MINORS.get(major, 0)
    accepted = [version for version in minors if _accepts(version)]
    expected = [f"{major}", *(f"{major}.{minor}" for minor in (*range(oldest, 30), 99))]

    assert all(judged_alike(VERSION, version) for version in minors)
    assert accepted == (expected if major in SUPPORTED_MAJORS else [])


def _accepts(version: str) -> bool:
    return judge_by(_property(VERSION)).is_valid(version)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_what_yaml_reads_as_a_number_is_no_text(field: Field[object]) -> None:
    config = next(config for config in CONFIGS.values() if field.key in config)

    assert faults(config | {field.key: 1.5}) != []
    if isinstance(field.kind, Text):
        assert faults(config | {field.key: 16}) != []


def test_an_encrypted_value_is_accepted_under_every_key() -> None:
    secret = {"secure": "v1:bm9uY2U=:Y2lwaGVydGV4dA=="}
    config: Config = dict.fromkeys(CONFIGS["dev"], secret)

    assert faults(config) == []
    assert faults(CONFIGS["dev"] | {"plumbline:apiImageTag": {"secure": 1}}) != []
    assert faults(CONFIGS["dev"] | {"plumbline:apiImageTag": secret | {"more": "1"}}) != []


@pytest.mark.parametrize("key", ["aws:profile", "other:plumbline:x", "pulumi:tags"])
def test_other_namespaces_are_not_ours_to_judge(key: str) -> None:
    assert faults(CONFIGS["dev"] | {key: {"anything": [1]}}) == []


def test_a_key_without_its_namespace_is_marked() -> None:
    assert faults(CONFIGS["dev"] | {"apiServiceCpus": 256}) != []


def test_a_stack_file_has_nothing_beside_what_pulumi_keeps_there() -> None:
    whole = stack_file("dev")

    for kept in ({"encryptionsalt": "v1:x"}, {"secretsprovider": "passphrase"}):
        assert list(editor().iter_errors(whole | kept)) == []
    assert list(editor().iter_errors(whole | {"confg": {}})) != []
    assert list(editor().iter_errors({})) != []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("availabilityZones", ["us-east-1a", "us-east-1b"]),
        ("natGateways", 3),
        ("apiServiceMemory", 8192),
        ("realtimeMaxPercent", 100),
    ],
)
def test_what_holds_between_keys_only_the_program_judges(key: str, value: object) -> None:
    config = CONFIGS["dev"] | {f"plumbline:{key}": value}

    assert faults(config) == []
    with pytest.raises(ConfigError):
        parse("dev", raw_of(config))
