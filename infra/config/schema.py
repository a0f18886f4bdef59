"""The JSON Schema of stack files, derived from the table of fields, so that editors check them.

Draft 7, which is what the YAML servers of editors understand today. It accepts what the reader
accepts, except where YAML itself would change a value: text that YAML reads as a number has to be
quoted (`1.10` would become 1.1), and keys carry their namespace. What has to hold between keys
(`chat_checks`) only the program judges.
"""

from __future__ import annotations

from collections.abc import Iterable

from infra.config.fields import Field, When
from infra.config.kinds import Schema

DIALECT = "http://json-schema.org/draft-07/schema#"
_SECRET = "secret"  # noqa: S105 - the name of a definition
_REST: dict[str, Schema] = {
    "encryptionsalt": {
        "type": "string",
        "description": "What Pulumi derives the key of this stack's secrets from; never edit it.",
    },
    "encryptedkey": {
        "type": "string",
        "description": "The key of this stack's secrets, itself encrypted; never edit it.",
    },
    "secretsprovider": {"type": "string", "description": "Who encrypts this stack's secrets."},
    "environment": {
        "type": ["array", "object"],
        "description": "Pulumi ESC environments that add to the configuration.",
    },
}
"""What else Pulumi keeps in a stack file."""


def stack_file_schema(
    title: str, fields: Iterable[Field[object]], namespaces: Iterable[str]
) -> Schema:
    """The schema of the stack files that `fields` describe; `namespaces` are ours alone."""
    return {
        "$schema": DIALECT,
        "$comment": "Generated from the configuration's table of fields; do not edit.",
        "title": title,
        "type": "object",
        "properties": {"config": _config(tuple(fields), tuple(namespaces)), **_REST},
        "required": ["config"],
        "additionalProperties": False,
        "definitions": {
            _SECRET: {
                "description": "A value that Pulumi has encrypted.",
                "type": "object",
                "properties": {"secure": {"type": "string"}},
                "required": ["secure"],
                "additionalProperties": False,
            }
        },
    }


def _config(fields: tuple[Field[object], ...], namespaces: tuple[str, ...]) -> Schema:
    foreign = f"^(?!({'|'.join(namespaces)}):)[^:]+:.+$"
    return {
        "type": "object",
        "properties": {field.key: _property(field) for field in fields},
        "patternProperties": {foreign: True},
        "additionalProperties": False,
        "required": [field.key for field in fields if field.when is None],
        "allOf": [rule for when in _conditions(fields) for rule in _rules(fields, when)],
    }


def _property(field: Field[object]) -> Schema:
    # Not `if` and `else`, which would read better: editors complete no values behind those.
    return {
        "description": described(field),
        "anyOf": [field.kind.schema(), {"$ref": f"#/definitions/{_SECRET}"}],
    }


def described(field: Field[object]) -> str:
    """What a field means, what it takes, and when it is there, in sentences."""
    sentences = [field.description, field.kind.wanted()]
    if field.when is not None:
        sentences.append(f"only while {field.when.key} is {field.when.flag}")
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _conditions(fields: tuple[Field[object], ...]) -> list[When]:
    """Every condition once, in the order of the fields."""
    return list(dict.fromkeys(field.when for field in fields if field.when is not None))


def _rules(fields: tuple[Field[object], ...], when: When) -> list[Schema]:
    """While a condition holds its fields are required; while it doesn't, they're refused."""
    keys = [field.key for field in fields if field.when == when]
    return [
        {"if": _flag_is(when.key, value=when.value), "then": {"required": keys}},
        {
            "if": _flag_is(when.key, value=not when.value),
            "then": {"properties": dict.fromkeys(keys, False)},
        },
    ]


def _flag_is(key: str, *, value: bool) -> Schema:
    """That the flag is there and has this value, as a boolean or as text."""
    both: list[object] = [value, "true" if value else "false"]
    return {"properties": {key: {"enum": both}}, "required": [key]}
