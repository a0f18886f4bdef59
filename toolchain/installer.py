"""The official installer, as the Pulumi SDK runs it."""

import os
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from toolchain import versions
from toolchain.errors import ToolchainError
from toolchain.progress import run_quietly, step

SITE = "https://get.pulumi.com/"
PROBE_SECONDS = 5
INSTALL_SECONDS = 600

PROGRAM = """
import semver, sys
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1], version=semver.VersionInfo.parse(sys.argv[2]))
"""


def install(root: Path) -> Path:
    """Install the official CLI with its language hosts into `root`; the directory of its binaries.

    Raises `ToolchainError` where the site cannot be reached or the installation is not whole.
    """
    _probe()
    staging = root.with_name(f"{root.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        with step(f"Installing Pulumi {versions.PULUMI}"):
            run_quietly(
                [sys.executable, "-c", PROGRAM, staging, versions.PULUMI],
                what="The installation",
                timeout=INSTALL_SECONDS,
            )
        if not (staging / "bin" / "pulumi-language-python").exists():
            raise ToolchainError("what was installed has no language host for Python")
        shutil.rmtree(root, ignore_errors=True)
        staging.rename(root)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return root / "bin"


def _probe() -> None:
    """Fail within seconds where there is no way out: the installer itself would try for minutes."""
    request = urllib.request.Request(SITE, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=PROBE_SECONDS):  # noqa: S310 - the same
            return
    except urllib.error.HTTPError as error:
        raise ToolchainError(f"{SITE} answered {error.code}") from error
    except (urllib.error.URLError, OSError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise ToolchainError(f"{SITE} cannot be reached ({reason})") from error
