"""The command: what it judges, what it writes, what it refuses, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
from jsonschema import validate

from reports.__main__ import main
from reports.formats import FORMATS, as_json
from reports.inputs import stack_config
from reports.results import report_of
from tests.unit.reports.samples import stack

CAPTURED = Path(__file__).parents[1] / "graph" / "captured"
STATE = CAPTURED / "state.json"


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """The captured state as that of somebody else's project."""
    path = tmp_path / "state.json"
    path.write_text(STATE.read_text().replace("::plumbline::", "::theirs::"))
    return path


def report(*arguments: str | Path) -> int:
    return main(["policy-report", *map(str, arguments)])


def written(folder: Path) -> dict[str, object]:
    content = json.loads((folder / FORMATS["json"][0]).read_text())
    (only,) = cast("list[dict[str, object]]", content["stacks"])
    return only


def test_an_exported_state_is_judged_and_told_in_every_format(
    foreign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"

    code = report("--state", foreign, "--out", out)

    assert code == 1
    assert sorted(one.name for one in out.iterdir()) == sorted(name for name, _ in FORMATS.values())
    told = capsys.readouterr().out
    assert "theirs/dev: __main__.py:10: no-literal-passwords" in told
    assert f"wrote {out / 'policy-report.sarif'}" in told


def test_no_name_in_a_state_can_steer_the_terminal(
    foreign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = json.dumps("a\x1b]0;b\x07\u202ec\r")[1:-1]
    text = foreign.read_text()
    foreign.write_text(text.replace("::theirs::", f"::{hostile}::"))

    report("--state", foreign, "--out", tmp_path / "out")

    told = capsys.readouterr().out
    assert "no-literal-passwords" in told
    assert not set(told) & set("\x1b\x07\u202e")


def test_a_foreign_state_is_judged_by_the_common_rules_or_by_the_profile_named(
    foreign: Path, tmp_path: Path
) -> None:
    report("--state", foreign, "--out", tmp_path / "common")
    report("--state", foreign, "--out", tmp_path / "chat", "--profile", "chat")

    assert written(tmp_path / "common")["profile"] == "common"
    assert written(tmp_path / "chat")["profile"] == "chat"


def test_a_state_of_ours_is_judged_by_its_own_system_and_its_own_waivers(tmp_path: Path) -> None:
    report("--state", STATE, "--out", tmp_path)

    told = written(tmp_path)
    assert told["profile"] == "chat"
    assert told["configuration"] == {"file": "stacks/Pulumi.dev.yaml", "line": 0, "column": 0}
    findings = cast("list[dict[str, object]]", told["findings"])
    assert any(one["rule"] == "waivers" for one in findings)


def test_a_state_in_order_ends_well(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    urn = "urn:pulumi:dev::theirs::pulumi:pulumi:Stack::theirs-dev"
    resources = [{"urn": urn, "type": "pulumi:pulumi:Stack", "custom": False}]
    empty.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))

    assert report("--state", empty, "--out", tmp_path / "out") == 0


def test_a_stack_of_which_nothing_is_left_is_in_order_and_named_after_its_file(
    tmp_path: Path,
) -> None:
    destroyed = tmp_path / "staging.json"
    destroyed.write_text('{"version": 3, "deployment": {"manifest": {}, "resources": []}}')

    assert report("--state", destroyed, "--out", tmp_path / "out") == 0

    told = written(tmp_path / "out")
    assert (told["stack"], cast("dict[str, int]", told["totals"])["resources"]) == ("staging", 0)
    schema = json.loads((Path(as_json.__file__).parent / "policy-report.schema.json").read_text())
    validate(json.loads((tmp_path / "out" / FORMATS["json"][0]).read_text()), schema)


@pytest.mark.parametrize(
    "form",
    [
        '{"version": 3, "checkpoint": {"stack": "s", "latest": %s}}',
        '{"version": 1, "deployment": %s}',
        '{"version": 4, "deployment": %s, "features": []}',
    ],
)
def test_checkpoints_and_exports_of_every_version_are_judged_alike(
    foreign: Path, tmp_path: Path, form: str
) -> None:
    other = tmp_path / "other.json"
    deployment = json.dumps(json.loads(foreign.read_text())["deployment"])
    other.write_text(form % deployment, encoding="utf-8-sig")

    report("--state", foreign, "--out", tmp_path / "a", "--formats", "json")
    report("--state", other, "--out", tmp_path / "b", "--formats", "json")

    assert written(tmp_path / "a") == written(tmp_path / "b")


def test_the_same_state_is_the_same_bytes(foreign: Path, tmp_path: Path) -> None:
    content = json.loads(foreign.read_text())
    shuffled = tmp_path / "shuffled.json"
    content["deployment"]["resources"].reverse()
    shuffled.write_text(json.dumps(content))

    report("--state", foreign, "--out", tmp_path / "a")
    report("--state", shuffled, "--out", tmp_path / "b")

    for name, _ in FORMATS.values():
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("name", ["state.json", "state-encrypted.json"])
def test_no_secret_of_a_state_is_in_any_file(name: str, tmp_path: Path) -> None:
    text = (CAPTURED / name).read_text()
    assert name == "state-encrypted.json" or "hunter2-canary" in text

    report("--state", CAPTURED / name, "--out", tmp_path)

    for path in tmp_path.iterdir():
        assert "canary" not in path.read_text()
        assert "ciphertext" not in path.read_text()


def test_only_the_formats_that_are_asked_for_are_written(foreign: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    report("--state", foreign, "--out", out, "--formats", "csv,sarif")

    assert sorted(one.suffix for one in out.iterdir()) == [".csv", ".sarif"]


def test_the_figures_can_be_had_as_json(
    foreign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report("--state", foreign, "--out", tmp_path / "out", "--json")

    figures = json.loads(capsys.readouterr().out)
    assert figures["stacks"][0]["stack"] == "dev"
    assert figures["totals"]["violations"] == figures["stacks"][0]["violations"] > 0


def test_paths_are_the_users(
    foreign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")

    report("--state", foreign.name, "--out", "out", "--from", tmp_path)

    assert (tmp_path / "out" / "policy-report.html").exists()


def test_another_tools_findings_are_merged(foreign: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(as_json.render(report_of([stack("images")])))

    report("--state", foreign, "--merge", other, "--out", tmp_path / "out")

    content = json.loads((tmp_path / "out" / "policy-report.json").read_text())
    assert [one["stack"] for one in content["stacks"]] == ["images", "dev"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty: give the output of `pulumi stack export`"),
        ("{", "no JSON"),
        ('{"version": 3, "deployment": {"resour', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("null", "no list of resources"),
        ('{"version": 99, "deployment": {"resources": []}}', "version 99, and 1 to 4 are known"),
        ('{"version": "3", "deployment": {}}', "version '3'"),
        ('{"version": 4, "terraform_version": "1.9", "resources": [{}]}', "it is Terraform's"),
        ('{"config": {}, "steps": []}', "it is the JSON of a preview"),
        ("[]", "no list of resources"),
        ('{"deployment": {"resources": [{"urn": "x"}]}}', "no URN"),
    ],
)
def test_what_is_no_state_is_refused_by_its_file(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text)

    assert report("--state", path, "--out", tmp_path / "out") == 1

    told = capsys.readouterr().err
    assert str(path) in told
    assert said in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_every_mistake_is_told_without_a_traceback(
    foreign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    out = ("--out", tmp_path / "out")
    mistakes: list[tuple[tuple[str | Path, ...], str]] = [
        (("--state", tmp_path / "none.json", *out), "none.json cannot be read: No such file"),
        (("--state", binary, *out), "it is no text"),
        (("--state", tmp_path, *out), "cannot be read: Is a directory"),
        (("--state", foreign, *out, "--profile", "chta"), "There is no profile 'chta'"),
        (("--state", foreign, *out, "--formats", "pdf"), "There is no format 'pdf'"),
        (("--state", foreign, *out, "--formats", ","), "known: sarif"),
        (("--state", foreign, "--state", foreign, *out), "named twice: theirs/dev"),
        (("--state", foreign, "--out", blocked), "cannot be written"),
        (("--record", foreign, *out), "The record has version 3"),
        (("--merge", foreign, *out), "The report has version 3"),
        (("--state", foreign, *out, "--config", binary), "it is no text"),
    ]
    for arguments, said in mistakes:
        assert report(*arguments) == 1, arguments
        told = capsys.readouterr().err
        assert said in told
        assert told.startswith("error: ")
        assert "Traceback" not in told


def test_nothing_to_judge_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        report("--out", tmp_path)

    assert "name stacks, --all or --state FILE" in capsys.readouterr().err


def test_a_stacks_configuration_is_read_without_what_is_encrypted() -> None:
    text = """
config:
  plumbline:system: chat
  aws:region: eu-central-1
  short: 3
  plumbline:flag: true
  plumbline:secret: {secure: v1:abc}
"""

    assert stack_config(text, "plumbline") == {
        "plumbline:system": "chat",
        "aws:region": "eu-central-1",
        "plumbline:short": "3",
        "plumbline:flag": "true",
    }
