"""The README's commands are the project's; those of all pages: see `tests/unit/docs`."""

import re

from toolchain.locations import REPOSITORY

README = (REPOSITORY / "README.md").read_text()


def commands() -> list[str]:
    """Every command of the README's console blocks, without its comment."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line.removeprefix("$ ").partition("  #")[0].strip() for line in lines]


def test_the_two_commands_come_first_and_the_test_command_is_what_ci_runs() -> None:
    ci = (REPOSITORY / ".ci" / "run").read_text()

    assert commands()[:2] == ["./noxw -s preview", "./noxw"]
    assert ci.splitlines()[-1] == "exec ./noxw"


def test_the_sessions_that_people_use_are_named() -> None:
    named = {match for command in commands() for match in re.findall(r"noxw -s (\w+)", command)}

    assert {"preview", "pulumi", "unit", "policy", "integration", "bench"} <= named


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(
        r"`((?:policies|toolchain|stacks|docs)/[\w./-]+|[A-Z]\w+\.md|noxfile\.py)`", README
    )

    assert named
    for name in named:
        assert (REPOSITORY / name).exists(), name


def test_the_captured_output_is_there() -> None:
    assert "@@" not in README
    assert re.search(r"│ prod +│ +\d{3} │ +\d+ │ +0 │", README)
