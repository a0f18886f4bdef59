"""Which requests a statement of a web ACL looks at, as AWS WAF reads it."""

from __future__ import annotations

import pytest

from graph.raw import UNKNOWN, Raw
from graph.truth import Truth
from graph.values import Property
from policies.aws.firewalls import blocks_requests, looks_at

_PATH = "/api/messages"


def _byte_match(text: Raw, constraint: Raw) -> Raw:
    return {
        "byteMatchStatement": {
            "fieldToMatch": {"uriPath": {}},
            "positionalConstraint": constraint,
            "searchString": text,
        }
    }


def _regex(text: Raw) -> Raw:
    return {"regexMatchStatement": {"fieldToMatch": {"uriPath": {}}, "regexString": text}}


@pytest.mark.parametrize(
    ("constraint", "text", "expected"),
    [
        ("STARTS_WITH", "/api/", Truth.YES),
        ("STARTS_WITH", "api/", Truth.NO),
        ("ENDS_WITH", "messages", Truth.YES),
        ("ENDS_WITH", "/api/", Truth.NO),
        ("CONTAINS", "pi/mess", Truth.YES),
        ("CONTAINS", "socket", Truth.NO),
        ("CONTAINS_WORD", "api", Truth.YES),
        ("CONTAINS_WORD", "mess", Truth.NO),
        ("EXACTLY", "/api/messages", Truth.YES),
        ("EXACTLY", "/api/messages/", Truth.NO),
        ("EXACTLY", "api/messages", Truth.NO),
        ("STARTS_WITH", "/...", Truth.NO),
        ("SOMEHOW", "/api/", Truth.UNKNOWN),
        (UNKNOWN, "/api/", Truth.UNKNOWN),
        ("STARTS_WITH", UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_a_text_is_looked_for_where_its_constraint_says(
    constraint: Raw, text: Raw, expected: Truth
) -> None:
    assert looks_at(Property(_byte_match(text, constraint)), _PATH) is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (None, Truth.YES),
        (UNKNOWN, Truth.UNKNOWN),
        ({}, Truth.UNKNOWN),
        (_regex(r"^/(api|ws)/"), Truth.YES),
        (_regex(r"^/ws/"), Truth.NO),
        (_regex("("), Truth.UNKNOWN),
        (_regex(UNKNOWN), Truth.UNKNOWN),
        ({"notStatement": {"statements": [_regex("^/ws/")]}}, Truth.YES),
        ({"notStatement": {"statement": _regex("^/api/")}}, Truth.NO),
        ({"geoMatchStatement": {"countryCodes": ["DE"]}}, Truth.UNKNOWN),
        ({"geoMatchStatement": None, "regexMatchStatement": None}, Truth.UNKNOWN),
        ({"geoMatchStatement": None, "orStatement": {"statements": []}}, Truth.NO),
    ],
)
def test_what_a_path_does_not_decide_is_unknown(statement: Raw, expected: Truth) -> None:
    assert looks_at(Property(statement), _PATH) is expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"block": {}}, Truth.YES),
        ({"captcha": {}}, Truth.YES),
        ({"challenge": {}}, Truth.YES),
        ({"count": {}}, Truth.NO),
        ({"allow": {}}, Truth.NO),
        (None, Truth.NO),
        (UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_only_some_actions_stop_a_request(action: Raw, expected: Truth) -> None:
    assert blocks_requests(Property({"action": action})) is expected
