"""The one model of what was found: every format is written from it, and from nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

from reports.errors import ReportError

PACK: Final = "plumbline"
"""The tool whose findings are the policy pack's own."""
SEVERITIES: Final = ("critical", "high", "medium", "low")
"""From the worst to the least."""
WAIVERS_RULE: Final = "waivers"
"""Under which the pack tells what is wrong with waivers."""


class State(StrEnum):
    """What a finding comes to: it counts, it is excused, or nobody can say yet."""

    VIOLATION = "violation"
    WAIVED = "waived"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a source file (from 1; 0 for the whole file), relative to the repository."""

    file: str
    line: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        """As people and editors write it: `infra/components/network.py:41`."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Excuse:
    """The waiver of a finding; the expiry as YYYY-MM-DD, empty where the tool knows no such thing.

    `source` says where it stands: in a `file` of waivers, or in the program's own `code`.
    """

    reason: str
    owner: str = ""
    ticket: str = ""
    expires: str = ""
    source: str = "file"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Counts:
    """How many resources (or stacks, for a rule over the whole) got each verdict of a rule."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0

    @property
    def verdict(self) -> str:
        """The worst verdict that there is."""
        if self.failed:
            return "fail"
        if self.unknown:
            return "unknown"
        return "pass" if self.passed else "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRule:
    """A rule that judged a stack, with everything a reader wants to know of it."""

    name: str
    tool: str = PACK
    title: str
    why: str = ""
    mend: str = ""
    requirement: str = ""
    severity: str
    level: str
    covers: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    help_uri: str = ""
    # Whether the tool can mend what the rule finds, where its configuration asks for that.
    remedy: bool = False
    counts: Counts = Counts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding: of which rule, about which resource and property, and where that was declared.

    `path` is the property's; an unknown finding says which resource a rule could not decide.
    `places` begins with the line that declared the resource; after it, each its caller.
    """

    tool: str = PACK
    rule: str
    state: State
    level: str
    severity: str
    urn: str = ""
    type: str = ""
    name: str = ""
    path: str = ""
    message: str
    excuse: Excuse | None = None
    crashed: bool = False
    places: tuple[Place, ...] = ()
    # Tells apart what a rule found more than once about one property.
    number: int = 0

    @property
    def place(self) -> Place | None:
        """Where the resource was declared."""
        return self.places[0] if self.places else None

    @property
    def subject(self) -> str:
        """The resource for a reader."""
        return f"{self.type} {self.name}".strip() or "the stack as a whole"

    @property
    def blocks(self) -> bool:
        """Whether it stops a deployment."""
        return self.state is State.VIOLATION and self.level == "mandatory"

    @property
    def identity(self) -> tuple[str, str, bool, str, str, str]:
        """What stays the same while messages, lines and waivers change."""
        undecided = self.state is State.UNKNOWN
        return (self.tool, self.rule, undecided, self.type, self.name, self.path)

    @property
    def fingerprint(self) -> str:
        """By which two reports know the same finding, whatever became of its words and lines."""
        text = json.dumps([*self.identity, self.number])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class StackReport:
    """What one stack was found to be. Made by `stack_report`, which puts everything in order."""

    project: str
    stack: str
    profile: str
    source: str
    """How it was judged: by a `preview`, as an exported `state`, or as a repository's `files`."""
    resources: int
    complete: bool
    configuration: Place | None = None
    """The stack's file in the repository, if it is there."""
    rules: tuple[JudgedRule, ...]
    findings: tuple[Found, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two stacks of a report share."""
        return (self.project, self.stack, self.source)

    @property
    def title(self) -> str:
        """The stack for a reader."""
        return f"{self.project}/{self.stack}"

    def rule_of(self, finding: Found) -> JudgedRule:
        """The rule that a finding is of."""
        return self._rules[finding.tool, finding.rule]

    @cached_property
    def _rules(self) -> dict[tuple[str, str], JudgedRule]:
        return {(rule.tool, rule.name): rule for rule in self.rules}

    def of(self, state: State) -> tuple[Found, ...]:
        """The findings that came to this."""
        return tuple(one for one in self.findings if one.state is state)

    @cached_property
    def totals(self) -> dict[str, int]:
        """The figures of every format: findings by what they come to, verdicts by kind."""
        return {
            "resources": self.resources,
            "rules": len(self.rules),
            "violations": len(self.of(State.VIOLATION)),
            "blocking": sum(1 for one in self.findings if one.blocks),
            "waived": len(self.of(State.WAIVED)),
            "unknown": len(self.of(State.UNKNOWN)),
            "passed": sum(rule.counts.passed for rule in self.rules),
            "failed": sum(rule.counts.failed for rule in self.rules),
            "undecided": sum(rule.counts.unknown for rule in self.rules),
            "notApplicable": sum(rule.counts.not_applicable for rule in self.rules),
        }

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools that judged, ours first."""
        named = {rule.tool for rule in self.rules} or {PACK}
        return tuple(sorted(named, key=lambda tool: (tool != PACK, tool)))


@dataclass(frozen=True, slots=True)
class Report:
    """What all stacks of a report were found to be, in order of their names."""

    stacks: tuple[StackReport, ...]

    @property
    def good(self) -> bool:
        """Whether nothing stops a deployment, and everything was judged."""
        return all(one.complete and one.totals["blocking"] == 0 for one in self.stacks)

    @property
    def totals(self) -> dict[str, int]:
        """The figures of all stacks together."""
        names = self.stacks[0].totals if self.stacks else {}
        return {name: sum(one.totals[name] for one in self.stacks) for name in names}


def stack_report(
    *,
    project: str,
    stack: str,
    profile: str,
    source: str,
    resources: int,
    rules: Iterable[JudgedRule],
    findings: Iterable[Found],
    complete: bool = True,
    configuration: Place | None = None,
) -> StackReport:
    """A stack's report, in an order that does not depend on the one in which things were found."""
    return StackReport(
        project=project,
        stack=stack,
        profile=profile,
        source=source,
        resources=resources,
        complete=complete,
        configuration=configuration,
        rules=tuple(sorted(rules, key=lambda one: (one.tool != PACK, one.tool, one.name))),
        findings=tuple(sorted(_numbered(findings), key=_order)),
    )


def report_of(stacks: Iterable[StackReport]) -> Report:
    """The report of some stacks, in order of their names."""
    return Report(tuple(sorted(stacks, key=lambda one: one.key)))


def merged(report: Report, others: Iterable[Report]) -> Report:
    """The report with what other tools found of its stacks, and of others.

    ReportError where a tool has told of a stack already: its figures would count twice.
    """
    stacks = {(one.project, one.stack): one for one in report.stacks}
    added = {one.key: one for one in report.stacks}
    for other in (one for report in others for one in report.stacks):
        known = stacks.get((other.project, other.stack))
        base = added.get(known.key if known else other.key, other)
        if base is other:
            added[other.key] = other
            continue
        twice = sorted(set(base.tools) & set(other.tools))
        if twice:
            raise ReportError(f"{', '.join(twice)} has judged {base.title} already.")
        added[base.key] = stack_report(
            project=base.project,
            stack=base.stack,
            profile=base.profile,
            source=base.source,
            resources=base.resources,
            complete=base.complete and other.complete,
            configuration=base.configuration,
            rules=[*base.rules, *other.rules],
            findings=[*base.findings, *other.findings],
        )
    return report_of(added.values())


def _order(finding: Found) -> tuple[object, ...]:
    """The worst first, and the rest by everything that can differ."""
    known = finding.severity in SEVERITIES
    return (
        list(State).index(finding.state),
        SEVERITIES.index(finding.severity) if known else len(SEVERITIES),
        finding.rule,
        finding.tool,
        finding.type,
        finding.name,
        finding.urn,
        finding.path,
        finding.message,
        finding.level,
        finding.excuse or Excuse(""),
        finding.places,
        finding.crashed,
    )


def _numbered(findings: Iterable[Found]) -> Iterable[Found]:
    """Those that only their words tell apart, by these; a waiver must not change the numbers."""
    seen: dict[tuple[object, ...], int] = {}
    for finding in sorted(findings, key=lambda one: (one.message, one.urn, _order(one))):
        number = seen.get(finding.identity, 0)
        seen[finding.identity] = number + 1
        yield replace(finding, number=number)
