"""What the launcher reads off a Pulumi command line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolchain import arguments as command_line


@pytest.mark.parametrize(
    "given_arguments",
    [
        ["preview", "--stack", "prod"],
        ["preview", "--stack=prod"],
        ["-C", "elsewhere", "preview", "-s", "prod"],
        ["--color", "never", "preview", "-sprod"],
        ["preview", "--stack", "dev", "--stack", "prod"],
    ],
)
def test_a_stack_is_found_in_every_form_that_the_cli_takes(given_arguments: list[str]) -> None:
    parsed = command_line.parse(given_arguments)

    assert parsed.stack == "prod"
    assert parsed.command == "preview"
    assert parsed.needs_stack


def test_the_directory_is_what_cwd_names_and_not_taken_for_the_command() -> None:
    for form in (
        ["-C", "there", "up"],
        ["--cwd", "there", "up"],
        ["--cwd=there", "up"],
        ["up", "-Cthere"],
    ):
        parsed = command_line.parse(form)

        assert (parsed.directory, parsed.command) == (Path("there"), "up"), form


def test_what_stands_behind_two_dashes_is_none_of_ours() -> None:
    parsed = command_line.parse(["up", "--", "--stack", "prod"])

    assert parsed.stack is None


def test_a_question_for_help_needs_no_stack() -> None:
    assert not command_line.parse(["preview", "--help"]).needs_stack
    assert not command_line.parse(["stack", "ls"]).needs_stack
    assert not command_line.parse([]).needs_stack


def test_replacing_a_value_leaves_everything_else_as_it_is() -> None:
    for form in (
        ["up", "--policy-pack-config", "a.json", "-y"],
        ["up", "--policy-pack-config=a.json", "-y"],
    ):
        replaced = command_line.replace_value(form, "--policy-pack-config", "b.json")

        assert command_line.value_of(replaced, "--policy-pack-config") == "b.json"
        assert (replaced[0], replaced[-1]) == ("up", "-y")


@given(st.lists(st.text(max_size=12), max_size=8))
def test_no_command_line_is_refused_or_changed(arguments: list[str]) -> None:
    parsed = command_line.parse(arguments)

    assert parsed.arguments == tuple(arguments)
