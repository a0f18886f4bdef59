"""The formats tell the same, fit their schemas, and hold whatever a program calls its resources."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, cast
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from xmlschema import XMLSchema, XMLSchemaException

from reports.errors import ReportError
from reports.formats import FORMATS, as_csv, as_html, as_json, as_junit, as_sarif
from reports.formats.as_csv import harmless
from reports.formats.text import clean
from reports.results import Counts, Report, State, report_of
from tests.unit.reports.samples import (
    Page,
    found,
    lines_of_junit,
    rule,
    sample,
    stack,
    told_by_csv,
    told_by_json,
    told_by_model,
    told_by_sarif,
)

FORMATS_FOLDER = Path(as_json.__file__).parent
SARIF_SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"
SARIF = cast("Validator", Draft4Validator(json.loads(SARIF_SCHEMA.read_text())))
JUNIT = XMLSchema(Path(__file__).parent / "schemas" / "junit.xsd")
OWN_SCHEMA = FORMATS_FOLDER / "policy-report.schema.json"
OWN = cast("Validator", Draft202012Validator(json.loads(OWN_SCHEMA.read_text())))
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "</style></title></textarea>--><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "'\"&<>]]> ",
    '=HYPERLINK("http://example.com")',
    "line one\nline two\r\n\ttab",
    "null\x00 bell\x07 escape\x1b[31m",
    "right\u202eto left",
    "lone \ud800 surrogate",
    "ünïcödé 漢字 🚀",
)


class Validator(Protocol):
    """What is used of jsonschema's validators; their own stubs leave types open."""

    def iter_errors(self, instance: object) -> Iterable[Exception]: ...


def faults(validator: Validator, content: object) -> list[str]:
    """What a schema says against a document."""
    return [str(one) for one in validator.iter_errors(content)]


def hostile(text: str) -> Report:
    """A report in which everything that a program can name is called this."""
    finding = found(text, State.VIOLATION, text, text, type=text, path=text, urn=text)
    waived = found(text, State.WAIVED, text, f"waived {text}", urn=text)
    unknown = found(text, State.UNKNOWN, f"unknown {text}", text, urn=text)
    named = rule(text, Counts(failed=3), title=text, why=text, mend=text, requirement=text)
    return report_of([stack(findings=[finding, waived, unknown], rules=[named])])


def test_all_formats_tell_the_same_findings() -> None:
    report = sample()
    expected = told_by_model(report)

    assert len(expected) == 6
    assert told_by_json(as_json.render(report)) == expected
    assert told_by_csv(as_csv.render(report)) == expected
    assert told_by_sarif(as_sarif.render(report)) == expected
    page = Page(as_html.render(report))
    assert sorted(
        (one["stack"], one["rule"], one["state"], one["what"]) for one in page.findings
    ) == sorted((each[0], each[1], each[2], each[5]) for each in expected)
    # A case that failed says in its failure what is blocking, and in its output the rest.
    junit = lines_of_junit(as_junit.render(report))
    assert len(junit) == len(expected)
    for title, rule_name, state, name, path, message in expected:
        fitting = [
            line
            for at, of, line in junit
            if (at, of) == (title, rule_name) and line.startswith(state) and message in line
        ]
        assert len(fitting) == 1
        assert name in fitting[0]
        assert path in fitting[0]


def test_all_formats_tell_the_same_figures() -> None:
    report = sample()
    by_stack = {one.title: one.totals for one in report.stacks}

    told = json.loads(as_json.render(report))
    assert told["totals"] == report.totals
    assert {f"{one['project']}/{one['stack']}": one["totals"] for one in told["stacks"]} == by_stack
    runs = json.loads(as_sarif.render(report))["runs"]
    for run, totals in zip(runs, (one.totals for one in report.stacks), strict=True):
        assert {key: run["properties"][key] for key in totals} == totals
        suppressed = [one for one in run["results"] if one["suppressions"]]
        assert len(suppressed) == totals["waived"]
        assert len(run["results"]) == totals["waived"] + totals["violations"]
    page = Page(as_html.render(report))
    assert page.texts["count"].split()[0] == str(len(told_by_model(report)))


def test_a_junit_suite_fails_by_exactly_what_stops_a_deployment() -> None:
    root = ET.fromstring(as_junit.render(sample()))  # noqa: S314 (our own document)

    dev, prod = root
    assert (prod.get("tests"), prod.get("failures"), prod.get("skipped")) == ("6", "2", "2")
    assert (dev.get("failures"), root.get("failures"), root.get("tests")) == ("0", "2", "8")
    cases = {one.get("name"): one for one in prod.iter("testcase")}
    assert cases["alb-idle-timeout"].find("failure") is not None
    assert cases["alb-named"].find("failure") is None
    skipped = cases["alb-known"].find("skipped")
    assert skipped is not None
    assert "not known before the deployment" in skipped.get("message", "")
    output = cases["alb-idle-timeout"].findtext("system-out", "")
    assert "waived until 2027-01-31 by platform: short connections are on trial" in output
    assert all(suite.find("properties") is not None for suite in root)


def test_a_junit_suite_of_a_run_that_ended_early_has_an_error() -> None:
    text = as_junit.render(report_of([stack(complete=False)]))

    assert 'errors="1"' in text
    assert "ended before the whole stack was judged" in text


@pytest.mark.parametrize("report", [sample(), report_of([]), *map(hostile, HOSTILE)])
def test_sarif_and_json_fit_their_schemas(report: Report) -> None:
    assert faults(SARIF, json.loads(as_sarif.render(report))) == []
    if report.stacks:
        assert faults(OWN, json.loads(as_json.render(report))) == []


@pytest.mark.parametrize(
    "report",
    [sample(), report_of([]), report_of([stack(complete=False)]), *map(hostile, HOSTILE)],
)
def test_junit_fits_the_schema_of_what_its_readers_have_in_common(report: Report) -> None:
    JUNIT.validate(as_junit.render(report))


def test_the_schema_of_junit_notices_what_does_not_fit() -> None:
    text = as_junit.render(sample())

    changes = (('tests="', 'test="'), ("<skipped ", "<ignored "), ('errors="0"', 'errors="no"'))
    for old, new in changes:
        with pytest.raises(XMLSchemaException):
            JUNIT.validate(text.replace(old, new))


def test_the_schema_of_our_json_notices_what_does_not_fit() -> None:
    content = json.loads(as_json.render(sample()))
    finding = content["stacks"][1]["findings"][0]

    changes: tuple[dict[str, object], ...] = (
        {"state": "fine"},
        {"waiver": {}},
        {"state": "waived"},
        {"more": 1},
    )
    for change in changes:
        content["stacks"][1]["findings"][0] = {**finding, **change}
        assert faults(OWN, content)


def test_every_property_of_our_json_is_described() -> None:
    schema = json.loads(OWN_SCHEMA.read_text())

    assert all(one["description"] for one in schema["properties"].values())
    assert all(one["description"] for one in schema["$defs"].values())


def test_json_reads_back_as_the_report_that_it_was() -> None:
    assert as_json.read(as_json.render(sample())) == sample()


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"version": 2}', '{"version": 1, "stacks": [1]}']
)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match=r"no report|version 2"):
        as_json.read(text)


def test_a_finding_of_a_rule_that_is_not_named_is_refused() -> None:
    content = json.loads(as_json.render(sample()))
    content["stacks"][1]["findings"][0]["rule"] = "stranger"

    with pytest.raises(ReportError, match="plumbline stranger"):
        as_json.read(json.dumps(content))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written_and_read_whatever_things_are_called(
    name: str, text: str
) -> None:
    written = FORMATS[name][1](hostile(text)).encode().decode()

    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", written)
    readers = {"json": told_by_json, "sarif": told_by_sarif, "junit": lines_of_junit}
    if name in readers:
        assert len(readers[name](written)) >= 3
    if name == "csv":
        assert len(told_by_csv(written)) == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_program_names_becomes_part_of_the_page(text: str) -> None:
    plain = Page(as_html.render(hostile("harmless")))

    page = Page(as_html.render(hostile(text)))

    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(given) for _, given in page.tags] == [sorted(given) for _, given in plain.tags]
    told = sorted(one["what"] for one in page.findings)
    assert told == sorted([clean(text), clean(text), f"waived {clean(text)}"])


def test_the_page_needs_nothing_beside_it_and_runs_only_our_script() -> None:
    text = as_html.render(sample())

    page = Page(text)
    links = [
        value
        for _, given in page.tags
        for key, value in given.items()
        if key in {"src", "href", "action", "data", "srcset"} and value and value[0] != "#"
    ]
    assert links == []
    assert not any(key.startswith("on") for _, given in page.tags for key in given)
    assert not any("style" in given for _, given in page.tags)
    assert "@import" not in text
    assert "url(" not in text
    (policy,) = (
        cast("str", given["content"])
        for tag, given in page.tags
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (block,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_page_can_be_used_by_keyboard_and_by_those_who_hear_it() -> None:
    page = Page(as_html.render(sample()))

    tags = [tag for tag, _ in page.tags]
    assert tags.count("details") == tags.count("summary") == 6
    assert tags.count("h1") == 1
    fields = [given["id"] for tag, given in page.tags if tag in {"input", "select"}]
    assert fields == ["text", "stack", "state", "severity"]
    assert tags.count("label") == len(fields)
    assert dict(page.tags)["html"].get("lang") == "en"
    assert all("scope" in given for tag, given in page.tags if tag == "th")
    identities = [given["id"] for _, given in page.tags if "id" in given]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", ' "=1', "'=1", "\uff1d1"],
)
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    report = report_of([stack(findings=[found("alb-named", State.VIOLATION, text, text)])])

    rows = list(csv.reader(io.StringIO(as_csv.render(report), newline="")))

    assert len(rows) == 2
    assert len(rows[1]) == len(as_csv.COLUMNS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in rows[1])


@given(st.text())
def test_clean_text_stays_and_is_clean_once_and_for_all(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) == len(text)
    clean(text).encode()
