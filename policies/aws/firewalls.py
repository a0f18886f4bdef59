"""AWS WAF: the rules of a web ACL, and which requests a statement of theirs looks at."""

from __future__ import annotations

import base64
import binascii
import re

from graph.model import Resource
from graph.raw import Raw
from graph.truth import Truth
from graph.values import Property

_CONSTRAINTS = {
    "EXACTLY": r"\A{}\Z",
    "STARTS_WITH": r"\A{}",
    "ENDS_WITH": r"{}\Z",
    "CONTAINS": "{}",
    "CONTAINS_WORD": r"(?<!\w){}(?!\w)",
}


def rules_of(acl: Resource) -> Property:
    """The rules of a web ACL or rule group, as blocks or as AWS's own JSON, in the shape of blocks."""
    written = acl["rulesJson"] if acl["ruleJson"].absent else acl["ruleJson"]
    if written.absent:
        return acl["rules"]
    parsed = written.json()
    if parsed.unknown or parsed.absent:
        return parsed
    return Property(_blocks(parsed), written.path)


def blocks_requests(rule: Property) -> Truth:
    """Whether a rule stops what it matches: counting does not, a challenge keeps programs out."""
    action = rule["action"]
    return Truth.any(_present(action[kind]) for kind in ("block", "captcha", "challenge"))


def takes_its_own_actions(rule: Property) -> Truth:
    """Whether a rule group acts as its rules say, and is not merely counted."""
    return ~_present(rule["overrideAction"]["count"])


def group_name(rule: Property) -> Property:
    """The name of AWS's own rule group that a rule applies; absent for any other rule."""
    group = rule["statement"]["managedRuleGroupStatement"]
    vendor = group["vendorName"]
    return group["name"] if vendor.equals("AWS") is not Truth.NO else Property(None)


def rate_statement(rule: Property) -> Property:
    """The rate limit that a rule is; absent for any other rule."""
    return rule["statement"]["rateBasedStatement"]


def looks_at(statement: Property, path: str) -> Truth:
    """Whether a statement matches requests for a path; without one, every request.

    Statements that a path does not decide (headers, countries, labels) are unknown.
    """
    if statement.unknown:
        return Truth.UNKNOWN
    if statement.absent:
        return Truth.YES
    answers: list[Truth] = []
    for kind, inner in statement.entries():
        if inner.absent:
            continue
        if kind in ("orStatement", "andStatement"):
            parts = inner["statements"]
            combine = parts.any if kind == "orStatement" else parts.all
            answers.append(combine(lambda one: looks_at(one, path)))
        elif kind == "notStatement":
            nested = inner["statement"] if inner["statements"].absent else inner["statements"][0]
            answers.append(~looks_at(nested, path))
        elif kind == "byteMatchStatement":
            answers.append(_bytes_match(inner, path))
        elif kind == "regexMatchStatement":
            answers.append(_regex_matches(inner, path))
        else:
            answers.append(Truth.UNKNOWN)
    return Truth.all(answers) if answers else Truth.UNKNOWN


def _bytes_match(statement: Property, path: str) -> Truth:
    if statement["fieldToMatch"]["uriPath"].absent:
        return Truth.UNKNOWN
    constraint, wanted = statement["positionalConstraint"].scalar(), statement["searchString"]
    text = wanted.scalar()
    if not isinstance(text, str) or constraint not in _CONSTRAINTS:
        return Truth.UNKNOWN
    pattern = _CONSTRAINTS[str(constraint)].format(re.escape(text))
    return Truth.of(re.search(pattern, path) is not None)


def _regex_matches(statement: Property, path: str) -> Truth:
    text = statement["regexString"].scalar()
    if statement["fieldToMatch"]["uriPath"].absent or not isinstance(text, str):
        return Truth.UNKNOWN
    try:
        return Truth.of(re.search(text, path) is not None)
    except re.error:
        return Truth.UNKNOWN


def _present(block: Property) -> Truth:
    return Truth.UNKNOWN if block.unknown else Truth.of(not block.absent)


def _blocks(tree: Property) -> Raw:
    """AWS's JSON (`RateBasedStatement`) with the names that blocks have (`rateBasedStatement`)."""
    if tree.unknown or tree.absent or tree.scalar() is not None:
        return tree.scalar()
    entries = tree.entries()
    if not entries:
        return [_blocks(item) for item in tree.items()]
    made: dict[str, Raw] = {}
    for key, value in entries:
        name = key[:1].lower() + key[1:]
        made[name] = _search_string(value) if name == "searchString" else _blocks(value)
    return made


def _search_string(value: Property) -> Raw:
    """What is searched for: base64 in AWS's JSON as its API shows it, plain where one wrote it."""
    text = value.scalar()
    if not isinstance(text, str) or text.startswith("/"):
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return text
