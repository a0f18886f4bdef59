"""SARIF as code scanning wants it: places, fingerprints, suppressions, frameworks, limits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

from policies.engine.discovery import discover
from policies.frameworks import controls_of, tables
from reports.formats import as_sarif
from reports.results import Counts, Found, JudgedRule, Place, State, report_of
from tests.unit.reports.samples import EXCUSE, found, rule, stack

Run = dict[str, object]


def runs_of(*findings: Found, rules: list[JudgedRule] | None = None) -> Run:
    """The only run of a report with these findings."""
    named = rules or [rule(name, Counts(failed=1)) for name in {one.rule for one in findings}]
    report = report_of([stack(findings=findings, rules=named)])
    (run,) = json.loads(as_sarif.render(report))["runs"]
    return run


def test_sarif_says_where_in_the_repository_and_which_resource() -> None:
    run = json.loads(as_sarif.render(report_of([stack()])))["runs"][0]
    by_name = {one["locations"][0]["logicalLocations"][0]["name"]: one for one in run["results"]}

    located = by_name["three"]["locations"][0]
    assert located["physicalLocation"] == {
        "artifactLocation": {"uri": "infra/components/network.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 41, "startColumn": 5},
    }
    assert located["logicalLocations"][0]["fullyQualifiedName"].startswith("urn:pulumi:prod::")
    caller = by_name["three"]["relatedLocations"][0]["physicalLocation"]
    assert caller["artifactLocation"]["uri"] == "infra/systems/chat.py"
    # Code scanning takes no finding without a place: where no line is known, it is the project's.
    unplaced = by_name["two"]["locations"][0]["physicalLocation"]
    assert unplaced["artifactLocation"]["uri"] == "Pulumi.yaml"
    assert unplaced["region"] == {"startLine": 1}
    # A finding about the whole stack is shown at the stack's own file.
    whole = by_name["prod"]["locations"][0]["physicalLocation"]
    assert whole["artifactLocation"]["uri"] == "stacks/Pulumi.prod.yaml"
    assert "SRCROOT" in run["originalUriBaseIds"]


def test_sarif_levels_follow_severity_and_what_only_advises_is_no_error() -> None:
    severe = found("alb-named", State.VIOLATION, "one", "x", level="advisory", severity="critical")
    report = report_of([stack(findings=[*stack().findings, severe])])

    run = json.loads(as_sarif.render(report))["runs"][0]

    levels = {one["properties"]["severity"]: one["level"] for one in run["results"]}
    assert levels["high"] == "error"
    assert (levels["medium"], levels["low"], levels["critical"]) == ("warning", "note", "warning")
    rules = {
        one["id"]: one["properties"]["security-severity"] for one in run["tool"]["driver"]["rules"]
    }
    assert (rules["alb-known"], rules["alb-named"]) == ("9.5", "2.0")


def test_sarif_keeps_a_waiver_with_its_reason() -> None:
    run = json.loads(as_sarif.render(report_of([stack()])))["runs"][0]

    (waived,) = (one for one in run["results"] if one["suppressions"])
    (suppression,) = waived["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["justification"] == EXCUSE.reason
    assert suppression["properties"] == {
        "owner": "platform",
        "ticket": "OPS-7",
        "expires": "2027-01-31",
    }
    assert all("suppressions" in one for one in run["results"])


def test_sarif_tells_a_waiver_in_the_program_from_one_in_a_file() -> None:
    excuse = replace(EXCUSE, source="code")
    waived = found("alb-named", State.WAIVED, "one", "no name", excuse=excuse)

    run = json.loads(as_sarif.render(report_of([stack(findings=[waived])])))["runs"][0]

    assert run["results"][0]["suppressions"][0]["kind"] == "inSource"


def test_sarif_says_whether_all_was_judged() -> None:
    text = as_sarif.render(report_of([stack("a"), stack("b", complete=False)]))

    runs = json.loads(text)["runs"]
    assert [run["invocations"][0]["executionSuccessful"] for run in runs] == [True, False]
    assert len({run["automationDetails"]["id"] for run in runs}) == 2


def every_rule() -> list[JudgedRule]:
    """All rules of the pack, as a report tells them."""
    return [
        replace(
            rule(one.name, Counts(passed=1)),
            covers=one.covers,
            controls=tuple(control.label for control in controls_of(one)),
        )
        for one in discover()
    ]


def test_every_entry_of_a_framework_that_a_rule_speaks_of_is_in_a_taxonomy_with_its_edition() -> (
    None
):
    rules = every_rule()
    run = runs_of(rules=rules)

    taxonomies = cast("list[dict[str, list[dict[str, str]]]]", run["taxonomies"])
    editions = {str(one["name"]): str(one["version"]) for one in taxonomies}
    frameworks = tables().frameworks
    assert editions == {one.name: one.version for one in frameworks.values()}
    driver = cast("dict[str, dict[str, object]]", run["tool"])["driver"]
    supported = cast("list[dict[str, object]]", driver["supportedTaxonomies"])
    assert [one["name"] for one in supported] == list(editions)
    told = cast("list[dict[str, object]]", driver["rules"])
    assert {str(one["id"]): _entries(one, taxonomies) for one in told} == {
        one.name: set(one.controls) for one in rules
    }


def _entries(
    told: dict[str, object], taxonomies: list[dict[str, list[dict[str, str]]]]
) -> set[str]:
    """What a rule is related to, found by the places that it names; ids and names must fit them."""
    by_name = {one.name: one.id for one in tables().frameworks.values()}
    entries: set[str] = set()
    for one in cast("list[dict[str, dict[str, object]]]", told.get("relationships", [])):
        target = one["target"]
        component = cast("dict[str, object]", target["toolComponent"])
        taxonomy = taxonomies[cast("int", component["index"])]
        taxon = taxonomy["taxa"][cast("int", target["index"])]
        assert (taxon["id"], taxonomy["name"]) == (target["id"], component["name"])
        entries.add(f"{by_name[str(component['name'])]} {taxon['id']}")
    return entries


def test_a_label_of_another_tool_that_is_in_no_framework_of_ours_is_told_as_it_is() -> None:
    other = replace(rule("x", Counts(passed=1)), controls=("BC_AWS_1",))

    run = runs_of(rules=[other])

    assert "taxonomies" not in run
    driver = cast("dict[str, dict[str, list[dict[str, dict[str, object]]]]]", run["tool"])["driver"]
    assert "relationships" not in driver["rules"][0]
    assert driver["rules"][0]["properties"]["controls"] == ["BC_AWS_1"]


def test_no_rule_of_ours_has_more_tags_than_code_scanning_shows_and_each_explains_itself() -> None:
    driver = cast("dict[str, dict[str, object]]", runs_of(rules=every_rule())["tool"])["driver"]

    for one in cast("list[dict[str, dict[str, str]]]", driver["rules"]):
        tags = one["properties"]["tags"]
        assert tags[0] == "security"
        assert len(tags) <= 10
        assert one["help"]["text"].startswith("Why: ")
        assert "\n\nMend: " in one["help"]["text"]
        first = one["properties"]["controls"]
        if first:
            assert str(one["helpUri"]).startswith("https://docs.aws.amazon.com/securityhub/")


def test_a_fingerprint_outlives_moved_lines_other_words_and_a_waiver() -> None:
    before = found("alb-named", State.VIOLATION, "one", "no name")
    after = found("alb-named", State.WAIVED, "one", "not named", places=(Place("infra/x.py", 9),))

    prints = [
        cast("list[dict[str, dict[str, str]]]", runs_of(one)["results"])[0]["partialFingerprints"]
        for one in (before, after)
    ]

    assert prints[0] == prints[1]
    assert prints[0]["primaryLocationLineHash"] == f"{before.fingerprint}:1"


def test_what_a_loop_declares_in_one_line_are_findings_of_their_own() -> None:
    looped = [found("alb-named", State.VIOLATION, name, "no name") for name in ("a", "b", "c")]

    results = cast("list[dict[str, dict[str, str]]]", runs_of(*looped)["results"])

    hashes = {one["partialFingerprints"]["primaryLocationLineHash"] for one in results}
    assert len(hashes) == 3


def test_every_result_has_a_line_as_code_scanning_demands() -> None:
    told = runs_of(*stack().findings, rules=list(stack().rules))

    results = cast(
        "list[dict[str, list[dict[str, dict[str, dict[str, object]]]]]]", told["results"]
    )
    for one in results:
        physical = one["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uriBaseId"] == as_sarif.ROOT
        assert not str(physical["artifactLocation"]["uri"]).startswith("/")
        assert cast("int", physical["region"]["startLine"]) >= 1


def test_a_file_that_code_scanning_would_refuse_is_told() -> None:
    few = report_of([stack(f"s{number}") for number in range(20)])
    many = report_of([stack(f"s{number}") for number in range(21)])
    one = found("alb-named", State.VIOLATION, "one", "no name")
    full = report_of([stack(findings=[one] * 25_001)])

    assert as_sarif.over_limits(few) == []
    assert as_sarif.over_limits(many) == ["21 runs, GitHub takes 20 a file: report fewer stacks"]
    assert as_sarif.over_limits(full) == ["25001 results in a run, GitHub takes 25,000"]
