"""The matrix as a page in Markdown, committed beside the requirements.

It names rules and the files of tests, not single tests, so that it changes only when what covers
a requirement moves.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.requirements.matrix import Matrix, Row, Totals
from reports.requirements.model import Evidence, Kind, Scope, Specification

_HEAD = """\
# Requirements

Every statement of the chat specifications, in this project's words, and what proves that it holds. This page is
generated: `python -m reports requirements --write` makes it anew, and `nox -s requirements` (the same without
`--write`) fails if it is not current, if a statement is proven by nothing, or if a rule or test names a statement
that does not exist.

## The format

`chat-000.yaml`, `chat-001.yaml` and `chat-004.yaml` in this folder hold the statements, by section:

```yaml
- id: CHAT-000-17          # system, specification, number; a number is never given to another statement
  text: The load balancer keeps an idle connection for 300 seconds.
```

A statement that only the programs on top of the infrastructure can keep has `scope: services` and a `reason`. One that
is wrong, or overruled by another, has `superseded` with what the specification says (`spec`), what is done instead
(`instead`) and the `page` that tells why; what proves it then proves what is done instead.

A rule of the pack says what it holds stacks to by `covers=("CHAT-000-17",)`, a test by
`@pytest.mark.requirement("CHAT-000-17")`. A rule counts where it is mandatory in the profile of the specification's
system; a test counts where it runs: one that is skipped or expected to fail does not.

"""
_SPEC_HEADINGS = ("Statement", "Rules", "Tests", "On a live stack")


def page(specifications: Iterable[Specification], matrix: Matrix) -> str:
    """The whole page."""
    rows = {row.requirement.id: row for row in matrix.rows}
    parts = [_HEAD, "## In numbers\n\n", _numbers(matrix.totals())]
    for specification in specifications:
        parts.append(f"\n## Spec {specification.name}: {specification.title}\n")
        sections = dict.fromkeys(one.section for one in specification.requirements)
        for section in sections:
            of_section = [
                rows[one.id] for one in specification.requirements if one.section == section
            ]
            parts.append(f"\n### {section}\n\n{_section(of_section)}")
    return "".join(parts)


def _numbers(totals: Iterable[Totals]) -> str:
    heading = "| Spec | Statements | Of infrastructure | Of services | Superseded |\n"
    rule = "| --- | ---: | ---: | ---: | ---: |\n"
    return (
        heading
        + rule
        + "".join(
            f"| {line.spec} | {line.statements} | {line.infrastructure} | {line.services} "
            f"| {line.superseded} |\n"
            for line in totals
        )
    )


def _section(rows: Iterable[Row]) -> str:
    lines = [
        f"| {' | '.join(('Id', *_SPEC_HEADINGS))} |",
        f"| {' | '.join('---' for _ in ('Id', *_SPEC_HEADINGS))} |",
        *(_row(row) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> str:
    requirement = row.requirement
    text = requirement.text
    if requirement.superseded:
        told = requirement.superseded
        text += f"<br>*The spec:* {told.spec} *Instead:* {told.instead} ([why](../{told.page}))"
    if requirement.scope is Scope.SERVICES:
        text += f"<br>*Left to the services:* {requirement.reason}"
    rules = "<br>".join(f"`{one.name}`" for one in row.of(Kind.RULE))
    cells = (text, rules, _files(row.of(Kind.UNIT)), _files(row.of(Kind.INTEGRATION)))
    return f"| {requirement.id} | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _files(evidence: Iterable[Evidence]) -> str:
    places = dict.fromkeys(one.place for one in evidence)
    return "<br>".join(
        f"[{place.rpartition('/')[2].removesuffix('.py')}](../../{place})"
        for place in sorted(places)
    )
