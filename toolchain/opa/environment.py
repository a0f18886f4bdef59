"""The `opa` command, found or built: the Go module proxy has its source, and no package has the program."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from filelock import FileLock

from toolchain import go
from toolchain.build import build_environment, discard_caches
from toolchain.errors import ToolchainError
from toolchain.locations import cache_directory
from toolchain.progress import run_quietly, step

MODULE: Final = Path(__file__).parent
"""Holds go.mod and go.sum."""
PACKAGE: Final = "github.com/open-policy-agent/opa"
OLDEST: Final = (1, 0)
"""The oldest `opa` accepted from PATH: 1.0 made the Rego that we write the language's own."""


def find_or_build() -> Path:
    """The `opa` on PATH, or one of the pinned version, built on first use; no network is needed afterwards.

    Raises `ToolchainError` where it cannot be built.
    """
    found = shutil.which("opa")
    if found is not None and _numbers(version_of(Path(found))) >= OLDEST:
        return Path(found)
    directory = build_directory()
    binary = directory / "opa"
    if binary.exists():
        return binary
    directory.parent.mkdir(parents=True, exist_ok=True)
    # Two runs at once: the second waits, and finds what the first has built.
    with FileLock(directory.with_suffix(".lock")):
        if not binary.exists():
            _build(directory)
    return binary


def build_directory() -> Path:
    """Where the pinned version is or will be, in the user's cache."""
    told = hashlib.sha256((MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes())
    return cache_directory() / "opa" / told.hexdigest()[:16]


def version_of(binary: Path) -> str:
    """The version that an `opa` says it has; "unknown" where it does not answer like one."""
    try:
        answer = subprocess.run(
            [str(binary), "version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    found = re.search(r"^Version: (\S+)$", answer.stdout, re.MULTILINE)
    return found[1] if found else "unknown"


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else ()


def _build(directory: Path) -> None:
    """Build into the directory, complete or not at all. Go keeps its caches until the build is done."""
    compiler = go.find_or_install(MODULE)
    workspace = cache_directory() / "go-build-opa"
    environment = build_environment(compiler, workspace)
    staging = directory.with_name(f"{directory.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        packages = _download(compiler, environment)
        _compile(compiler, environment, staging, total=packages)
        if version_of(staging / "opa") == "unknown":
            raise ToolchainError("the opa that was built does not say its version")
        shutil.rmtree(directory, ignore_errors=True)
        staging.rename(directory)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    discard_caches(compiler, environment, workspace)


def _download(compiler: Path, environment: Mapping[str, str]) -> int:
    """Fetch what OPA is made of; of how many packages that is, for the progress of the build."""
    counted: list[None] = []
    with step("Downloading the sources of OPA (checked against go.sum)"):
        run_quietly(
            [compiler, "list", "-deps", PACKAGE],
            what="Downloading the sources of OPA",
            cwd=MODULE,
            env=environment,
            on_line=lambda: counted.append(None),
        )
    return len(counted)


def _compile(compiler: Path, environment: Mapping[str, str], staging: Path, *, total: int) -> None:
    # Measured: 767 packages, four minutes of CPU time.
    with step("Building OPA from source (about two minutes on two cores, once)", total) as one_more:
        options = ["-v", "-trimpath", "-ldflags", "-s -w", "-o", f"{staging}{os.sep}"]
        run_quietly(
            [compiler, "build", *options, PACKAGE],
            what="Building OPA",
            cwd=MODULE,
            env=environment,
            on_line=one_more,
        )
