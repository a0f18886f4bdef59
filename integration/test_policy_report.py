"""Policy reports by the real engine: each finding has the line that declared its resource."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from xml.etree import ElementTree as ET

import pytest

from tests.unit.reports.samples import Page
from tests.unit.reports.test_policy_formats import JUNIT, OWN, SARIF, faults
from tests.unit.reports.test_policy_report_command import STATE
from toolchain.locations import REPOSITORY
from toolchain.policy_report import policy_report

Findings = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """How the command ended, and what it wrote."""

    code: int
    folder: Path

    def text(self, ending: str) -> str:
        return (self.folder / f"policy-report.{ending}").read_text(encoding="utf-8")

    @property
    def stacks(self) -> list[dict[str, object]]:
        content = json.loads(self.text("json"))
        return cast("list[dict[str, object]]", content["stacks"])


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """The reports of a preview of `dev`, by an engine whose stacks nobody else sees."""
    folder = tmp_path_factory.mktemp("dev")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLUMBLINE_STATE", str(folder / "state"))
        for name in ("PULUMI_BACKEND_URL", "PULUMI_HOME", "PLUMBLINE_PROFILE", "PLUMBLINE_TARGET"):
            patch.delenv(name, raising=False)
        code = policy_report(["dev", "--out", str(folder / "out"), "--json"])
        yield Written(code=code, folder=folder / "out")


def test_findings_of_a_preview_name_the_lines_of_our_program(dev: Written) -> None:
    (stack,) = json.loads(dev.text("json"))["stacks"]
    assert dev.code == 0
    assert (stack["source"], stack["profile"], stack["complete"]) == ("preview", "chat", True)
    assert stack["totals"]["resources"] > 100
    assert stack["totals"]["waived"] > 0
    about = [one for one in stack["findings"] if one["urn"] and not one["urn"].endswith("-dev")]
    assert len(about) > 10
    for finding in about:
        for place in (finding["source"], *finding["callers"]):
            lines = (REPOSITORY / place["file"]).read_text().splitlines()
            assert place["file"].startswith("infra/")
            assert 0 < place["line"] <= len(lines)
        assert finding["callers"][-1]["file"] == "infra/__main__.py"

    # The innermost line is the one that makes the resource.
    source = next(one["source"] for one in about if one["rule"] == "rds-multi-az")
    lines = (REPOSITORY / source["file"]).read_text().splitlines()
    assert source["file"] == "infra/components/database.py"
    assert "rds.Instance(" in lines[source["line"] - 1]


def test_what_is_not_known_before_the_deployment_says_what_it_waits_for(dev: Written) -> None:
    findings = cast("Findings", dev.stacks[0]["findings"])
    unknown = [one for one in findings if one["state"] == "unknown"]

    assert len(unknown) > 20
    assert all("which is not known before the deployment" in str(one["message"]) for one in unknown)
    named = [one for one in unknown if "depends on a value," not in str(one["message"])]
    assert len(named) > len(unknown) / 2


def test_the_formats_of_a_real_report_fit_their_schemas_and_agree(dev: Written) -> None:
    findings = cast("Findings", dev.stacks[0]["findings"])
    expected = Counter(str(one["state"]) for one in findings)

    assert faults(OWN, json.loads(dev.text("json"))) == []
    sarif = json.loads(dev.text("sarif"))
    assert faults(SARIF, sarif) == []
    JUNIT.validate(dev.text("junit.xml"))
    (run,) = sarif["runs"]
    waived = sum(1 for one in run["results"] if one["suppressions"])
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert (waived, len(run["results"]) - waived, len(notes)) == (
        expected["waived"],
        expected["violation"],
        expected["unknown"],
    )
    with (dev.folder / "policy-report.csv").open(encoding="utf-8", newline="") as table:
        assert Counter(row["state"] for row in csv.DictReader(table)) == expected
    page = Page(dev.text("html"))
    assert Counter(one["state"] for one in page.findings) == expected
    root = ET.fromstring(dev.text("junit.xml"))  # noqa: S314 (our own document)
    rules = cast("list[dict[str, str]]", dev.stacks[0]["rules"])
    assert root.get("tests") == str(len(rules))
    assert root.get("failures") == "0"


def test_a_state_and_what_another_run_told_become_one_report_of_the_same_bytes_each_time(
    dev: Written, tmp_path: Path
) -> None:
    state = tmp_path / "theirs.json"
    state.write_text(STATE.read_text().replace("::plumbline::", "::theirs::"))
    asked = ["--state", str(state), "--merge", str(dev.folder / "policy-report.json")]

    codes = [policy_report([*asked, "--out", str(tmp_path / name)]) for name in ("a", "b")]

    assert codes == [1, 1]
    both = Written(code=1, folder=tmp_path / "a")
    assert [one["source"] for one in both.stacks] == ["preview", "state"]
    assert both.stacks[0] == dev.stacks[0]
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
