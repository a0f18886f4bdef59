"""Renders `aws.iam.getPolicyDocument` as the real provider does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from toolchain.offline_aws.wire import Properties, Value

_VERSION = "2012-10-17"


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _strings(value: Value) -> Value:
    """One string as itself, several in the provider's own (descending) order."""
    items = [str(item) for item in _list(value)]
    if len(items) == 1:
        return items[0]
    return [*sorted(items, reverse=True)]


def _principals(value: Value) -> Value:
    by_type: dict[str, list[str]] = {}
    for entry in _list(value):
        if isinstance(entry, dict):
            identifiers = [str(one) for one in _list(entry.get("identifiers"))]
            by_type.setdefault(str(entry.get("type")), []).extend(identifiers)
    if by_type == {"*": ["*"]}:
        return "*"
    return {kind: _strings([*names]) for kind, names in sorted(by_type.items())}


def _conditions(value: Value) -> Properties:
    out: Properties = {}
    for entry in _list(value):
        if isinstance(entry, dict):
            name, values = str(entry.get("test")), _list(entry.get("values"))
            test = out.get(name)
            given = values[0] if len(values) == 1 else values
            more: Properties = {str(entry.get("variable")): given}
            out[name] = {**(test if isinstance(test, dict) else {}), **more}
    return out


def _statement(source: Mapping[str, Value]) -> Properties:
    out: Properties = {}
    if source.get("sid"):
        out["Sid"] = source["sid"]
    out["Effect"] = source.get("effect") or "Allow"
    for name, key in (
        ("actions", "Action"), ("notActions", "NotAction"),
        ("resources", "Resource"), ("notResources", "NotResource"),
    ):  # fmt: skip
        if source.get(name):
            out[key] = _strings(source[name])
    for name, key in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if source.get(name):
            out[key] = _principals(source[name])
    if source.get("conditions"):
        out["Condition"] = _conditions(source["conditions"])
    return out


def _statements_of(text: Value) -> list[Properties]:
    if not isinstance(text, str) or not text:
        return []
    statements = cast("Properties", json.loads(text)).get("Statement", [])
    items = statements if isinstance(statements, list) else [statements]
    return [item for item in items if isinstance(item, dict)]


def _merge(into: list[Properties], more: list[Properties]) -> None:
    """Statements with the same Sid are replaced, others appended."""
    at = {str(one["Sid"]): index for index, one in enumerate(into) if one.get("Sid")}
    for one in more:
        sid = str(one.get("Sid") or "")
        if sid in at:
            into[at[sid]] = one
        else:
            into.append(one)


def render(arguments: Properties) -> Properties:
    """The function's result: its arguments, and the document as `json` and `minifiedJson`."""
    statements: list[Properties] = []
    for text in _list(arguments.get("sourcePolicyDocuments")):
        _merge(statements, _statements_of(text))
    own = [_statement(one) for one in _list(arguments.get("statements")) if isinstance(one, dict)]
    _merge(statements, own)
    for text in _list(arguments.get("overridePolicyDocuments")):
        _merge(statements, _statements_of(text))
    document: Properties = {"Version": arguments.get("version") or _VERSION}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    if statements:
        document["Statement"] = [*statements]
    return {
        **arguments,
        "id": "offline",
        "version": document["Version"],
        "json": _escaped(json.dumps(document, indent=2, ensure_ascii=False)),
        "minifiedJson": _escaped(json.dumps(document, separators=(",", ":"), ensure_ascii=False)),
    }


def _escaped(text: str) -> str:
    """As Go's encoder writes it."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
