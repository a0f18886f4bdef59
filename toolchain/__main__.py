"""`python -m toolchain COMMAND`: what the nox sessions call."""

import sys
from collections.abc import Callable, Sequence

from toolchain.errors import ToolchainError


def _tools(arguments: Sequence[str]) -> int:
    """Find or make the tools and say where they are."""
    from toolchain.pulumi_cli import find_or_make

    if arguments:
        raise ToolchainError(f"`tools` takes no arguments, but got: {' '.join(arguments)}")
    tools = find_or_make()
    print(f"{tools.cli} ({tools.origin})")
    print(tools.language_host)
    return 0


def _pulumi(arguments: Sequence[str]) -> int:
    from toolchain.launch import launch

    return launch(arguments)


def _preview(arguments: Sequence[str]) -> int:
    from toolchain.preview import preview

    return preview(arguments)


def _policy_report(arguments: Sequence[str]) -> int:
    from toolchain.policy_report import policy_report

    return policy_report(arguments)


def _bench(arguments: Sequence[str]) -> int:
    from toolchain.bench import bench

    return bench(arguments)


def _checkov(arguments: Sequence[str]) -> int:
    from toolchain.checkov.command import checkov

    return checkov(arguments)


# Each command imports what it needs when it is called: `pulumi` must not wait for what `preview` draws with.
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "tools": _tools,
    "pulumi": _pulumi,
    "preview": _preview,
    "policy-report": _policy_report,
    "bench": _bench,
    "checkov": _checkov,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code, 1 for a `ToolchainError`, 2 for a command that does not exist."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m toolchain {{{','.join(COMMANDS)}}} [ARGUMENTS]", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
