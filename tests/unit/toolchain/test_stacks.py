"""Stacks are made on first use, and nobody's files change."""

from pathlib import Path

import pytest
import yaml

from toolchain import stacks
from toolchain.errors import ToolchainError
from toolchain.stacks import Project


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Somebody else's project, with state in a place of its own."""
    monkeypatch.setenv("PLUMBLINE_STATE", str(tmp_path / "state"))
    root = tmp_path / "project"
    root.mkdir()
    (root / "Pulumi.yaml").write_text("name: theirs\nruntime: python\nstackConfigDir: conf\n")
    (root / "conf").mkdir()
    return stacks.find_project(root)


def fake_cli(tmp_path: Path, body: str) -> Path:
    """A stand-in for the CLI: what matters here is what we do around it."""
    cli = tmp_path / "pulumi"
    cli.write_text(f"#!/bin/sh\nset -eu\n{body}\n")
    cli.chmod(0o755)
    return cli


def test_a_project_is_found_from_a_directory_below_it(foreign: Project) -> None:
    below = foreign.root / "conf"

    assert stacks.find_project(below) == foreign
    assert foreign.stack_directory == below


def test_no_project_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(
        ToolchainError, match=r"no Pulumi\.yaml in .* Name the project's directory with -C"
    ):
        stacks.find_project(tmp_path)


def test_a_project_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("runtime: python\n")

    with pytest.raises(ToolchainError, match="has no `name`"):
        stacks.find_project(tmp_path)


def test_a_foreign_project_with_one_stack_file_works_on_that_stack(foreign: Project) -> None:
    (foreign.stack_directory / "Pulumi.live.yaml").write_text("config: {}\n")

    assert stacks.choose_stack(foreign, None) == "live"


def test_a_foreign_project_without_stacks_gets_the_default_one(foreign: Project) -> None:
    assert stacks.choose_stack(foreign, None) == stacks.DEFAULT_STACK


def test_a_foreign_stack_may_have_any_name(foreign: Project) -> None:
    assert stacks.choose_stack(foreign, "organization/theirs/new") == "new"


def test_an_unknown_stack_of_ours_names_the_known_ones_and_the_nearest(tmp_path: Path) -> None:
    for stack in ("dev", "prod"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    ours = Project(root=stacks.REPOSITORY, name="plumbline", stack_directory=tmp_path)

    with pytest.raises(
        ToolchainError, match=r"no stack 'prdo': .* has dev, prod\. Did you mean prod\?"
    ):
        stacks.choose_stack(ours, "prdo")


def test_making_a_stack_leaves_its_file_as_it_was(foreign: Project, tmp_path: Path) -> None:
    file = foreign.stack_directory / "Pulumi.live.yaml"
    file.write_text("config: {}\n")
    backend = tmp_path / "backend"
    checkpoint = stacks.checkpoint(f"file://{backend}", foreign, "live")
    checkpoint.parent.mkdir(parents=True)
    cli = fake_cli(tmp_path, f"echo 'encryptionsalt: v1:x' >> {file}; echo '{{}}' > {checkpoint}")

    stacks.ensure_stack(cli, foreign, "live", {"PULUMI_BACKEND_URL": f"file://{backend}"})

    assert file.read_text() == "config: {}\n"
    assert checkpoint.exists()


def test_a_stack_that_is_there_is_not_made_again(foreign: Project, tmp_path: Path) -> None:
    backend = tmp_path / "backend"
    checkpoint = stacks.checkpoint(f"file://{backend}", foreign, "live")
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text("{}")
    cli = fake_cli(tmp_path, "exit 9")

    stacks.ensure_stack(cli, foreign, "live", {"PULUMI_BACKEND_URL": f"file://{backend}"})

    assert checkpoint.read_text() == "{}"


def test_a_stack_that_cannot_be_made_says_what_the_cli_said(
    foreign: Project, tmp_path: Path
) -> None:
    cli = fake_cli(tmp_path, "echo 'error: no room' >&2; exit 1")

    with pytest.raises(ToolchainError, match="no room"):
        stacks.ensure_stack(cli, foreign, "live", {"PULUMI_BACKEND_URL": f"file://{tmp_path}"})


def test_a_backend_that_is_not_local_is_left_alone(foreign: Project, tmp_path: Path) -> None:
    cli = fake_cli(tmp_path, "exit 9")

    stacks.ensure_stack(cli, foreign, "live", {"PULUMI_BACKEND_URL": "s3://somebody"})

    assert not list(foreign.stack_directory.iterdir())


def test_the_cli_gets_a_copy_of_the_stack_file_and_keeps_its_salt_there(foreign: Project) -> None:
    source = foreign.stack_directory / "Pulumi.live.yaml"
    source.write_text("config:\n  theirs:count: 3\n  theirs:flag: 'true'\n")

    first = stacks.local_config_file(foreign, "live")
    assert first is not None
    first.write_text(first.read_text().replace("{", '{"encryptionsalt": "v1:kept",', 1))
    source.write_text("config:\n  theirs:count: 4\n")
    second = stacks.local_config_file(foreign, "live")

    assert second is not None
    assert second == first
    assert yaml.safe_load(second.read_text()) == {
        "config": {"theirs:count": 4},
        "encryptionsalt": "v1:kept",
    }
    assert "salt" not in source.read_text()


def test_a_file_with_a_secrets_provider_of_its_own_is_used_as_it_is(foreign: Project) -> None:
    source = foreign.stack_directory / "Pulumi.live.yaml"
    for key in ("encryptionsalt", "secretsprovider"):
        source.write_text(f"{key}: something\n")

        assert stacks.local_config_file(foreign, "live") is None


def test_a_broken_stack_file_is_one_clear_message(foreign: Project) -> None:
    source = foreign.stack_directory / "Pulumi.live.yaml"
    source.write_text("config: [unclosed\n")
    with pytest.raises(ToolchainError, match=r"Pulumi\.live\.yaml cannot be read"):
        stacks.local_config_file(foreign, "live")

    source.write_text("- a list\n")
    with pytest.raises(ToolchainError, match="must hold a mapping, but it holds a list"):
        stacks.local_config_file(foreign, "live")
