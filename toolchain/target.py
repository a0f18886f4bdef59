"""The target of a run, offline or aws, and the environment that the Pulumi CLI needs for it."""

import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.locations import PYTHON, REPOSITORY, state_directory
from toolchain.pulumi_cli import PulumiTools

VARIABLE = "PLUMBLINE_TARGET"

PROVIDER_DIRECTORY = REPOSITORY / "toolchain" / "offline_aws" / "bin"
"""Holds the offline provider under the name that the engine looks for on PATH."""


class Target(StrEnum):
    """Where a run's resources live."""

    OFFLINE = "offline"
    """No account and no network: our provider, an emulator on loopback, state in the project."""

    AWS = "aws"
    """The official provider, the user's account and the user's own backend."""


def chosen_target(environ: Mapping[str, str] = os.environ) -> Target:
    """The target that `PLUMBLINE_TARGET` names, offline where it names none. Raises `ToolchainError`."""
    named = environ.get(VARIABLE) or Target.OFFLINE
    try:
        return Target(named)
    except ValueError as error:
        known = " or ".join(Target)
        raise ToolchainError(f"{VARIABLE} is {named!r}, but must be {known}.") from error


def environment(
    tools: PulumiTools, target: Target, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """What the CLI runs with: what the user has set stays, what is missing is added.

    Offline, nothing of the user's own Pulumi (logins, plugins, selected stacks) is read or written.
    """
    directories = [str(directory) for directory in tools.directories]
    result = dict(environ)
    # For programs that name no environment of their own; the host looks here before it looks on PATH.
    result.setdefault("PULUMI_PYTHON_CMD", str(PYTHON))
    result["PULUMI_SKIP_UPDATE_CHECK"] = "true"
    # The locked environment is complete: uv must neither fetch an interpreter nor obey a shell's environment.
    result["UV_PYTHON_DOWNLOADS"] = "never"
    result.pop("VIRTUAL_ENV", None)
    result[VARIABLE] = target
    if target is Target.OFFLINE:
        directories.append(str(PROVIDER_DIRECTORY))
        _add_local_backend(result)
    # Last, the locked environment: its uv is there for a host that finds no other.
    result["PATH"] = os.pathsep.join(
        [*directories, environ.get("PATH", os.defpath), str(PYTHON.parent)]
    )
    return result


def _add_local_backend(result: dict[str, str]) -> None:
    state = state_directory()
    try:
        state.mkdir(parents=True, exist_ok=True)
        result.setdefault("PULUMI_HOME", str(state / "home"))
        if "PULUMI_BACKEND_URL" not in result:
            backend = state / "backend"
            backend.mkdir(exist_ok=True)
            result["PULUMI_BACKEND_URL"] = f"file://{backend}"
        if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & result.keys():
            result["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase_file(state))
    except OSError as error:
        raise ToolchainError(
            f"The state directory {state} cannot be written: {error}. Name another one in PLUMBLINE_STATE."
        ) from error


def _passphrase_file(state: Path) -> Path:
    """A passphrase of this checkout's own, made once: local state is encrypted even where nobody thought of it."""
    path = state / "passphrase"
    if not path.exists():
        made = path.with_name(f"passphrase.{os.getpid()}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        try:
            # A link, not a rename: of two first runs at once, one passphrase wins for both.
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path
