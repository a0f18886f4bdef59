"""Each tool is found before it is made, and a failure says everything that was tried."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from toolchain import build, go, installer, pulumi_cli, versions
from toolchain.errors import ToolchainError


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on PATH but a shell's tools, and an empty cache."""
    monkeypatch.setenv("PLUMBLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    (tmp_path / "path").mkdir()
    monkeypatch.setattr(installer, "install", refuse("the site cannot be reached"))
    monkeypatch.setattr(build, "build", refuse("no Go"))
    return tmp_path


def refuse(reason: str) -> Callable[..., Path]:
    def refusing(*_arguments: object, **_options: object) -> Path:
        raise ToolchainError(reason)

    return refusing


def executable(path: Path, prints: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)
    return path


def test_a_pulumi_on_path_with_its_host_is_used_and_nothing_is_made(machine: Path) -> None:
    cli = executable(machine / "path" / "pulumi", "v3.300.1")
    host = executable(machine / "path" / "pulumi-language-python")

    tools = pulumi_cli.find_or_make()

    assert (tools.cli, tools.language_host) == (cli, host)
    assert not (machine / "cache").exists()


def test_a_link_on_path_is_followed_to_the_host_beside_the_real_cli(machine: Path) -> None:
    real = executable(machine / "opt" / "pulumi", "v3.300.1")
    host = executable(machine / "opt" / "pulumi-language-python")
    (machine / "path" / "pulumi").symlink_to(real)

    tools = pulumi_cli.find_or_make()

    assert tools.language_host == host


def test_an_old_pulumi_on_path_is_not_used(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(machine / "path" / "pulumi", "v3.100.0")
    executable(machine / "path" / "pulumi-language-python")
    installed = machine / "cache" / f"pulumi-{versions.PULUMI}" / "bin"

    def install(_root: Path) -> Path:
        executable(installed / "pulumi")
        executable(installed / "pulumi-language-python")
        return installed

    monkeypatch.setattr(installer, "install", install)

    tools = pulumi_cli.find_or_make()

    assert (tools.cli, tools.origin) == (installed / "pulumi", "installed")


@pytest.mark.usefixtures("machine")
def test_what_was_made_before_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def build_both(root: Path, *, cli: bool) -> Path:
        assert cli
        executable(root / "bin" / "pulumi")
        executable(root / "bin" / "pulumi-language-python")
        return root / "bin"

    monkeypatch.setattr(build, "build", build_both)
    first = pulumi_cli.find_or_make()
    monkeypatch.setattr(build, "build", refuse("must not be called again"))

    assert pulumi_cli.find_or_make() == first
    assert first.origin == "built"


def test_a_cli_without_a_host_gets_the_host_alone(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = executable(machine / "path" / "pulumi", "v3.300.1")

    def build_host(root: Path, *, cli: bool) -> Path:
        assert not cli
        executable(root / "bin" / "pulumi-language-python")
        return root / "bin"

    monkeypatch.setattr(build, "build", build_host)
    monkeypatch.setattr(installer, "install", refuse("must not replace the user's own CLI"))

    tools = pulumi_cli.find_or_make()

    assert tools.cli == cli
    assert tools.language_host.name == "pulumi-language-python"


def test_where_nothing_works_one_message_says_what_was_tried_and_how_to_mend_it(
    machine: Path,
) -> None:
    executable(machine / "path" / "pulumi", "v3.1.0")

    with pytest.raises(ToolchainError) as refused:
        pulumi_cli.find_or_make()

    message = str(refused.value)
    for expected in (
        f"{machine / 'path' / 'pulumi'} is older than 3.249.0",
        "the official installer: the site cannot be reached",
        "a build from source: no Go",
        "https://www.pulumi.com/docs/install/",
    ):
        assert expected in message


def test_the_versions_of_cli_module_and_sdk_are_one() -> None:
    module = (go.MODULE / "go.mod").read_text()
    locked = (go.MODULE.parent.parent / "pyproject.toml").read_text()

    assert f"github.com/pulumi/pulumi/pkg/v3 v{versions.PULUMI}" in module
    assert f"github.com/pulumi/pulumi/sdk/v3 v{versions.PULUMI}" in module
    assert f'"pulumi=={versions.PULUMI}"' in locked


def test_a_go_of_a_fitting_version_is_found_on_path(machine: Path) -> None:
    found = executable(machine / "path" / "go", "go99.0.1")

    assert go.find_or_install() == found


def test_an_old_go_is_passed_over_and_named(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = executable(machine / "path" / "go", "go1.2.3")
    monkeypatch.setattr(go, "version_of", lambda path: (1, 2, 3) if path == old else None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - a stand-in of one line
    monkeypatch.setattr(go, "_install_wheel", refuse("the index is out of reach"))

    with pytest.raises(
        ToolchainError, match=r"is Go 1\.2\.3; .* or newer is needed; the index is out of reach"
    ):
        go.find_or_install()


def test_who_comes_second_waits_and_uses_what_the_first_has_made(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def slow_build(root: Path, *, cli: bool) -> Path:
        assert cli
        made.append(root)
        time.sleep(1.5)
        executable(root / "bin" / "pulumi")
        executable(root / "bin" / "pulumi-language-python")
        return root / "bin"

    monkeypatch.setattr(build, "build", slow_build)

    with ThreadPoolExecutor(2) as both:
        waiting = [both.submit(pulumi_cli.find_or_make) for _ in range(2)]
        first, second = (each.result() for each in waiting)

    assert first == second
    assert len(made) == 1
    assert (machine / "cache").exists()
