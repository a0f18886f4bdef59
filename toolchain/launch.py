"""Run the Pulumi CLI with everything set up: tools, backend, passphrase, provider, stacks."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from toolchain import arguments as command_line
from toolchain.documents import read_mapping
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY
from toolchain.pulumi_cli import find_or_make
from toolchain.stacks import choose_stack, ensure_stack, find_project, local_config_file
from toolchain.target import Target, chosen_target, environment

_OWN_SECONDS = 3.0
_CLEANUP_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """A command, ready to run."""

    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]


def launch(arguments: Sequence[str]) -> int:
    """Run the CLI with the user's arguments, on the user's terminal; the CLI's exit code."""
    with prepared(arguments) as invocation:
        return run(invocation)


def run(invocation: Invocation) -> int:
    """Run to the end. An interrupt reaches the CLI by the terminal; we wait until it has cleaned up."""
    process = subprocess.Popen(
        invocation.command, cwd=invocation.directory, env=dict(invocation.environment)
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        process.terminate()

    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    terminated = signal.signal(signal.SIGTERM, stop)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
        signal.signal(signal.SIGTERM, terminated)


def run_silently(
    invocation: Invocation, *, started: Callable[[subprocess.Popen[str]], None] = lambda _: None
) -> tuple[int, str]:
    """Run to the end with nothing on the terminal; the exit code and all that was printed.

    `started` gets the process, to end it from elsewhere; an interrupt here ends it too.
    """
    process = subprocess.Popen(
        invocation.command,
        cwd=invocation.directory,
        env=dict(invocation.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        started(process)
        output, _ = process.communicate()
    except BaseException:
        end(process)
        raise
    return process.returncode, output


def end(process: subprocess.Popen[str]) -> None:
    """Let a CLI that was interrupted clean up; ask it to, where no terminal has; kill it at last.

    A second interrupt would make Pulumi give up at once, so it first has time to end by itself.
    """
    for seconds, act in ((_OWN_SECONDS, process.terminate), (_CLEANUP_SECONDS, process.kill)):
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            act()
        else:
            return
    process.wait()


@contextlib.contextmanager
def prepared(
    arguments: Sequence[str], *, extra: Mapping[str, str] | None = None
) -> Generator[Invocation]:
    """Everything that must be there before the CLI starts. Raises `ToolchainError`, before anything is created."""
    target = chosen_target()
    parsed = command_line.parse(arguments)
    directory = _directory(parsed)
    stack_arguments = list(arguments)
    tools = find_or_make()
    variables = {**environment(tools, target), **(extra or {})}
    if parsed.needs_stack and target is Target.OFFLINE:
        project = find_project(directory)
        stack = choose_stack(project, parsed.stack)
        ensure_stack(tools.cli, project, stack, variables)
        added = [] if parsed.stack is not None else ["--stack", stack]
        if parsed.stack is None:
            print(f"No stack is named: working on the local stack {stack!r}.", file=sys.stderr)
        if parsed.config_file is None and (copy := local_config_file(project, stack)) is not None:
            added += ["--config-file", str(copy)]
        stack_arguments = _insert(stack_arguments, added)
    if parsed.command == "install" and target is Target.OFFLINE:
        # The official provider is neither needed nor, without a network, to be had.
        stack_arguments = _insert(stack_arguments, ["--no-plugins"])
    with _pack_config(stack_arguments, directory) as final:
        yield Invocation(
            command=(str(tools.cli), *final),
            # The CLI itself goes to `-C`, which is relative to where the user stands.
            directory=standpoint(),
            environment=variables,
        )


def standpoint() -> Path:
    """Where relative paths of the command line start: nox has gone to the project, the user may be elsewhere."""
    return Path(os.environ.get("PLUMBLINE_INVOKED_FROM") or REPOSITORY)


def _directory(parsed: command_line.PulumiArguments) -> Path:
    """The directory in which the CLI will look for the project."""
    directory = standpoint() / (parsed.directory or "")
    if not directory.is_dir():
        raise ToolchainError(f"{directory} is not a directory: -C must name a Pulumi project's.")
    return directory


def _insert(arguments: list[str], added: list[str]) -> list[str]:
    """Flags go before a `--`, behind which everything belongs to somebody else."""
    position = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:position], *added, *arguments[position:]]


@contextlib.contextmanager
def _pack_config(arguments: list[str], directory: Path) -> Generator[list[str]]:
    """Let a pack's configuration file say `{"profile": "chat"}`.

    The CLI takes a string only for an enforcement level, so the profile reaches the pack as a policy's property.
    """
    file = command_line.value_of(arguments, "--policy-pack-config")
    if file is None:
        yield arguments
        return
    try:
        content = read_mapping(directory / file)
    except ToolchainError:
        # The CLI says what is wrong with it.
        yield arguments
        return
    profile = content.get("profile")
    if not isinstance(profile, str):
        yield arguments
        return
    content["profile"] = {"profile": profile}
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        translated = Path(folder) / "policy-config.json"
        translated.write_text(json.dumps(content))
        yield command_line.replace_value(arguments, "--policy-pack-config", str(translated))
