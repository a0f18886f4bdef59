"""What the Pulumi CLI runs with on each target."""

import os
import stat
from pathlib import Path

import pytest

from toolchain.errors import ToolchainError
from toolchain.locations import PYTHON
from toolchain.pulumi_cli import PulumiTools
from toolchain.target import PROVIDER_DIRECTORY, Target, chosen_target, environment

TOOLS = PulumiTools(cli=Path("/tools/pulumi"), language_host=Path("/hosts/host"), origin="here")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_offline_is_the_default_target() -> None:
    assert chosen_target({}) is Target.OFFLINE
    assert chosen_target({"PLUMBLINE_TARGET": ""}) is Target.OFFLINE


def test_an_unknown_target_names_the_known_ones() -> None:
    with pytest.raises(ToolchainError, match="'azure', but must be offline or aws"):
        chosen_target({"PLUMBLINE_TARGET": "azure"})


def test_offline_nothing_of_the_users_own_pulumi_is_used(state: Path) -> None:
    variables = environment(TOOLS, Target.OFFLINE, {"PATH": "/bin"})

    assert variables["PATH"].split(os.pathsep) == [
        "/tools",
        "/hosts",
        str(PROVIDER_DIRECTORY),
        "/bin",
        str(PYTHON.parent),
    ]
    assert variables["PULUMI_HOME"] == str(state / "home")
    assert variables["PULUMI_BACKEND_URL"] == f"file://{state / 'backend'}"


def test_the_offline_provider_is_there_to_be_found() -> None:
    assert os.access(PROVIDER_DIRECTORY / "pulumi-resource-aws", os.X_OK)


def test_on_aws_neither_the_offline_provider_nor_a_local_backend_is_added(state: Path) -> None:
    variables = environment(TOOLS, Target.AWS, {"PATH": "/bin"})

    assert str(PROVIDER_DIRECTORY) not in variables["PATH"]
    assert (
        not {"PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE"}
        & variables.keys()
    )
    assert not state.exists()


def test_what_the_user_has_set_stays(state: Path) -> None:
    theirs = {
        "PATH": "/bin",
        "PULUMI_HOME": "/home",
        "PULUMI_BACKEND_URL": "file:///theirs",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_PYTHON_CMD": "/theirs/python",
    }

    variables = environment(TOOLS, Target.OFFLINE, theirs)

    assert {key: variables[key] for key in theirs if key != "PATH"} == {
        key: value for key, value in theirs.items() if key != "PATH"
    }
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in variables
    assert not (state / "passphrase").exists()


def test_the_passphrase_is_made_once_long_and_for_the_user_alone(state: Path) -> None:
    first = environment(TOOLS, Target.OFFLINE, {"PATH": "/bin"})["PULUMI_CONFIG_PASSPHRASE_FILE"]
    passphrase = Path(first).read_text()
    environment(TOOLS, Target.OFFLINE, {"PATH": "/bin"})

    assert Path(first).read_text() == passphrase
    assert len(passphrase) >= 32
    assert stat.S_IMODE(Path(first).stat().st_mode) == 0o600
    assert sorted(path.name for path in state.iterdir()) == ["backend", "passphrase"]


def test_a_state_directory_that_cannot_be_written_is_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "file" / "state"))

    with pytest.raises(ToolchainError, match=r"cannot be written: .* PLUMBLINE_STATE"):
        environment(TOOLS, Target.OFFLINE, {"PATH": "/bin"})
