"""The page of frameworks: the matrix of controls and rules, and how far it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policies.engine.rules import COMMON, Level, Rule
from policies.frameworks.coverage import Coverage
from policies.frameworks.model import SECURITY_HUB, Control, Reference

_HEAD = """\
<!-- Written by `./noxw -s generate` from policies/frameworks and the rules: change those. -->

# Frameworks

A rule of the pack names the controls of AWS that it decides: those of the AWS Foundational Security Best Practices
(`FSBP`), and others of AWS Security Hub (`SecurityHub`). It names a control only where it demands what the control
demands, or more, of every resource that the control is about. What a control leads to in CIS, NIST and PCI is what AWS
publishes with it as related requirements, many to many; AWS's slips are left out (EC2.171 is said to lead to CIS 5.3,
which is about security groups). Titles are this project's own words.

A control with a `*` is younger than AWS's list of the standard that was read. It has to belong to some standard, and
its page names no other, so it is counted here.

Profiles in brackets are the only ones that a rule belongs to; a rule without belongs to every profile. A rule that is
off by default judges where the configuration gives it a level.
"""
_UNDECIDABLE = """\
## What code cannot decide

These controls of the best practices are about what happens in a running account. The pack is silent on them; AWS
Security Hub, or whoever watches the account, has to look.
"""
_OPEN = """\
## What no rule decides yet

Code can decide these controls of the best practices, and no rule of the pack does, each for the reason given.
"""
_RELATED = """\
## CIS, NIST and PCI

Entries that a control of these services leads to, the controls, and the rules that decide one of them. A rule alone
never fulfils an entry: it is evidence for the part that infrastructure code has in it. The table of CIS is whole; those
of NIST and PCI hold the entries that some control of these services leads to.
"""


def page(coverage: Coverage) -> str:
    """The page as Markdown; equal tables and rules make equal text."""
    parts = (
        [_HEAD],
        _editions(coverage),
        _services(coverage),
        _reach(coverage),
        _matrix(coverage),
        _outside(coverage),
        _unjudged(coverage),
        [_UNDECIDABLE, *_reasons(_undecidable(coverage))],
        [_RELATED],
        *(_entries(coverage, one.framework) for one in coverage.frameworks()),
    )
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def _table(*columns: str) -> list[str]:
    return [_row(*columns), _row(*("---" for _ in columns))]


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _editions(coverage: Coverage) -> Iterator[str]:
    yield "## Editions\n"
    yield from _table("id", "framework", "version", "read")
    for one in coverage.tables.frameworks.values():
        yield _row(
            f"`{one.id}`", f"[{one.name}]({one.source}), {one.publisher}", one.version, one.read
        )
    yield ""


def _services(coverage: Coverage) -> Iterator[str]:
    yield "## Best practices, service by service\n"
    yield from _table("service", "controls", "code cannot decide", "decided by rules", "open")
    held = coverage.services()
    for one in held:
        yield _row(one.service, one.controls, one.undecidable, one.decided, one.open)
    sums = (
        sum(one.controls for one in held),
        sum(one.undecidable for one in held),
        sum(one.decided for one in held),
        sum(one.open for one in held),
    )
    yield _row("**all**", *(f"**{number}**" for number in sums))
    yield ""


def _reach(coverage: Coverage) -> Iterator[str]:
    yield "## Other frameworks\n"
    yield from _table(
        "framework", "entries in the table", "a control of our services leads there", "a rule too"
    )
    for one in coverage.frameworks():
        yield _row(f"`{one.framework}`", one.entries, one.related, one.reached)
    yield ""


def _matrix(coverage: Coverage) -> Iterator[str]:
    yield "## Controls and rules\n"
    services = dict.fromkeys(one.service for one in coverage.tables.best_practices)
    for service in services:
        yield f"### {service}\n"
        yield from _table("control", "severity", "demands", "rules")
        for one in coverage.tables.best_practices:
            if one.service == service:
                yield _row(_marked(one), one.severity, one.reference.title, _fate(coverage, one))
        yield ""


def _outside(coverage: Coverage) -> Iterator[str]:
    yield "### Outside of the best practices\n"
    yield from _table("control", "severity", "demands", "rules")
    for one in coverage.tables.controls.values():
        if one.reference.framework.id == SECURITY_HUB and coverage.of(one):
            yield _row(one.reference.id, one.severity, one.reference.title, _fate(coverage, one))
    yield ""


def _marked(control: Control) -> str:
    return control.reference.id if control.listed else f"{control.reference.id}\\*"


def _fate(coverage: Coverage, control: Control) -> str:
    if control.undecidable is not None:
        return "*code cannot decide it*"
    return _names(coverage.of(control)) or "*open*"


def _names(rules: Iterable[Rule]) -> str:
    return ", ".join(dict.fromkeys(_name(rule) for rule in rules))


def _name(rule: Rule) -> str:
    notes = [] if COMMON in rule.profiles else list(rule.profiles)
    notes += ["off by default"] if rule.level is Level.DISABLED else []
    return f"`{rule.name}`" + (f" ({', '.join(notes)})" if notes else "")


def _unjudged(coverage: Coverage) -> Iterator[str]:
    held = coverage.tables.open
    opened = [(one, held[one.label]) for one in coverage.missing if one.label in held]
    if opened:
        yield _OPEN
        yield from _reasons(opened)


def _undecidable(coverage: Coverage) -> list[tuple[Control, str]]:
    return [(one, one.undecidable) for one in coverage.tables.best_practices if one.undecidable]


def _reasons(controls: Iterable[tuple[Control, str]]) -> Iterator[str]:
    yield from _table("control", "severity", "demands", "why")
    for one, reason in controls:
        yield _row(_marked(one), one.severity, one.reference.title, reason)
    yield ""


def _entries(coverage: Coverage, framework: str) -> Iterator[str]:
    yield f"### {coverage.tables.frameworks[framework].name}\n"
    yield from _table("entry", "title", "controls", "rules")
    for one in coverage.tables.of_framework(framework):
        controls = coverage.related(one)
        if controls:
            yield _row(one.id, one.title, _ids(controls), _deciding(coverage, one) or "none")
    yield ""


def _ids(controls: Iterable[Control]) -> str:
    return ", ".join(one.reference.id for one in controls)


def _deciding(coverage: Coverage, reference: Reference) -> str:
    return _names(rule for one in coverage.related(reference) for rule in coverage.of(one))
