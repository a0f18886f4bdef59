"""Stacks of the local backend: known ones are made on first use, and their files stay as they were written."""

import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolchain.documents import read_mapping
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY, state_directory

DEFAULT_STACK = "dev"
"""The stack of a foreign project that has none yet and names none."""

_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>[\w.-]+)\.ya?ml")


def _by_size(path: Path) -> list[tuple[int, str]]:
    """Names in the order in which people count: 1k, 5k, 10k; names without a figure after them."""
    parts = re.findall(r"(\d+)|(\D+)", path.name.removeprefix("Pulumi."))
    return [(int(figure), "") if figure else (sys.maxsize, text) for figure, text in parts]


@dataclass(frozen=True, kw_only=True)
class Project:
    """A Pulumi project on disk, ours or somebody else's."""

    root: Path
    name: str
    stack_directory: Path

    @property
    def is_ours(self) -> bool:
        return self.root == REPOSITORY

    def stack_files(self) -> dict[str, Path]:
        """The configuration files that exist, by stack."""
        found = (
            (path, _STACK_FILE.fullmatch(path.name))
            for path in sorted(self.stack_directory.glob("Pulumi.*"), key=_by_size)
        )
        return {match["stack"]: path for path, match in found if match is not None}


def find_project(start: Path) -> Project:
    """The project that `start` is in, as the CLI finds it. Raises `ToolchainError` where there is none."""
    start = start.resolve()
    for directory in (start, *start.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            if (directory / name).is_file():
                return _read_project(directory / name)
    raise ToolchainError(
        f"There is no Pulumi.yaml in {start} or above it. Name the project's directory with -C, or make one there."
    )


def _read_project(path: Path) -> Project:
    content = read_mapping(path)
    name = content.get("name")
    if not isinstance(name, str):
        raise ToolchainError(f"{path} has no `name`: a Pulumi project needs one.")
    directory = content.get("stackConfigDir") or content.get("config")
    relative = directory if isinstance(directory, str) else "."
    return Project(root=path.parent, name=name, stack_directory=(path.parent / relative).resolve())


def choose_stack(project: Project, named: str | None) -> str:
    """The stack to work on. Raises `ToolchainError` for one of ours that does not exist."""
    files = project.stack_files()
    if named is None:
        if project.is_ours:
            raise ToolchainError(f"Name a stack with --stack: {', '.join(files)}.")
        return next(iter(files)) if len(files) == 1 else DEFAULT_STACK
    stack = named.rpartition("/")[2]
    if project.is_ours and stack not in files:
        close = difflib.get_close_matches(stack, files, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ToolchainError(
            f"There is no stack {stack!r}: {project.stack_directory} has {', '.join(files)}.{hint} "
            f"A new stack is a new file Pulumi.{stack}.yaml there."
        )
    return stack


def ensure_stack(cli: Path, project: Project, stack: str, environment: Mapping[str, str]) -> None:
    """Make the stack in the local backend if it is not there. Another backend is its owner's affair."""
    url = environment.get("PULUMI_BACKEND_URL", "")
    if not url.startswith("file://") or checkpoint(url, project, stack).exists():
        return
    file = project.stack_directory / f"Pulumi.{stack}.yaml"
    before = file.read_bytes() if file.exists() else None
    answer = subprocess.run(
        [str(cli), "stack", "init", stack, "--no-select", "--non-interactive"],
        cwd=project.root,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    # `stack init` writes the salt of the local passphrase into the stack's file, which is the user's and shared.
    if before is not None:
        if file.read_bytes() != before:
            file.write_bytes(before)
    elif file.exists():
        file.unlink()
    if answer.returncode != 0 and not checkpoint(url, project, stack).exists():
        raise ToolchainError(f"Stack {stack} could not be made in {url}:\n{answer.stderr.strip()}")


def checkpoint(url: str, project: Project, stack: str) -> Path:
    """Where a file backend keeps the state of a stack."""
    return Path(url.removeprefix("file://")) / ".pulumi" / "stacks" / project.name / f"{stack}.json"


def local_config_file(project: Project, stack: str) -> Path | None:
    """A copy of the stack's file for the CLI to write its salt into, or None where the file has its own.

    The CLI adds an `encryptionsalt` to a stack's file whenever it needs the passphrase. The salt belongs to the
    local passphrase, not to the shared file, so the CLI gets a copy; the salt of an earlier copy is kept.
    """
    source = project.stack_directory / f"Pulumi.{stack}.yaml"
    content = _read_settings(source)
    if {"encryptionsalt", "secretsprovider", "encryptedkey"} & content.keys():
        return None
    copy = state_directory() / "config" / project.name / f"Pulumi.{stack}.yaml"
    salt = _read_settings(copy).get("encryptionsalt")
    if isinstance(salt, str):
        content["encryptionsalt"] = salt
    copy.parent.mkdir(parents=True, exist_ok=True)
    made = copy.with_name(f"{copy.name}.{os.getpid()}")
    # JSON is YAML: values keep their types exactly.
    made.write_text(json.dumps(content, indent=2, default=str) + "\n")
    made.replace(copy)
    return copy


def _read_settings(path: Path) -> dict[str, object]:
    return read_mapping(path) if path.exists() else {}
