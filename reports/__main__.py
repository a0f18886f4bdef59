"""`python -m reports COMMAND`: what the nox sessions call."""

import sys
from collections.abc import Callable, Sequence

from reports.errors import ReportError


def _requirements(arguments: Sequence[str]) -> int:
    from reports.requirements.command import run

    return run(arguments)


def _policy_report(arguments: Sequence[str]) -> int:
    from reports.policy_report import run

    return run(arguments)


def _terraform_plan(arguments: Sequence[str]) -> int:
    from reports.checkov.command import write_plans

    return write_plans(arguments)


def _checkov(arguments: Sequence[str]) -> int:
    from reports.checkov.command import report

    return report(arguments)


# Each command imports what it needs when it is called.
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "requirements": _requirements,
    "policy-report": _policy_report,
    "terraform-plan": _terraform_plan,
    "checkov": _checkov,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code, 1 for a `ReportError`, 2 for a command that does not exist."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m reports {{{','.join(COMMANDS)}}} [ARGUMENTS]", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except ReportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
