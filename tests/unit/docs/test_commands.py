"""What the pages tell people to type can be typed."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from dataclasses import fields

import pytest

from infra.config.chat_fields import FIELDS
from infra.systems.chat_outputs import ChatOutputs
from tests.unit.docs.commands import calls_of_aws, misuse, scripts
from tests.unit.docs.pages import REPOSITORY
from tests.unit.infra.recorded import STACKS

NOXFILE = (REPOSITORY / "noxfile.py").read_text()


def sessions() -> set[str]:
    """The names of the sessions in the noxfile."""
    return set(re.findall(r"@nox\.session\ndef (\w+)", NOXFILE))


def found(pattern: str) -> set[tuple[str, str]]:
    """Page and match, of a pattern in all commands of all pages."""
    return {
        (script.page, match)
        for script in scripts()
        for line in script.lines()
        for match in re.findall(pattern, line)
    }


@pytest.mark.parametrize("page", sorted({one.page for one in scripts() if one.fenced}))
def test_every_block_of_shell_is_shell(page: str) -> None:
    blocks = ["\n".join(one.lines()) for one in scripts() if one.fenced and one.page == page]
    # What a reader fills in is written <so>, which a shell would read from.
    text = re.sub(r"<[\w -]+>", "filled-in", "\n".join(blocks))

    said = subprocess.run(
        ["bash", "-n"], input=text, capture_output=True, check=False, text=True, timeout=60
    )

    assert (said.returncode, said.stderr) == (0, "")


def test_every_session_that_is_named_exists() -> None:
    named = found(r"\bnoxw? -s (\w+)")

    assert {page for page, _ in named} >= {"README.md", "CONTRIBUTING.md"}
    assert {(page, name) for page, name in named if name not in sessions()} == set()


def test_every_module_that_is_run_exists() -> None:
    named = found(r"python -m ([\w.]+)")

    assert named
    assert {one for one in named if importlib.util.find_spec(one[1]) is None} == set()


def test_every_stack_that_is_named_exists() -> None:
    named = found(r"--stack ([a-z0-9-]+)") | {
        (page, stack)
        for page, stacks in found(r"-s preview -- ([a-z0-9 -]+)")
        for stack in stacks.split()
        if not stack.startswith("-")
    }

    assert named
    assert {one for one in named if one[1] not in STACKS} == set()


def test_every_option_of_a_preview_that_is_named_exists() -> None:
    options = {
        option
        for _, rest in found(r"-s preview -- (.*)")
        for option in rest.split()
        if option.startswith("--")
    }

    parser = (REPOSITORY / "toolchain" / "preview.py").read_text()
    assert {option for option in options if f'"{option}"' not in parser} == set()


def test_every_output_that_is_read_is_one_of_the_program() -> None:
    given = {
        re.sub(r"_([a-z])", lambda match: match[1].upper(), field.name)
        for field in fields(ChatOutputs)
    }
    read = found(r"\bout ([a-z]\w+)\)") | found(r"pulumi stack output (?:--\S+ \S+ )?([a-z]\w+)")

    assert len({name for _, name in read}) > 5
    assert {one for one in read if one[1] not in given} == set()


def test_every_key_that_is_set_is_one_of_the_configuration() -> None:
    keys = {field.key.partition(":")[2] for field in FIELDS}
    named = found(r"pulumi config (?:get|set) (?:--\S+ )*(?:plumbline:)?([a-z]\w+)")

    assert named
    assert {one for one in named if one[1] not in keys} == set()


def test_every_call_of_aws_is_one_that_aws_has() -> None:
    calls = calls_of_aws()

    assert len(calls) > 20
    wrong = {(page, fault) for page, *call in calls if (fault := misuse(*call))}
    assert wrong == set()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("aws ecs update-service --cluster x --desired-count 2", None),
        ("aws ecs update-services --cluster x", "ecs has no update-services"),
        ("aws ecs update-service --clusters x", "ecs update-service has no option clusters"),
        ("aws esc update-service --cluster x", "esc has no update-service"),
        ("aws rds wait db-instance-available --db-instance-identifier x", None),
        ("aws rds wait db-instance-there", "rds waits for no db-instance-there"),
        ('aws ecs list-tasks --cluster "$(aws rds describe-events --duration 1)"', None),
    ],
)
def test_a_call_that_aws_has_not_is_noticed(line: str, fault: str | None) -> None:
    service, operation, argument = re.findall(r"^aws (\S+) (\S+)(?: ([a-z][a-z-]*))?", line)[0]

    assert misuse(service, operation, argument, line) == fault
