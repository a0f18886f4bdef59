"""The report as JUnit XML: a suite a stack, a case a rule.

A case fails by the violations that would stop a deployment, so that the suite fails exactly where
the pack does. What only advises, and what is waived, stands in the case's output.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from reports.formats.text import clean
from reports.results import Found, JudgedRule, Report, StackReport, State


def render(report: Report) -> str:
    """The whole document."""
    suites = [_suite(stack) for stack in report.stacks]
    root = ET.Element("testsuites", {"name": "policy report", **_sum(suites)})
    root.extend(suites)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(stack: StackReport) -> ET.Element:
    cases = [_case(stack, rule) for rule in stack.rules]
    suite = ET.Element("testsuite", {"name": clean(stack.title), **_count(cases)})
    properties = ET.SubElement(suite, "properties")
    facts = {
        "profile": stack.profile,
        "source": stack.source,
        "complete": str(stack.complete).lower(),
    }
    for name, value in {**facts, **stack.totals}.items():
        ET.SubElement(properties, "property", {"name": name, "value": clean(str(value))})
    suite.extend(cases)
    if not stack.complete:
        suite.append(_incomplete(stack))
        suite.set("errors", "1")
        suite.set("tests", str(len(cases) + 1))
    return suite


def _case(stack: StackReport, rule: JudgedRule) -> ET.Element:
    found = [one for one in stack.findings if (one.tool, one.rule) == (rule.tool, rule.name)]
    case = ET.Element(
        "testcase",
        {"name": clean(rule.name), "classname": clean(f"{stack.title}.{rule.tool}")},
    )
    # Some readers take no more than one failure of a case, so all of them are one.
    blocking = [one for one in found if one.blocks]
    unknown = [one for one in found if one.state is State.UNKNOWN]
    if blocking:
        headline = f"{rule.title}: {_times(len(blocking))}"
        failure = ET.SubElement(case, "failure", {"message": clean(headline), "type": rule.level})
        failure.text = _told(blocking, f"Why: {rule.why}", f"Mend: {rule.mend}")
    elif rule.counts.verdict == "unknown":
        reason = f"not known before the deployment: {', '.join(one.subject for one in unknown)}"
        ET.SubElement(case, "skipped", {"message": clean(reason)})
    elif rule.counts.verdict == "not-applicable":
        ET.SubElement(case, "skipped", {"message": "there is nothing that it judges"})
    others = [one for one in found if not one.blocks]
    if others:
        ET.SubElement(case, "system-out").text = _told(others)
    return case


def _incomplete(stack: StackReport) -> ET.Element:
    case = ET.Element("testcase", {"name": "complete", "classname": clean(stack.title)})
    message = "the run ended before the whole stack was judged"
    ET.SubElement(case, "error", {"message": message, "type": "incomplete"})
    return case


def _told(findings: Iterable[Found], *more: str) -> str:
    return clean("\n".join([*(_line(one) for one in findings), *more]))


def _line(finding: Found) -> str:
    """One finding in one line: what it comes to, where, what."""
    where = f"{finding.subject} {finding.path}".strip()
    source = f" ({finding.place.text})" if finding.place else ""
    excuse = finding.excuse
    waived = (
        f" [waived until {excuse.expires} by {excuse.owner}: {excuse.reason}]" if excuse else ""
    )
    message = " ".join(finding.message.split())
    return f"{finding.state} ({finding.level}): {where}{source}: {message}{waived}"


def _times(count: int) -> str:
    return "1 violation" if count == 1 else f"{count} violations"


def _count(cases: list[ET.Element]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(1 for one in cases if one.find("failure") is not None)),
        "errors": "0",
        "skipped": str(sum(1 for one in cases if one.find("skipped") is not None)),
    }


def _sum(suites: list[ET.Element]) -> dict[str, str]:
    # Jenkins' schema knows no count of skipped cases here, only at each suite.
    names = ("tests", "failures", "errors")
    return {name: str(sum(int(one.get(name, "0")) for one in suites)) for name in names}
