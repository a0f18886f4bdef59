"""What the page about policy reports says can be typed, and is so."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import yaml

from policies.engine.discovery import discover
from reports.formats import FORMATS, as_sarif
from reports.judged import judge, report_of_record
from reports.locations import REPOSITORY
from reports.results import report_of
from tests.unit.infra.recorded import STACKS, stack_graph

PAGE = (REPOSITORY / "docs" / "reports.md").read_text()
COMMAND = (REPOSITORY / "reports" / "policy_report.py").read_text()
TOOLCHAIN = (REPOSITORY / "toolchain" / "policy_report.py").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_option_on_the_page_exists() -> None:
    # Pulumi's own options are Pulumi's.
    theirs = ("pulumi stack export", "pulumi policy analyze", "--policy-pack-config")
    lines = [line for line in PAGE.splitlines() if not any(one in line for one in theirs)]
    named = set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", "\n".join(lines))) - {"show-secrets"}

    assert named >= {"out", "all", "state", "profile", "formats", "json", "merge", "config", "root"}
    assert {one for one in named if f'"--{one}"' not in COMMAND + TOOLCHAIN} == set()


def test_every_option_of_the_command_is_on_the_page() -> None:
    options = set(re.findall(r'"--([a-z]+)"', COMMAND)) - {"check", "from", "record"}

    assert {one for one in options if f"--{one}" not in PAGE} == set()


def test_the_stacks_and_formats_on_the_page_exist() -> None:
    stacks = re.findall(r"policy-report -- ([a-z0-9-]+(?: [a-z0-9-]+)*) --out", PAGE)
    written = re.findall(r"\| `(policy-report\.[a-z.]+)` \|", PAGE)
    (named,) = re.findall(r"`--formats ([a-z,]+)`", PAGE)

    assert {name for line in stacks for name in line.split() if not name.startswith("-")} <= set(
        STACKS
    )
    assert sorted(written) == sorted(name for name, _ in FORMATS.values())
    assert set(named.split(",")) <= FORMATS.keys()


def test_the_steps_of_the_pipeline_are_steps() -> None:
    (block,) = blocks("yaml")

    steps = yaml.safe_load(block)

    assert [sorted(one) for one in steps] == [["run"], ["if", "uses", "with"]]
    assert steps[1]["with"]["sarif_file"].endswith(FORMATS["sarif"][0])


def test_the_finding_on_the_page_is_the_one_that_is_found() -> None:
    (block,) = blocks("json")
    shown = json.loads(block)
    rules = discover()
    record = judge(stack_graph("dev"), rules, datetime.now(UTC).date(), {})

    told = json.loads(as_sarif.render(report_of([report_of_record(record, "preview", {})])))

    prints = shown["partialFingerprints"]
    (found,) = (one for one in told["runs"][0]["results"] if one["partialFingerprints"] == prints)
    # Where a line stands changes from day to day; that the file has it doesn't.
    physical = shown["locations"][0].pop("physicalLocation")
    file: Path = REPOSITORY / physical["artifactLocation"]["uri"]
    assert 0 < physical["region"]["startLine"] <= len(file.read_text().splitlines())
    assert "rds.Instance" in file.read_text()
    found["locations"][0].pop("physicalLocation")
    assert {key: found[key] for key in shown} == shown
