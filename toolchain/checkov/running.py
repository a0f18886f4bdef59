"""One run of checkov: what it is given, and its answer as it gave it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from toolchain.errors import TookTooLongError, ToolchainError
from toolchain.progress import LAST_LINES

PLAN: Final = "terraform_plan"
FILES: Final = "dockerfile,github_actions"
"""The frameworks that judge a repository's own files."""
_DOCKERFILES = ("*Dockerfile", "*Dockerfile.*", "*.Dockerfile")
_WORKFLOWS = (".github/workflows/*.yml", ".github/workflows/*.yaml")
# With failures of its checks checkov ends with 1, which is no failure of the run.
_ENDED_WELL = (0, 1)
_SECONDS = 1800
_CRASH = re.compile(r"Failed to run check (?P<check>\w+) on ")


def judge(
    python: Path,
    frameworks: str,
    files: Sequence[Path],
    *,
    checks: Sequence[str] = (),
    seconds: float = _SECONDS,
) -> list[object]:
    """What checkov reports on some files, without a network and all in one run: it takes seconds to start.

    By all of its checks, where none are named. Raises `ToolchainError` where it gave no report within so many seconds.
    """
    command = [
        # -P: no module of ours, or of wherever the user stands, takes the place of one of its own.
        *(str(python), "-P", "-m", "checkov.main", "--framework", *frameworks.split(",")),
        *("--output", "json", "--compact", "--skip-download"),
        *(("--check", ",".join(checks)) if checks else ()),
        *(argument for file in files for argument in ("-f", str(file))),
    ]
    # In an empty folder: a `.checkov.yaml` of wherever the user stands must not decide anything.
    with tempfile.TemporaryDirectory(prefix="plumbline-checkov-") as folder:
        try:
            answer = subprocess.run(
                command,
                cwd=folder,
                env=_variables(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as error:
            raise TookTooLongError(f"checkov did not end within {seconds:.0f} s.") from error
    try:
        content: object = json.loads(answer.stdout)
    except ValueError:
        content = None
    if answer.returncode not in _ENDED_WELL or content is None:
        said = "\n  ".join((answer.stderr or answer.stdout).strip().splitlines()[-LAST_LINES:])
        raise ToolchainError(f"checkov ended with exit code {answer.returncode}:\n  {said}")
    _tell_of_crashes(answer.stderr)
    # One report, or a list of them.
    return cast("list[object]", content) if isinstance(content, list) else [content]


def _tell_of_crashes(said: str) -> None:
    """Checks of checkov that failed of themselves have judged nothing, and it only says so in its log."""
    crashed = Counter(found["check"] for found in _CRASH.finditer(said))
    for check, count in sorted(crashed.items()):
        print(
            f"checkov: {check} failed of itself on {count} resources: not judged", file=sys.stderr
        )


def repository_files(repository: Path) -> list[Path]:
    """The Dockerfiles and workflows of a repository; those of its dependencies are not its own."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--"]
    answer = subprocess.run(
        [*command, *_DOCKERFILES, *_WORKFLOWS],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise ToolchainError(
            f"{repository} is no checkout of git, which says which Dockerfiles and workflows are "
            f"the repository's own: {answer.stderr.strip()}"
        )
    named = sorted({name for name in answer.stdout.split("\0") if name})
    return [repository / name for name in named if (repository / name).is_file()]


def _variables() -> dict[str, str]:
    """The user's environment without what would have checkov judge otherwise, or tell its maker's platform."""
    foreign = ("BC_", "PRISMA_", "CKV_", "CHECKOV_", "PYTHONPATH")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    # Without the second, an argument that is not known yet would count as one that is not given.
    return {**kept, "LOG_LEVEL": "ERROR", "EVAL_TF_PLAN_AFTER_UNKNOWN": "1"}
