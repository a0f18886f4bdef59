"""What the launcher installs is what the lock file says."""

import subprocess

from toolchain.locations import PYTHON, REPOSITORY


def test_the_launchers_requirements_are_those_of_the_lock_file() -> None:
    options = ["--only-group", "launcher", "--no-emit-project", "--no-header"]

    exported = subprocess.run(
        [str(PYTHON.parent / "uv"), "export", "--frozen", "--quiet", *options],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    kept = (REPOSITORY / "toolchain" / "launcher-requirements.txt").read_text()
    assert kept == exported.stdout
    assert kept.count("--hash=sha256:") >= kept.count("==")
