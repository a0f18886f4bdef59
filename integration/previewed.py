"""`nox -s preview -- --all --json`, for the tests that look at what it says."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from toolchain.locations import REPOSITORY


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """How the command ended, and what the pack said of each stack."""

    outcome: subprocess.CompletedProcess[str]
    records: Path

    def record(self, stack: str) -> Path:
        """What the pack said of a stack."""
        return self.records / f"{stack}.record.json"


def preview_all(state: Path, records: Path) -> Previewed:
    """Run the command as the session does, with state of its own."""
    mine = ("PULUMI_BACKEND_URL", "PULUMI_HOME", "PLUMBLINE_PROFILE", "PLUMBLINE_TARGET")
    variables = {name: value for name, value in os.environ.items() if name not in mine}
    outcome = subprocess.run(
        [*(sys.executable, "-m", "toolchain", "preview", "--all", "--json"), "--records", records],
        cwd=REPOSITORY,
        env={**variables, "PLUMBLINE_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Previewed(outcome=outcome, records=records)
