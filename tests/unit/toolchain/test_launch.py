"""What the CLI is started with, seen by a stand-in that prints it."""

import json
import os
from pathlib import Path

import pytest

from toolchain import launch, preview
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY
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


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    project = tmp_path / "theirs"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: theirs\nruntime: python\n")
    backend = tmp_path / "state" / "backend" / ".pulumi" / "stacks" / "theirs"
    backend.mkdir(parents=True, exist_ok=True)
    (backend / "dev.json").write_text("{}")
    return project


def test_arguments_pass_through_and_the_stack_file_is_a_copy(seen: Path) -> None:
    code = launch.launch(["preview", "--policy-pack", "policies", "--stack", "prod"])

    arguments = seen.read_text().splitlines()
    assert code == 0
    assert arguments[:5] == ["preview", "--policy-pack", "policies", "--stack", "prod"]
    assert arguments[5] == "--config-file"
    assert Path(arguments[6]).name == "Pulumi.prod.yaml"
    assert not Path(arguments[6]).is_relative_to(REPOSITORY)


def test_offline_an_installation_leaves_the_official_provider_alone(
    seen: Path, foreign: Path
) -> None:
    launch.launch(["-C", str(foreign), "install"])

    assert seen.read_text().splitlines()[2:] == ["install", "--no-plugins"]


def test_questions_pass_through_with_nothing_added(seen: Path) -> None:
    launch.launch(["stack", "ls"])

    assert seen.read_text().splitlines() == ["stack", "ls"]


def test_the_clis_exit_code_is_ours(seen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEHAVIOUR", "exit 77")

    assert launch.launch(["version"]) == 77
    assert seen.exists()


def test_an_unknown_stack_of_ours_is_refused_before_the_cli_starts(seen: Path) -> None:
    with pytest.raises(ToolchainError, match="There is no stack 'staging'"):
        launch.launch(["preview", "--stack", "staging"])

    assert not seen.exists()


def test_a_foreign_project_gets_a_stack_when_it_names_none(
    seen: Path, foreign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    launch.launch(["-C", str(foreign), "preview"])

    arguments = seen.read_text().splitlines()
    assert arguments[3:5] == ["--stack", "dev"]
    assert "working on the local stack 'dev'" in capsys.readouterr().err


def test_a_directory_is_relative_to_where_the_user_stands(
    seen: Path, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLUMBLINE_INVOKED_FROM", str(foreign.parent))
    monkeypatch.setenv("BEHAVIOUR", 'pwd > "$SEEN"')

    launch.launch(["-C", foreign.name, "preview", "--stack", "dev"])

    assert Path(seen.read_text().strip()) == foreign.parent


def test_a_directory_that_is_not_there_is_one_clear_message(seen: Path) -> None:
    with pytest.raises(ToolchainError, match="is not a directory: -C must name"):
        launch.launch(["-C", "no-such-place", "preview"])

    assert not seen.exists()


def test_a_profile_in_the_packs_configuration_reaches_the_cli_in_a_form_it_takes(
    seen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "policy.json"
    config.write_text(json.dumps({"profile": "chat", "some-rule": "advisory"}))
    monkeypatch.setenv("BEHAVIOUR", 'cat "${7}" > "$SEEN"')

    launch.launch(
        ["preview", "--stack", "dev", "--policy-pack", "p", "--policy-pack-config", str(config)]
    )

    assert json.loads(seen.read_text()) == {"profile": {"profile": "chat"}, "some-rule": "advisory"}


def test_a_preview_reports_the_packs_figures_as_json_and_nothing_else(
    seen: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    figures: dict[str, object] = {
        "resources": 3,
        "rules": 2,
        "violations": 0,
        "waived": 1,
        "unknown": 4,
        "findings": [],
    }
    monkeypatch.setenv(
        "BEHAVIOUR", f"echo noise; echo '{json.dumps(figures)}' > \"$PLUMBLINE_SUMMARY\""
    )

    code = preview.preview(["dev", "prod", "--json"])

    stacks = json.loads(capfd.readouterr().out)["stacks"]
    assert code == 0
    assert [stack["stack"] for stack in stacks] == ["dev", "prod"]
    for stack in stacks:
        assert stack.pop("seconds") > 0
        assert {key: stack[key] for key in stack if key != "stack"} == {
            key: figures[key] for key in ("resources", "rules", "violations", "waived", "unknown")
        }
    assert seen.exists()


def test_production_is_previewed_where_no_stack_is_named(
    seen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEHAVIOUR", 'echo \'{"rules": 1}\' > "$PLUMBLINE_SUMMARY"')

    preview.preview(["--json"])

    arguments = seen.read_text().splitlines()
    assert arguments[arguments.index("--stack") + 1] == "prod"
    assert arguments[arguments.index("--policy-pack") + 1] == str(REPOSITORY / "policies")


def test_a_failed_preview_fails_shows_why_and_claims_no_figures(
    seen: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BEHAVIOUR", "echo 'error: it is broken'; exit 3")

    code = preview.preview(["dev", "--json"])

    output = capfd.readouterr()
    assert code == 3
    assert json.loads(output.out)["stacks"][0]["violations"] is None
    assert "it is broken" in output.err
    assert seen.exists()


def test_a_preview_that_the_pack_did_not_judge_is_no_success(
    seen: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = preview.preview(["dev", "--json"])

    assert code == 1
    assert "judged nothing in stack dev" in capfd.readouterr().err
    assert seen.exists()


def test_an_unknown_stack_stops_the_whole_preview_before_it_starts(seen: Path) -> None:
    with pytest.raises(ToolchainError, match="There is no stack 'nope'"):
        preview.preview(["dev", "nope"])

    assert not seen.exists()
    assert os.environ["SEEN"] == str(seen)
