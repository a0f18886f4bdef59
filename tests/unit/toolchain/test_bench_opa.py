"""OPA for the bench: looked for, else built at the pinned version, and asked in Rego what our rules ask."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toolchain.errors import TookTooLongError, ToolchainError
from toolchain.go import required_version
from toolchain.opa import environment
from toolchain.opa.environment import MODULE, PACKAGE, build_directory, find_or_build, version_of
from toolchain.opa.running import evaluate


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a PATH with nothing of the user's on it."""
    monkeypatch.setenv("PLUMBLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(path: Path, script: str) -> Path:
    """A program that stands in for OPA."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_an_opa_on_path_is_used(places: Path) -> None:
    found = program(places / "bin" / "opa", "echo 'Version: 1.4.2'")

    assert find_or_build() == found
    assert version_of(found) == "1.4.2"


@pytest.mark.parametrize("script", ["echo 'Version: 0.70.0'", "echo something else", "exit 1"])
def test_an_opa_that_is_older_or_answers_like_none_is_not(places: Path, script: str) -> None:
    _ = program(places / "bin" / "opa", script)
    built = program(build_directory() / "opa", "echo 'Version: 1.22.2'")

    assert find_or_build() == built


def test_what_was_built_is_used_again_and_other_pins_are_another_build(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = program(build_directory() / "opa", "echo 'Version: 1.22.2'")
    again = find_or_build()
    for name in ("go.mod", "go.sum"):
        (places / name).write_text((MODULE / name).read_text() + "\n// changed\n")
    monkeypatch.setattr(environment, "MODULE", places)

    assert again == built
    assert build_directory() != built.parent


def test_what_cannot_be_built_leaves_nothing_behind(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = program(places / "go", "echo no such module >&2; exit 1")

    def found(_module: Path) -> Path:
        return compiler

    monkeypatch.setattr(environment.go, "find_or_install", found)

    with pytest.raises(ToolchainError, match=r"(?s)Downloading the sources of OPA.*no such module"):
        _ = find_or_build()

    assert not [path for path in build_directory().parent.iterdir() if path.is_dir()]


def test_the_module_pins_opa_and_needs_a_go_that_we_lock() -> None:
    module = (MODULE / "go.mod").read_text()

    assert f"tool {PACKAGE}\n" in module
    assert f"{PACKAGE} v1." in module
    assert required_version(MODULE) <= (1, 27, 3)


def test_opa_is_given_the_rules_the_plan_and_the_query(places: Path) -> None:
    opa = program(places / "opa", 'echo "$@"')

    said = evaluate(opa, Path("a.rego"), Path("plan.json"), "data.x", seconds=10)

    assert said.strip() == "eval --format raw --data a.rego --input plan.json data.x"


def test_an_opa_that_fails_is_told_with_what_it_said(places: Path) -> None:
    opa = program(places / "opa", "echo 'rego_parse_error' >&2; exit 2")

    with pytest.raises(ToolchainError, match=r"(?s)exit code 2.*rego_parse_error"):
        _ = evaluate(opa, Path("a.rego"), Path("plan.json"), "data.x", seconds=10)


def test_an_opa_that_takes_too_long_is_ended(places: Path) -> None:
    opa = program(places / "opa", "exec sleep 20")

    with pytest.raises(TookTooLongError, match="OPA did not end within"):
        _ = evaluate(opa, Path("a.rego"), Path("plan.json"), "data.x", seconds=0.2)
