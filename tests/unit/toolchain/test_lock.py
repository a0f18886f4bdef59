"""What the launcher installs is what the lock file says."""

import subprocess

from toolchain.locations import REPOSITORY


def test_the_launchers_requirements_are_those_of_the_lock_file() -> None:
    uv = shutil.which("uv")
    assert uv is not None, "uv runs these tests, so it is on PATH"

    exported = subprocess.run(
        [
            uv,
            "export",
            "--frozen",
            "--quiet",
            "--only-group",
            "launcher",
            "--no-emit-project",
            "--no-header",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    kept = (REPOSITORY / "toolchain" / "launcher-requirements.txt").read_text()
    assert kept == exported.stdout
    assert kept.count("--hash=sha256:") >= kept.count("==")
