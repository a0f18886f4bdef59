"""Reads the real provider's validation messages as rules.

The schema facts hold what each validator of the real provider answered to two probes: a nonsense
value and a far too long or large one.  Only forms whose meaning is certain become rules, because a
wrong refusal is worse than a missed one.  A rule is one of

    {"one_of": [...]}  {"range": [low, high]}  {"length": [low, high]}
    {"match": regex, "says": words}  {"form": name}

and a property's rules are groups that must all hold; within a group one alternative suffices.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Rule: TypeAlias = dict[str, object]

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_CHARACTERS = {
    "only alphanumeric characters and hyphens allowed in": "^[0-9A-Za-z-]+$",
    "only lowercase alphanumeric characters and hyphens allowed in": "^[0-9a-z-]+$",
    "first character of": "^[A-Za-z]",
    "invalid value for (must contain only alphanumeric and hyphen characters)": "^[0-9A-Za-z-]*$",
    "must contain only alphanumeric characters, underscores, hyphens, and colons": (
        "^[0-9A-Za-z_:-]*$"
    ),
    "invalid value for (must contain only lowercase alphanumeric characters, underscores, "
    "and hyphens)": "^[0-9a-z_-]*$",
    r"invalid value for (must match [\w+=,.@-])": r"^[0-9A-Za-z_+=,.@-]*$",
    '"X" isn\'t a valid log group name': "^[.A-Za-z0-9_/#-]+$",
    "invalid value for (The cluster name must consist of alphanumerics, hyphens, and "
    "underscores.)": "^[0-9A-Za-z_-]+$",
    "invalid value for (must begin with a letter)": "^[A-Za-z]",
    "invalid value for (must contain only alphanumeric characters and hyphens)": (
        "^[0-9A-Za-z-]*$"
    ),
    "invalid value for (must contain only lowercase alphanumeric characters and hyphens)": (
        "^[0-9a-z-]*$"
    ),
    "invalid value for (must begin with a lowercase letter)": "^[a-z]",
    'only lowercase alphanumeric characters, periods, and hyphens allowed in parameter group "X"': (
        "^[0-9a-z.-]+$"
    ),
    "first character of parameter group": "^[A-Za-z]",
    "only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces": (
        "^[ .0-9a-z-_]+$"
    ),
    "only alphanumeric characters and /_+=.@- special characters are allowed": (
        "^[0-9A-Za-z/_+=.@-]+$"
    ),
    "\"X\" must begin with 'alias/' and only contain [0-9A-Za-z_/-]": "^alias/[0-9A-Za-z_/-]+$",
    'must satisfy the format of "hh24:mi-hh24:mi"': (
        "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"
    ),
    'must satisfy the format of "ddd:hh24:mi-ddd:hh24:mi"': (
        "^(?i:(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]"
        "-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9])$"
    ),
}
_FORMS = (
    (re.compile(r"is an invalid ARN: arn: invalid prefix$"), "arn"),
    (re.compile(r"contains an invalid JSON(?: policy)?: "), "json"),
    (re.compile(r"is not a valid CIDR block: invalid CIDR address"), "cidr"),
    (re.compile(r"doesn't look like AWS Account ID"), "account"),
    (re.compile(r"^value must be a valid AWS account ID"), "account"),
    (re.compile(r"cannot parse '[^']*' as int: strconv"), "int"),
    (re.compile(r"cannot parse '[^']*' as float: strconv"), "float"),
    (re.compile(r"^value must be a valid IPv[46] CIDR that represents a network"), "network"),
    (re.compile(r"^expected \"X\" to be a valid port number$"), "port"),
    (
        re.compile(r"to be a valid port number(?: \(1-65536\))? or \"traffic-port\"$"),
        "traffic-port",
    ),
    (re.compile(r"must be a valid port number \(1-65536\) or \"traffic-port\"$"), "traffic-port"),
    (re.compile(r"^expected to be one of '', 'true', or 'false'$"), "nullable-bool"),
    (re.compile(r"^expected \"X\" to be an empty string"), "empty"),
)
_RANGES = (
    re.compile(rf"^expected to be in the range \({_NUMBER} - {_NUMBER}\)$"),
    re.compile(rf"^value must be between {_NUMBER} and {_NUMBER}$"),
)
_LEAST = re.compile(rf"^(?:expected to be at least \(|value must be at least ){_NUMBER}\)?$")
_MOST = re.compile(rf"^(?:expected to be at most \(|value must be at most ){_NUMBER}\)?$")
_LENGTHS = (
    re.compile(r"^expected length of to be in the range \((\d+) - (\d+)\)$"),
    re.compile(r"^string length must be between (\d+) and (\d+)$"),
)
_LONGEST = re.compile(
    r"^(?:(?:parameter group )?\"X\" cannot be (?:longer|greater) than (\d+) characters|"
    r"string length must be at most (\d+))$"
)
_PREFIX = re.compile(r"^expected to have prefix (\S+)$")
_REGEX = (
    re.compile(r'^expected value of to match regular expression "(.*)"$', re.DOTALL),
    re.compile(r"^value must match regular expression '(.*)'$", re.DOTALL),
    re.compile(r'^"X" doesn\'t comply with restrictions \("(.*)"\)', re.DOTALL),
)


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def _enumeration(message: str) -> Rule | None:
    found = re.match(
        r"^(?:expected to be one of|value must be one of:) \[(.*)\]$", message, re.DOTALL
    )
    if not found:
        return None
    inside = found[1]
    words: list[object] = [re.sub(r"\\(.)", r"\1", word) for word in _QUOTED.findall(inside)]
    if words and _QUOTED.sub("", inside).strip() == "":
        return {"one_of": words}
    if re.fullmatch(r"-?\d+( -?\d+)*", inside):
        return {"one_of": [int(number) for number in inside.split()]}
    return None


def _bounds(message: str) -> Rule | None:
    for form in _RANGES:
        if found := form.match(message):
            return {"range": [_number(found[1]), _number(found[2])]}
    if found := _LEAST.match(message):
        return {"range": [_number(found[1]), None]}
    if found := _MOST.match(message):
        return {"range": [None, _number(found[1])]}
    for form in _LENGTHS:
        if found := form.match(message):
            return {"length": [int(found[1]), int(found[2])]}
    if found := _LONGEST.match(message):
        return {"length": [0, int(found[1] or found[2])]}
    return None


def _pattern(message: str) -> Rule | None:
    if found := _PREFIX.match(message):
        return {"match": "^" + re.escape(found[1]), "says": f"must begin with {found[1]}"}
    for start, expression in _CHARACTERS.items():
        if message.strip().startswith(start):
            says = re.sub(r"^invalid value for \((.*)\)$", r"\1", message).replace(' in "X"', "")
            return {
                "match": expression,
                "says": says.replace('"X" ', "").replace(' "X"', "").strip(),
            }
    for form in _REGEX:
        if found := form.match(message):
            expression = found[1].replace("\\\\", "\\").replace('\\"', '"')
            return {"match": expression} if _same_in_python(expression) else None
    return None


def _same_in_python(expression: str) -> bool:
    """Whether Python reads this Go expression, and in the same way."""
    if re.search(r"\[\[:|\\[pPzQEC]|\(\?[a-zA-Z]*[sUm]", expression):
        return False
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def parse(message: str) -> Rule | None:
    """The rule that one message states, or None where that is not certain."""
    rule = _enumeration(message) or _bounds(message) or _pattern(message)
    if rule:
        return rule
    for form, name in _FORMS:
        if form.search(message):
            return {"form": name}
    return None


def _narrows(rule: Rule) -> bool:
    """Lengths and character sets: validators that providers join with *and*."""
    return "length" in rule or "match" in rule


def groups(messages: list[str]) -> list[list[Rule]]:
    """The rules of one property: groups that must all hold, of alternatives of which one must.

    A validator that joins others with *or* answers each probe with all their messages, one that
    joins them with *and* only with those that failed.  So messages that each came once, all of
    them lengths or character sets, are joined by *and*; anything else by *or*, and an *or* with
    an alternative that is not understood says nothing.
    """
    distinct = list(dict.fromkeys(_plain(message) for message in messages))
    rules = [parse(message) for message in distinct]
    if not rules or None in rules:
        return []
    known = [rule for at, rule in enumerate(rules) if rule and rule not in rules[:at]]
    if len(messages) == len(distinct) > 1 and all(_narrows(rule) for rule in known):
        return [[rule] for rule in known]
    return [known]


def _plain(message: str) -> str:
    """The message without the probe that it quotes."""
    return re.sub(r"\((?:__probe__!|a{3,})\)|: (?:__probe__!|a{3,})$", "", message)
