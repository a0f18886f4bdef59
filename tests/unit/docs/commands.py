"""The commands that the pages tell people to type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.session import Session

from tests.unit.docs.pages import REPOSITORY, written_pages

_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_AWS = re.compile(r"(?<![\w:./-])aws ([a-z][a-z0-9-]*) ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
_OPTION = re.compile(r"(?<=\s)--([a-z][a-z0-9-]*)")
_SHELLS = {"bash", "sh", "console"}
# What the AWS CLI has beyond the services' own operations and options.
_GLOBAL_OPTIONS = {"max-items", "no-cli-pager", "output", "profile", "query", "region"}
_OWN_COMMANDS = {
    ("logs", "tail"): {"filter-pattern", "follow", "format", "since"},
    ("ecr", "get-login-password"): set[str](),
}


@dataclass(frozen=True, slots=True)
class Script:
    """A fenced block of shell, or the code in one line of prose, and the page that it is on."""

    page: str
    text: str
    fenced: bool

    def lines(self) -> list[str]:
        """Its commands, without prompts and comments; a line that goes on is one."""
        joined = self.text.replace("\\\n", " ")
        return [line.strip().removeprefix("$ ").partition("  #")[0] for line in joined.splitlines()]


@cache
def scripts() -> tuple[Script, ...]:
    """Every piece of shell on every page."""
    return tuple(_scripts())


def _scripts() -> Iterator[Script]:
    for page in written_pages():
        name, text = str(page.relative_to(REPOSITORY)), page.read_text()
        for language, block in _FENCED.findall(text):
            if language in _SHELLS:
                yield Script(name, block, fenced=True)
        for line in _FENCED.sub("", text).splitlines():
            for code in _INLINE.findall(line):
                yield Script(name, code, fenced=False)


def calls_of_aws() -> list[tuple[str, str, str, str, str]]:
    """Page, service, operation, what follows it, and the whole line, of each `aws` command."""
    return [
        (script.page, *found, line)
        for script in scripts()
        for line in script.lines()
        for found in _AWS.findall(line)
    ]


def misuse(service: str, operation: str, argument: str, line: str) -> str | None:
    """Why AWS's command line would refuse this; options count for any call on the line."""
    allowed = set[str]().union(
        _GLOBAL_OPTIONS,
        *(_options(*one[:2]) or set[str]() for one in _AWS.findall(line)),
    )
    if operation == "wait":
        return None if argument in _waiters(service) else f"{service} waits for no {argument}"
    if _options(service, operation) is None:
        return f"{service} has no {operation}"
    own = line[line.index("aws ") :]
    unknown = sorted(set(_OPTION.findall(own)) - allowed)
    # What other programs on the line are told is theirs.
    if unknown and not re.search(r"pulumi|noxw|date |docker", own):
        return f"{service} {operation} has no option {', '.join(unknown)}"
    return None


@cache
def _options(service: str, operation: str) -> set[str] | None:
    if (service, operation) in _OWN_COMMANDS:
        return _OWN_COMMANDS[service, operation]
    try:
        model = _session().get_service_model(service)
    except UnknownServiceError:
        return None
    for name in model.operation_names:
        if xform_name(name, "-") == operation:
            shape = model.operation_model(name).input_shape
            members = [] if shape is None else [xform_name(one, "-") for one in shape.members]
            return {*members, *(f"no-{member}" for member in members), "cli-input-json"}
    return _waited(service) if operation == "wait" else None


def _waited(service: str) -> set[str]:
    """The options of what is waited for, whichever that is."""
    names = [
        xform_name(name, "-") for name in _session().get_service_model(service).operation_names
    ]
    return set[str]().union(
        *(_options(service, name) or set[str]() for name in names if name.startswith("describe-"))
    )


def _waiters(service: str) -> set[str]:
    return {xform_name(name, "-") for name in _session().get_waiter_model(service).waiter_names}


@cache
def _session() -> Session:
    return Session()
