"""A stand-in for the Pulumi CLI: it writes down its arguments, and does what a test asks."""

from pathlib import Path

import pytest

from toolchain import launch, preview
from toolchain.pulumi_cli import PulumiTools

STAND_IN = """#!/bin/sh
set -eu
if [ "$1 ${2:-}" = "stack init" ]; then exit 0; fi
: > "$SEEN"
for argument in "$@"; do printf '%s\\n' "$argument" >> "$SEEN"; done
eval "${BEHAVIOUR:-:}"
"""


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CLI that writes down its arguments; where it writes them."""
    cli = tmp_path / "tools" / "pulumi"
    cli.parent.mkdir()
    cli.write_text(STAND_IN)
    cli.chmod(0o755)
    tools = PulumiTools(cli=cli, language_host=cli.parent / "host", origin="stand-in")
    for module in (launch, preview):
        monkeypatch.setattr(module, "find_or_make", lambda: tools)
    for variable in (
        "PULUMI_BACKEND_URL",
        "PULUMI_HOME",
        "PLUMBLINE_INVOKED_FROM",
        "PLUMBLINE_TARGET",
    ):
        monkeypatch.delenv(variable, raising=False)
    backend = tmp_path / "state" / "backend" / ".pulumi" / "stacks" / "plumbline"
    backend.mkdir(parents=True)
    for stack in ("dev", "prod"):
        (backend / f"{stack}.json").write_text("{}")
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    return tmp_path / "seen"
