"""The frameworks' tables and the rules agree: nothing dangles, nothing is left unsaid."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from policies.engine.discovery import discover
from policies.engine.errors import PackError
from policies.frameworks import controls_of, tables
from policies.frameworks.__main__ import PAGE
from policies.frameworks.coverage import coverage, dangling
from policies.frameworks.page import page
from tests.unit.policies.rules import idle_timeout

RULES = discover()
ROOT = Path(__file__).parents[3]


def test_no_rule_names_a_control_that_is_none_or_that_code_cannot_decide() -> None:
    assert dangling(tables(), RULES) == []


def test_a_rule_that_names_what_is_no_control_is_told() -> None:
    lost = replace(idle_timeout, controls=("FSBP ECS.2", "FSBP ECS.99", "FSBP KMS.3"))

    assert dangling(tables(), [lost]) == [
        "idle-timeout decides FSBP ECS.99, and there is no such control",
        "idle-timeout decides FSBP KMS.3, which code cannot decide",
    ]


def test_every_control_that_code_can_decide_has_a_rule_or_is_named_as_open() -> None:
    unsaid = [one.label for one in coverage(tables(), RULES).missing]

    assert [label for label in unsaid if label not in tables().open] == []


def test_no_control_that_a_rule_decides_is_still_named_as_open() -> None:
    decided = {label for rule in RULES for label in rule.controls}

    assert [label for label in tables().open if label in decided] == [], "run ./noxw -s generate"


def test_a_control_without_a_rule_and_without_a_word_is_found() -> None:
    less = [rule for rule in RULES if rule.name != "rds-not-public"]

    found = [one.label for one in coverage(tables(), less).missing]

    assert "FSBP RDS.2" in found
    assert "FSBP RDS.2" not in tables().open


def test_the_page_is_what_tables_and_rules_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(coverage(tables(), RULES)), (
        "run ./noxw -s generate"
    )


def test_what_rules_say_of_the_best_practices_is_there() -> None:
    said = r"AWS FSBP ([A-Z]\w*\.\d+(?:, [A-Z]\w*\.\d+)*)"
    told = {
        (rule.name, one)
        for rule in RULES
        for part in re.findall(said, rule.requirement)
        for one in str(part).split(", ")
    }

    assert {one for one in told if f"FSBP {one[1]}" not in tables().controls} == set()
    assert ("rds-not-public", "RDS.2") in told


def test_a_rule_leads_to_its_control_and_from_there_to_every_framework() -> None:
    rule = replace(idle_timeout, controls=("FSBP RDS.13",))

    assert [one.label for one in controls_of(rule)] == [
        "FSBP RDS.13",
        "CIS-AWS-3.0 2.3.2",
        "NIST-800-53-r5 SI-2",
        "NIST-800-53-r5 SI-2(2)",
        "NIST-800-53-r5 SI-2(4)",
        "NIST-800-53-r5 SI-2(5)",
        "PCI-DSS-4.0.1 6.3.3",
    ]
    assert [one.framework.version for one in controls_of(rule)][:2] == ["1.0.0", "3.0.0"]


def test_what_two_controls_lead_to_is_told_once() -> None:
    rule = replace(idle_timeout, controls=("FSBP ElastiCache.2", "FSBP RDS.35", "FSBP RDS.35"))

    labels = [one.label for one in controls_of(rule)]

    assert labels[:2] == ["FSBP ElastiCache.2", "FSBP RDS.35"]
    assert labels.count("PCI-DSS-4.0.1 6.3.3") == 1
    assert len(labels) == len(set(labels))


def test_a_rule_without_controls_leads_nowhere() -> None:
    assert controls_of(replace(idle_timeout, controls=())) == ()


def test_a_control_that_is_none_is_refused_by_name() -> None:
    rule = replace(idle_timeout, controls=("FSBP ECS.2", "FSBP ECS.99"))

    with pytest.raises(PackError, match=r"idle-timeout decides controls that are none:\n.*ECS\.99"):
        _ = controls_of(rule)


def test_frameworks_relate_many_to_many() -> None:
    held = coverage(tables(), ())
    reference = tables().references["PCI-DSS-4.0.1 1.4.4"]

    assert {"FSBP RDS.2", "FSBP ECS.2", "FSBP S3.8"} <= {
        one.label for one in held.related(reference)
    }
    assert len({one.framework.id for one in tables().controls["FSBP RDS.2"].relations}) == 3


def test_controls_are_told_in_words_of_our_own() -> None:
    """AWS's titles say what should be, ours say what is so."""
    titles = {one.label: one.reference.title for one in tables().controls.values()}
    reasons = [one.undecidable for one in tables().controls.values() if one.undecidable]

    assert [label for label, title in titles.items() if not 8 < len(title) <= 80] == []
    assert [label for label, title in titles.items() if re.search(r"\bshould\b|\.\Z", title)] == []
    assert [reason for reason in reasons if not reason.endswith(".")] == []


def test_every_framework_has_an_edition_and_entries() -> None:
    for framework in tables().frameworks.values():
        assert framework.version
        assert framework.source.startswith("https://")
        assert tables().of_framework(framework.id)


def test_the_pack_starts_without_the_tables() -> None:
    code = "import policies.engine.serving, sys; from policies.engine.discovery import discover; "
    code += (
        "discover(); print(sorted(n for n in sys.modules if n.startswith('policies.frameworks')))"
    )

    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "[]"
