"""What statements of IAM policies allow, wildcards and all, and whether anybody may use them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from graph.truth import Truth
from graph.values import Property
from policies.aws.groups import is_internet
from policies.aws.iam import Statement, is_everything, listed

# Condition keys that tie a statement to callers that one knows.
_TYING = frozenset(
    {
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount"),
        *("aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"),
        *("aws:sourcevpc", "aws:sourcevpce", "aws:userid", "kms:calleraccount"),
        *("s3:dataaccesspointaccount", "sns:endpoint", "sts:externalid"),
    }
)
_ARNS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_ADDRESSES = frozenset({"aws:sourceip", "aws:vpcsourceip"})
# Operators that a request must satisfy by what it says of itself. "Not…" and "…IfExists" let
# through who says nothing, and so does "ForAllValues:"; "Null" and "Bool" name nobody.
_NAMING = re.compile(
    r"(?i)\A(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)\Z"
)
# Values that anybody's request has: a wildcard before anything that is one's own.
_ANYBODY = r"\A(repo:)?[\w-]*[*?]|\A\Z"
_ANY_ARN = r"\A[*?]*\Z|\Aarn:[^:]*:[^:]*:[^:]*:([^:]*[*?][^:]*:|:[*?])"


def covers(action: Property, wanted: str) -> Truth:
    """Whether an action of a statement, which may hold wildcards, includes a wanted one."""
    if action.unknown:
        return Truth.UNKNOWN
    text = action.scalar()
    return Truth.of(isinstance(text, str) and _pattern(text).match(wanted) is not None)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(letter, re.escape(letter)) for letter in text)
    return re.compile(rf"{expression}\Z", re.IGNORECASE)


def grants(statement: Statement, wanted: str) -> Truth:
    """Whether a statement is about an action, by naming it or by not excepting it."""
    excepted = statement.tree["NotAction"]
    if not excepted.absent:
        return ~Truth.any(covers(one, wanted) for one in listed(excepted))
    return Truth.any(covers(one, wanted) for one in statement.actions)


def is_wide(statement: Statement) -> Truth:
    """Whether a statement reaches every resource, or every one of a kind."""
    named = Truth.any(is_everything(one) for one in statement.resources)
    return named | statement.tree["NotResource"].is_set()


def denied(statements: Iterable[Statement], wanted: str) -> Truth:
    """Whether a statement denies an action everywhere and always."""
    return Truth.any(
        one.tree["Effect"].equals("Deny")
        & grants(one, wanted)
        & ~one.conditional
        & Truth.any(resource.equals("*") for resource in one.resources)
        for one in statements
    )


def is_public(statement: Statement) -> Truth:
    """Whether a statement of a resource's policy lets everybody in.

    Conditions count where they tie it to known callers; `kms:ViaService` alone, say, does not.
    """
    opened = statement.allows & _everybody(statement)
    return opened if opened is Truth.NO else opened & ~ties(statement.tree["Condition"])


def _everybody(statement: Statement) -> Truth:
    principal = statement.tree["Principal"]
    others = statement.tree["NotPrincipal"].is_set()
    if principal.unknown:
        return others | Truth.UNKNOWN
    named = [principal, *listed(principal["AWS"])]
    return others | Truth.any(one.equals("*") for one in named)


def ties(condition: Property) -> Truth:
    """Whether a condition lets through only callers that one knows."""
    if condition.unknown:
        return Truth.UNKNOWN
    return Truth.any(
        _names(key.lower(), values)
        for operator, keys in condition.entries()
        if _NAMING.match(operator)
        for key, values in ([("", keys)] if keys.unknown else keys.entries())
    )


def _names(key: str, values: Property) -> Truth:
    if not key:
        return Truth.UNKNOWN
    wanted = listed(values)
    if key in _ADDRESSES:
        return Truth.all(~is_internet(one) for one in wanted)
    if key in _ARNS:
        return Truth.all(~one.matches(_ANY_ARN) for one in wanted)
    # A token's subject, as an identity provider states it (`…amazonaws.com:sub`).
    if key in _TYING or key.endswith(":sub"):
        return Truth.all(~one.matches(_ANYBODY) for one in wanted)
    return Truth.NO
