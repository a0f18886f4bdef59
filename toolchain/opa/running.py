"""One run of OPA: what it is given, and its answer as it gave it."""

import os
import subprocess
import tempfile
from pathlib import Path

from toolchain.errors import TookTooLongError, ToolchainError
from toolchain.progress import LAST_LINES


def evaluate(opa: Path, rules: Path, plan: Path, query: str, *, seconds: float) -> str:
    """What a query of rules in Rego answers about a plan, as JSON.

    Raises `ToolchainError` where it gives no answer, `TookTooLongError` where none within so many seconds.
    """
    command = [str(opa), "eval", "--format", "raw", "--data", str(rules), "--input", str(plan)]
    # In an empty folder: an `.opa.yaml` of wherever the user stands must not decide anything.
    with tempfile.TemporaryDirectory(prefix="plumbline-opa-") as folder:
        try:
            answer = subprocess.run(
                [*command, query],
                cwd=folder,
                # Its flags can be set in the environment too.
                env={key: one for key, one in os.environ.items() if not key.startswith("OPA_")},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as error:
            raise TookTooLongError(f"OPA did not end within {seconds:.0f} s.") from error
    if answer.returncode != 0 or not answer.stdout.strip():
        said = "\n  ".join((answer.stderr or answer.stdout).strip().splitlines()[-LAST_LINES:])
        raise ToolchainError(f"OPA ended with exit code {answer.returncode}:\n  {said}")
    return answer.stdout
