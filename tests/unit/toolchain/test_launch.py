"""What the CLI is started with, seen by a stand-in that prints it."""

import json
from pathlib import Path

import pytest

from tests.unit.toolchain.stand_in import seen
from toolchain import launch
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY

__all__ = ["seen"]  # a fixture, which pytest finds by name


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
