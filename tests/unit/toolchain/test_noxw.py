"""The launcher says clearly what a machine lacks."""

import shutil
import subprocess
from pathlib import Path

import pytest

from toolchain.locations import REPOSITORY

TOOLS = ("sh", "dirname", "pwd", "printf", "mkdir", "ln", "mv", "rm")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with a POSIX shell's tools and nothing else."""
    directory = tmp_path / "bin"
    directory.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found is not None:
            (directory / tool).symlink_to(found)
    return tmp_path


def run_noxw(machine: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(REPOSITORY / "noxw"), *arguments],
        env={"PATH": str(machine / "bin"), "HOME": str(machine / "home"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def python_that(machine: Path, body: str) -> None:
    """A python3 that behaves as the shell body says; `$2` is the program it is given by -c."""
    python = machine / "bin" / "python3"
    python.write_text(f"#!/bin/sh\n{body}\n")
    python.chmod(0o755)


def test_a_machine_without_python_is_told_what_to_install(machine: Path) -> None:
    answer = run_noxw(machine)

    assert answer.returncode == 1
    assert "Python 3.11 or newer is needed" in answer.stderr
    assert "apt install python3 python3-venv" in answer.stderr


def test_an_old_python_is_named_with_its_version(machine: Path) -> None:
    python_that(machine, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')

    answer = run_noxw(machine)

    assert answer.returncode == 1
    assert "Python 3.9.2" in answer.stderr


def test_a_python_without_venv_is_told_which_package_brings_it(machine: Path) -> None:
    python_that(machine, 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')

    answer = run_noxw(machine)

    assert answer.returncode == 1
    assert "has no venv module" in answer.stderr
    assert "apt install python3-venv" in answer.stderr


def test_no_home_and_no_cache_is_one_clear_message(machine: Path) -> None:
    python_that(machine, "exit 0")

    answer = run_noxw(machine, HOME="")

    assert answer.returncode == 1
    assert "neither HOME nor PLUMBLINE_CACHE is set" in answer.stderr


def test_a_failed_first_run_leaves_nothing_half_made(machine: Path) -> None:
    # The key is printed, the environment is "made", and then pip is not there.
    python_that(
        machine,
        'case "$1 $2" in *hashlib*) echo key;; "-m venv") mkdir -p "$3/bin";; esac',
    )
    cache = machine / "cache"

    answer = run_noxw(machine, PLUMBLINE_CACHE=str(cache))

    assert answer.returncode == 1
    assert "nox and uv could not be installed" in answer.stderr
    assert list((cache / "noxw").iterdir()) == []


def test_a_ready_environment_is_used_at_once_with_the_arguments_as_they_are(machine: Path) -> None:
    python_that(machine, 'case "$2" in *hashlib*) echo key;; esac')
    nox = machine / "cache" / "noxw" / "key" / "bin" / "nox"
    nox.parent.mkdir(parents=True)
    nox.write_text('#!/bin/sh\nprintf "%s|" "$@"; printf "from %s" "$PLUMBLINE_INVOKED_FROM"\n')
    nox.chmod(0o755)

    answer = run_noxw(machine, "-s", "pulumi", "--", "a b", PLUMBLINE_CACHE=str(machine / "cache"))

    noxfile = REPOSITORY / "noxfile.py"
    assert answer.stdout == f"--noxfile|{noxfile}|-s|pulumi|--|a b|from {Path.cwd()}"
