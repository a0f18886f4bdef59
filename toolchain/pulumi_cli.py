"""Find the Pulumi CLI and its Python language host; install or build what is missing.

Order: a `pulumi` on PATH of a version we support; one that an earlier run installed or built; the official
installer; a build from the Go module proxy. A CLI without a language host beside it gets ours.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from toolchain import build, installer, versions
from toolchain.errors import ToolchainError
from toolchain.locations import cache_directory
from toolchain.progress import step

LANGUAGE_HOST = "pulumi-language-python"


@dataclass(frozen=True, kw_only=True)
class PulumiTools:
    """Where the CLI and the language host are; both directories belong on PATH, in this order."""

    cli: Path
    language_host: Path
    origin: str
    """How it was found, for people: "on PATH", "installed", "built"."""

    @property
    def directories(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((self.cli.parent, self.language_host.parent)))


def find_or_make() -> PulumiTools:
    """The tools, made first where they are missing; safe to call from many processes at once.

    Raises `ToolchainError` with what was tried, what each answered, and what to install.
    """
    refused: list[str] = []
    found = _on_path(refused) or _made_before()
    if found is not None:
        return found
    cache = cache_directory()
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolchainError(
            f"The cache directory {cache} cannot be made: {error}. Name another one in PLUMBLINE_CACHE."
        ) from error
    with _alone(cache / "toolchain.lock"):
        # Another process may have made it while we waited for the lock.
        return _made_before() or _make(refused)


@contextlib.contextmanager
def _alone(path: Path) -> Generator[None]:
    """Hold the lock; say so where another process has it, since it may be building for minutes."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=1)
    except Timeout:
        with step("Waiting for another process that makes the toolchain"):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _make(refused: list[str]) -> PulumiTools:
    tried = list(refused)
    on_path = _supported_on_path()
    if on_path is None:
        try:
            return _tools(installer.install(_installed_root()), "installed")
        except ToolchainError as error:
            tried.append(f"the official installer: {error}")
    try:
        built = build.build(_built_root(), cli=on_path is None)
    except ToolchainError as error:
        tried.append(f"a build from source: {error}")
        raise ToolchainError(_explanation(tried)) from error
    if on_path is not None:
        return PulumiTools(cli=on_path, language_host=built / LANGUAGE_HOST, origin="on PATH")
    return _tools(built, "built")


def _explanation(tried: list[str]) -> str:
    listed = "\n".join(f"  - {attempt}" for attempt in tried)
    return (
        f"The Pulumi CLI is neither here nor can it be made. Tried:\n{listed}\n"
        "Mend one of these: install Pulumi (https://www.pulumi.com/docs/install/) so that `pulumi` is on PATH; "
        "let this machine reach get.pulumi.com; or let it reach the Go module proxy and the Python package index."
    )


def _supported_on_path() -> Path | None:
    """A `pulumi` on PATH of a supported version, with or without a language host."""
    cli = shutil.which("pulumi")
    if cli is None:
        return None
    version = version_of(Path(cli))
    return Path(cli) if version is not None and version >= versions.OLDEST_PULUMI else None


def _on_path(refused: list[str]) -> PulumiTools | None:
    cli = shutil.which("pulumi")
    if cli is None:
        refused.append("no pulumi on PATH")
        return None
    supported = _supported_on_path()
    if supported is None:
        oldest = ".".join(str(part) for part in versions.OLDEST_PULUMI)
        refused.append(f"{cli} is older than {oldest} or does not answer")
        return None
    # The official archive unpacks the language host beside the CLI, and installers may link to it.
    for directory in (supported.parent, supported.resolve().parent):
        if (directory / LANGUAGE_HOST).exists():
            return PulumiTools(
                cli=supported, language_host=directory / LANGUAGE_HOST, origin="on PATH"
            )
    host = shutil.which(LANGUAGE_HOST)
    if host is not None:
        return PulumiTools(cli=supported, language_host=Path(host), origin="on PATH")
    built = _built_root() / "bin" / LANGUAGE_HOST
    if built.exists():
        return PulumiTools(cli=supported, language_host=built, origin="on PATH")
    refused.append(f"{cli} has no {LANGUAGE_HOST} beside it")
    return None


def version_of(cli: Path) -> tuple[int, ...] | None:
    """What `pulumi version` answers, or None where it does not."""
    try:
        answer = subprocess.run(
            [str(cli), "version"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout.strip())
    return tuple(int(part) for part in found.groups()) if found else None


def _installed_root() -> Path:
    return cache_directory() / f"pulumi-{versions.PULUMI}"


def _built_root() -> Path:
    """Named after the sources too: a change of the language host is a new build."""
    digest = hashlib.sha256()
    for source in build.sources():
        digest.update(source.read_bytes())
    return cache_directory() / f"pulumi-{versions.PULUMI}-built-{digest.hexdigest()[:12]}"


def _made_before() -> PulumiTools | None:
    for root, origin in ((_installed_root(), "installed"), (_built_root(), "built")):
        directory = root / "bin"
        if (directory / "pulumi").exists() and (directory / LANGUAGE_HOST).exists():
            return _tools(directory, origin)
    return None


def _tools(directory: Path, origin: str) -> PulumiTools:
    return PulumiTools(
        cli=directory / "pulumi", language_host=directory / LANGUAGE_HOST, origin=origin
    )
