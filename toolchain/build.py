"""Build the Pulumi CLI and the language host from source, by the Go module proxy."""

import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from toolchain import go, versions
from toolchain.errors import ToolchainError
from toolchain.locations import cache_directory
from toolchain.progress import run_quietly, step

CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
HOST_PACKAGE = "./pulumi-language-python"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
VERSION_VARIABLE = f"{SDK_MODULE}/go/common/version.Version"

SHIMS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
"""Scripts of the SDK that stand beside the language host: one runs programs, one dynamic providers."""


def sources() -> list[Path]:
    """The files that decide what is built."""
    return sorted(path for path in go.MODULE.rglob("*") if path.suffix in {".go", ".mod", ".sum"})


def build(root: Path, *, cli: bool) -> Path:
    """Build into `root`, complete or not at all; the directory of the binaries.

    `cli` False builds the language host alone, for a CLI that came without one. An interrupted build goes on
    where it stopped: Go keeps its caches until the build is done. Raises `ToolchainError`.
    """
    compiler = go.find_or_install()
    workspace = cache_directory() / "go-build"
    environment = build_environment(compiler, workspace)
    packages = [CLI_PACKAGE, HOST_PACKAGE] if cli else [HOST_PACKAGE]
    staging = root.with_name(f"{root.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    binaries = staging / "bin"
    binaries.mkdir(parents=True)
    try:
        total = _download(compiler, environment, packages)
        _compile(compiler, environment, packages, binaries, total=total)
        _copy_shims(compiler, environment, binaries)
        if cli:
            _check(binaries / "pulumi")
        shutil.rmtree(root, ignore_errors=True)
        staging.rename(root)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    discard_caches(compiler, environment, workspace)
    return root / "bin"


def build_environment(compiler: Path, workspace: Path) -> dict[str, str]:
    """Go's settings for a build that depends on nothing of the user's but the network.

    GOPROXY and GOSUMDB stay the user's where they are set: a company may have its own. go.sum pins each module.
    """
    kept = {
        key: value for key, value in os.environ.items() if key not in {"GOFLAGS", "GOROOT", "GOBIN"}
    }
    return {
        **kept,
        "PATH": f"{compiler.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false",
        "GOMODCACHE": str(workspace / "modules"),
        "GOCACHE": str(workspace / "objects"),
        "GOPATH": str(workspace / "path"),
        "CGO_ENABLED": "0",
    }


def _download(compiler: Path, environment: Mapping[str, str], packages: list[str]) -> int:
    """Fetch what the packages are made of; of how many packages that is, for the progress of the build."""
    counted: list[None] = []
    with step("Downloading the sources of Pulumi (checked against go.sum)"):
        run_quietly(
            [compiler, "list", "-deps", *packages],
            what="Downloading the sources of Pulumi",
            cwd=go.MODULE,
            env=environment,
            on_line=lambda: counted.append(None),
        )
    return len(counted)


def _compile(
    compiler: Path,
    environment: Mapping[str, str],
    packages: list[str],
    binaries: Path,
    *,
    total: int,
) -> None:
    # Measured: 1,571 packages, four minutes on two cores.
    title = f"Building Pulumi {versions.PULUMI} from source (about four minutes on two cores, once)"
    with step(title, total=total) as one_more:
        flags = f"-s -w -X {VERSION_VARIABLE}={versions.PULUMI}"
        options = ["-v", "-trimpath", "-ldflags", flags, "-o", f"{binaries}{os.sep}"]
        run_quietly(
            [compiler, "build", *options, *packages],
            what="Building Pulumi",
            cwd=go.MODULE,
            env=environment,
            on_line=one_more,
        )


def _copy_shims(compiler: Path, environment: Mapping[str, str], binaries: Path) -> None:
    answer = subprocess.run(
        [str(compiler), "list", "-m", "-f", "{{.Dir}}", SDK_MODULE],
        cwd=go.MODULE,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    directory = Path(answer.stdout.strip())
    for shim in SHIMS:
        source = directory / shim
        if answer.returncode != 0 or not source.is_file():
            raise ToolchainError(f"the SDK's module has no {shim}: {answer.stderr.strip()}")
        target = binaries / source.name
        shutil.copyfile(source, target)
        target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _check(cli: Path) -> None:
    answer = subprocess.run([str(cli), "version"], capture_output=True, text=True, check=False)
    if versions.PULUMI not in answer.stdout:
        raise ToolchainError(
            f"the CLI that was built answers {answer.stdout.strip()!r}, not {versions.PULUMI}"
        )


def discard_caches(compiler: Path, environment: Mapping[str, str], workspace: Path) -> None:
    """Give back the gigabytes of Go's caches; a failure to do so is no failure of the build."""
    subprocess.run(
        [str(compiler), "clean", "-modcache"],
        env=dict(environment),
        capture_output=True,
        check=False,
    )
    shutil.rmtree(workspace, ignore_errors=True)
