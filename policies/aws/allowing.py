"""What statements of IAM policies allow, wildcards and all, and whether anybody may use them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from graph.truth import Truth
from graph.values import Property
from policies.aws.iam import Statement, listed

# Everything, everything of a service, or everything of one kind (`role/*`, `function:*`).
_WIDE = r"\A(\*|arn:[\w*-]+:[^:]*:[^:]*:[^:]*:(\*|[\w-]+[/:]\*))\Z"
# Condition keys that tie a statement to callers that one knows.
_TYING = frozenset(
    {
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount"),
        *("aws:principalarn", "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid"),
        *("aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid"),
        *("kms:calleraccount", "s3:dataaccesspointaccount", "sns:endpoint"),
    }
)


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
    named = Truth.any(one.matches(_WIDE) for one in statement.resources)
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
    principal = statement.tree["Principal"]
    everybody = statement.tree["NotPrincipal"].is_set() | principal.equals("*")
    if principal.unknown:
        everybody |= Truth.UNKNOWN
    elif principal.scalar() is None:
        named = dict(principal.entries()).get("AWS")
        if named is not None:
            everybody |= Truth.any(one.equals("*") for one in listed(named))
    if (statement.allows & everybody) is Truth.NO:
        return Truth.NO
    return statement.allows & everybody & ~_tied(statement.tree["Condition"])


def _tied(condition: Property) -> Truth:
    if condition.unknown:
        return Truth.UNKNOWN
    answers: list[Truth] = []
    for operator, keys in condition.entries():
        # "Not…" and "…IfExists" let callers through that say nothing of themselves.
        if "not" in operator.lower() or operator.lower().endswith("ifexists"):
            continue
        for key, values in keys.entries():
            if key.lower() in _TYING:
                wanted = listed(values)
                answers.append(Truth.all(~one.matches(r"\A[*?]*\Z") for one in wanted))
    return Truth.any(answers)
