"""Reading tables of frameworks: what they mean, and what is refused with its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from policies.engine.errors import PackError
from policies.engine.rules import Level, Severity
from policies.frameworks.__main__ import main
from policies.frameworks.coverage import coverage
from policies.frameworks.model import natural
from policies.frameworks.page import page
from policies.frameworks.reading import read_tables, without
from tests.unit.policies.rules import idle_timeout

DECIDING = replace(idle_timeout, controls=("FSBP RDS.2",))
EDITION = "{name: One, version: '1', publisher: Somebody, source: 'https://a', read: today}"
FILES = {
    "frameworks.yaml": f"FSBP: {EDITION}\nSecurityHub: {EDITION}\nNIST: {EDITION}\n",
    "requirement-sets.yaml": "both: [AC-2, AC-10]\n",
    "requirements/NIST.yaml": "AC-10: Ten\nAC-2: Two\nAC-3: Three\n",
    "controls/fsbp-some.yaml": (
        "ECS.10:\n  title: Tasks are closed\n  severity: high\n  relations: {NIST: [both, AC-3]}\n"
        "ECS.2:\n  title: Tasks are small\n  severity: low\n  listed: false\n"
        "ECS.3:\n  title: Tasks are up\n  severity: low\n  undecidable: Only AWS knows.\n"
    ),
    "controls/security-hub.yaml": "KMS.4: {title: Keys turn, severity: medium}\n",
    "open.yaml": "ECS.2: no rule yet\n",
}


def written(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
    for name, text in {**FILES, **(changed or {})}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        _ = file.write_text(text, encoding="utf-8")
    return folder


def test_a_control_is_what_its_table_says(tmp_path: Path) -> None:
    held = read_tables(written(tmp_path))

    control = held.controls["FSBP ECS.10"]
    assert (control.severity, control.listed, control.undecidable) == (Severity.HIGH, True, None)
    assert control.service == "ECS"
    assert [one.label for one in control.relations] == ["NIST AC-2", "NIST AC-3", "NIST AC-10"]
    assert held.controls["FSBP ECS.2"].listed is False
    assert held.controls["FSBP ECS.3"].undecidable == "Only AWS knows."
    assert held.open == {"FSBP ECS.2": "no rule yet"}


def test_controls_are_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    held = read_tables(written(tmp_path))

    assert [one.label for one in held.best_practices] == ["FSBP ECS.2", "FSBP ECS.3", "FSBP ECS.10"]
    assert list(held.controls)[-1] == "SecurityHub KMS.4"
    assert [one.id for one in held.of_framework("NIST")] == ["AC-2", "AC-3", "AC-10"]
    assert sorted(["AC-2(12)", "AC-10", "AC-2(4)", "AC-2"], key=natural) == [
        *("AC-2", "AC-2(4)", "AC-2(12)", "AC-10")
    ]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "controls/fsbp-some.yaml",
            "ECS.1: {title: A, severity: dire}",
            "ECS.1 has severity 'dire'",
        ),
        ("controls/fsbp-some.yaml", "ECS.1: {severity: low}", "ECS.1 has no title"),
        ("controls/fsbp-some.yaml", "ECS.1: {title: A, severity: low, x: 1}", "unknown keys ['x']"),
        (
            "controls/fsbp-some.yaml",
            "ECS.1: {title: A, severity: low, relations: {NIST: [AC-9]}}",
            "ECS.1 leads to no NIST AC-9",
        ),
        (
            "controls/fsbp-some.yaml",
            "ECS.1: {title: A, severity: low, relations: {ISO: [AC-2]}}",
            "ECS.1 leads to no ISO AC-2",
        ),
        ("controls/fsbp-some.yaml", "[a", "while parsing"),
        ("controls/fsbp-some.yaml", "- a", "it is no mapping"),
        (
            "controls/fsbp-then.yaml",
            "ECS.2: {title: A, severity: low}",
            "FSBP ECS.2 is there twice",
        ),
        ("requirements/NIST.yaml", "5.4: A", "5.4 is no text (quote it)"),
        ("requirements/ISO.yaml", "A: B", "there is no framework 'ISO'"),
        ("frameworks.yaml", "FSBP: {name: One}", "FSBP wants the texts"),
        ("open.yaml", "ECS.99: why", "there is no FSBP ECS.99"),
        ("open.yaml", "ECS.3: why", "FSBP ECS.3 cannot be decided, so it is not open"),
        ("open.yaml", "ECS.2:", "FSBP ECS.2 has no reason"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(
    tmp_path: Path, file: str, text: str, said: str
) -> None:
    folder = written(tmp_path, {file: text})

    with pytest.raises(PackError) as refused:
        _ = read_tables(folder)

    assert any(one.startswith(f"{file}: ") and said in one for one in refused.value.problems)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path, {"open.yaml": "ECS.99: why", "requirements/NIST.yaml": "AC-2: Two"})

    with pytest.raises(PackError) as refused:
        _ = read_tables(folder)

    assert len(refused.value.problems) >= 3


def test_the_page_tells_what_became_of_each_control(tmp_path: Path) -> None:
    held = read_tables(written(tmp_path))
    decided = [replace(idle_timeout, controls=("FSBP ECS.10", "SecurityHub KMS.4"))]

    text = page(coverage(held, decided))

    assert "| ECS.10 | high | Tasks are closed | `idle-timeout` (chat) |" in text
    assert "| ECS.2\\* | low | Tasks are small | *open* |" in text
    assert "| ECS.2\\* | low | Tasks are small | no rule yet |" in text
    assert "| ECS.3 | low | Tasks are up | Only AWS knows. |" in text
    assert "| KMS.4 | medium | Keys turn | `idle-timeout` (chat) |" in text
    assert "| AC-10 | Ten | ECS.10 | `idle-timeout` (chat) |" in text
    assert "| ECS | 3 | 1 | 1 | 1 |" in text
    assert "| `NIST` | 3 | 3 | 3 |" in text


def test_a_page_without_rules_reaches_nothing(tmp_path: Path) -> None:
    text = page(coverage(read_tables(written(tmp_path)), []))

    assert "| `NIST` | 3 | 3 | 0 |" in text
    assert "| AC-10 | Ten | ECS.10 | none |" in text
    assert "KMS.4" not in text


def test_a_page_without_open_controls_has_no_list_of_them(tmp_path: Path) -> None:
    with_one = page(coverage(read_tables(written(tmp_path)), []))
    without_any = page(coverage(read_tables(written(tmp_path, {"open.yaml": ""})), []))

    assert "## What no rule decides yet" in with_one
    assert "## What no rule decides yet" not in without_any


def test_the_page_says_which_rules_are_off_by_default(tmp_path: Path) -> None:
    off = replace(DECIDING, controls=("FSBP ECS.10",), level=Level.DISABLED)
    everywhere = replace(off, name="other", profiles=("common",))

    text = page(coverage(read_tables(written(tmp_path)), [off, everywhere]))

    assert "`idle-timeout` (chat, off by default), `other` (off by default) |" in text


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--nonsense"]) == 2
    assert "usage: python -m policies.frameworks" in capsys.readouterr().err


def test_the_command_mends_what_it_finds_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale, listed = tmp_path / "frameworks.md", tmp_path / "open.yaml"
    _ = listed.write_text("# Why.\nRDS.2: no rule yet\nXYZ.1: kept\n", encoding="utf-8")
    monkeypatch.setattr("policies.frameworks.__main__.PAGE", stale)
    monkeypatch.setattr("policies.frameworks.__main__.OPEN", listed)
    monkeypatch.setattr("policies.frameworks.__main__.discover", lambda: [DECIDING])

    assert main(["--check"]) == 1
    told = capsys.readouterr().err
    assert "frameworks.md is not what the rules make" in told
    assert "open.yaml is not what the rules make" in told
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert listed.read_text(encoding="utf-8") == "# Why.\nXYZ.1: kept\n"


def test_an_open_control_leaves_with_its_reason_and_nothing_else_does() -> None:
    text = "# Why.\nA.1: one\nA.2: >-\n  two lines\n  of reason\n# Between.\nA.3: three\n"

    assert without(text, {"FSBP A.2"}) == "# Why.\nA.1: one\n# Between.\nA.3: three\n"
    assert without(text, {"A.2", "FSBP A"}) == text
