"""Judges one known value by the rules of `probe_messages`; each refusal is a clause of a sentence."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from toolchain.offline_aws.facts import Rule
from toolchain.offline_aws.wire import Value

_ARN_COLONS = 5
_LAST_PORT = 65535
_OPEN_ENDED = 60
"""So many choices are a list that grows, such as regions or instance classes."""


def _number(value: Value) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _is_arn(text: str) -> bool:
    return text == "" or (text.startswith("arn:") and text.count(":") >= _ARN_COLONS)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return text == ""
    return True


def _is_cidr(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return text == ""
    return "/" in text


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return "/" in text


def _is_port(text: str) -> bool:
    number = _number(text)
    return number is not None and 1 <= number <= _LAST_PORT


_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "arn": (_is_arn, "must be an ARN (arn:partition:service:region:account:resource)"),
    "json": (_is_json, "must be valid JSON"),
    "cidr": (_is_cidr, "must be a CIDR block such as 10.0.0.0/16"),
    "network": (_is_network, "must be a CIDR block that is a network's own address"),
    "account": (lambda text: re.fullmatch(r"\d{12}|", text) is not None, "must be 12 digits"),
    "int": (lambda text: re.fullmatch(r"[+-]?\d+|", text) is not None, "must be a whole number"),
    "float": (lambda text: text == "" or _number(text) is not None, "must be a number"),
    "port": (_is_port, "must be a port number (1-65535)"),
    "traffic-port": (
        lambda text: text == "traffic-port" or _is_port(text),
        'must be a port number (1-65535) or "traffic-port"',
    ),
    "nullable-bool": (lambda text: text in ("", "true", "false"), "must be true or false"),
    "empty": (lambda text: text == "", "must be empty"),
}


def _in_range(value: Value, low: float | None, high: float | None) -> str | None:
    number = _number(value)
    if number is None or ((low is None or number >= low) and (high is None or number <= high)):
        return None
    if low is None:
        return f"must be at most {high}"
    return f"must be at least {low}" if high is None else f"must be between {low} and {high}"


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_of(value: Value, allowed: Sequence[object], *, exact: bool) -> str | None:
    text = _text(value)
    choices = [str(choice) for choice in allowed]
    # Some of the older validators ignore case, and their messages do not say so.
    found = text in choices or (not exact and text.lower() in (c.lower() for c in choices))
    # The facts are of one day, and the longest lists grow.
    if found or len(choices) > _OPEN_ENDED:
        return None
    return "must be " + ("" if len(choices) == 1 else "one of ") + ", ".join(choices)


def broken(rule: Rule, value: Value, *, exact: bool) -> str | None:
    """What is wrong with a known scalar value, or None."""
    if "one_of" in rule:
        return _one_of(value, cast("Sequence[object]", rule["one_of"]), exact=exact)
    if "range" in rule:
        low, high = cast("tuple[float | None, float | None]", rule["range"])
        return _in_range(value, low, high)
    text = _text(value)
    if "length" in rule:
        low, high = cast("tuple[int, int]", rule["length"])
        if low <= len(text) <= high:
            return None
        span = f"at most {high}" if low == 0 else f"{low} to {high}"
        return f"must have {span} characters, not {len(text)}"
    if "match" in rule:
        expression = str(rule["match"])
        says = str(rule.get("says") or f"must match {expression}")
        return None if _compiled(expression).search(text) else says
    test, says = _FORMS.get(str(rule.get("form")), (lambda _: True, ""))
    return None if test(text) else says


def judge(groups: Sequence[Sequence[Rule]], value: Value, *, exact: bool) -> list[str]:
    """Every group's refusal of a known scalar value."""
    refusals: list[str] = []
    for group in groups:
        clauses: list[str] = []
        for rule in group:
            clause = broken(rule, value, exact=exact)
            if clause is None:
                break
            clauses.append(clause)
        else:
            refusals.append(", or ".join(clauses))
    return refusals
