"""What the toolchain must know of a Pulumi command line; everything else passes through as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STACK_COMMANDS = frozenset(
    {"preview", "pre", "up", "update", "refresh", "destroy", "down", "dn", "import", "watch"}
)
"""Commands that work on a stack's resources: they need the stack and read its configuration file."""

_FLAGS_WITH_VALUE = frozenset(
    {"--cwd", "-C", "--color", "--profiling", "--tracing", "--verbose", "-v", "--otel-traces"}
)


@dataclass(frozen=True, kw_only=True)
class PulumiArguments:
    """A command line, taken apart as far as it concerns us."""

    arguments: tuple[str, ...]
    command: str | None
    directory: Path | None
    """What `-C`/`--cwd` names."""
    stack: str | None
    config_file: str | None

    @property
    def needs_stack(self) -> bool:
        """Whether this works on a stack's resources and is not just a question for help."""
        return self.command in STACK_COMMANDS and not {"--help", "-h"} & set(self.arguments)


def parse(arguments: Sequence[str]) -> PulumiArguments:
    """Take a command line apart; nothing is refused here, since the CLI says best what it does not know."""
    command: str | None = None
    skip = False
    before_end = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    for argument in before_end:
        if skip:
            skip = False
        elif argument.startswith("-"):
            skip = argument in _FLAGS_WITH_VALUE
        else:
            command = argument
            break
    directory = value_of(before_end, "--cwd", "-C")
    return PulumiArguments(
        arguments=tuple(arguments),
        command=command,
        directory=Path(directory) if directory else None,
        stack=value_of(before_end, "--stack", "-s"),
        config_file=value_of(before_end, "--config-file"),
    )


def value_of(arguments: Sequence[str], *names: str) -> str | None:
    """The last value of a flag, in any of the forms that the CLI takes."""
    found: str | None = None
    for index, argument in enumerate(arguments):
        for name in names:
            if argument == name and index + 1 < len(arguments):
                found = arguments[index + 1]
            elif name.startswith("--") and argument.startswith(f"{name}="):
                found = argument.removeprefix(f"{name}=")
            elif (
                not name.startswith("--")
                and argument.startswith(name)
                and len(argument) > len(name)
            ):
                found = argument.removeprefix(name).removeprefix("=")
    return found


def replace_value(arguments: Sequence[str], name: str, value: str) -> list[str]:
    """The same arguments with another value for a long flag that is among them."""
    result = list(arguments)
    for index, argument in enumerate(result):
        if argument == name and index + 1 < len(result):
            result[index + 1] = value
        elif argument.startswith(f"{name}="):
            result[index] = f"{name}={value}"
    return result
