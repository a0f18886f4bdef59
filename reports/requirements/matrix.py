"""The matrix: each requirement with what covers it, and what is wrong with the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.requirements.model import Evidence, Kind, Requirement, Scope, Specification


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement and its evidence, sorted."""

    requirement: Requirement
    evidence: tuple[Evidence, ...]

    def of(self, kind: Kind) -> tuple[Evidence, ...]:
        return tuple(one for one in self.evidence if one.kind is kind)

    @property
    def uncovered(self) -> bool:
        """Whether nothing proves what the infrastructure is to hold."""
        return self.requirement.scope is Scope.INFRASTRUCTURE and not self.evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many statements a specification has, and how many are covered, in all and by kind.

    `covered`, `rules`, `unit` and `integration` count statements of scope infrastructure.
    """

    spec: str
    statements: int
    infrastructure: int
    services: int
    superseded: int
    covered: int
    rules: int
    unit: int
    integration: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows in the order of the files, and every problem; without problems all is proven."""

    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    def totals(self) -> tuple[Totals, ...]:
        """A line of totals for each specification, and one for all where there are several."""
        specs = list(dict.fromkeys(row.requirement.spec for row in self.rows))
        lines = [
            _totals(spec, [r for r in self.rows if r.requirement.spec == spec]) for spec in specs
        ]
        return (*lines, _totals("all", self.rows)) if len(specs) > 1 else tuple(lines)


def join(
    specifications: Iterable[Specification],
    evidence: Iterable[Evidence],
    problems: Iterable[str] = (),
) -> Matrix:
    """The matrix of requirements and evidence; `problems` are those of collecting the latter."""
    by_id: dict[str, set[Evidence]] = {}
    for one in evidence:
        by_id.setdefault(one.requirement, set()).add(one)
    rows = tuple(
        Row(requirement, tuple(sorted(by_id.pop(requirement.id, ()))))
        for specification in specifications
        for requirement in specification.requirements
    )
    uncovered = [_uncovered(row.requirement) for row in rows if row.uncovered]
    dangling = [_dangling(one) for left in by_id.values() for one in sorted(left)]
    return Matrix(rows, (*problems, *sorted(dangling), *uncovered))


def _uncovered(requirement: Requirement) -> str:
    return (
        f"{requirement.id} is covered by no rule and no test: {requirement.text} "
        f"(mark what proves it: @pytest.mark.requirement({requirement.id!r}) or covers=)"
    )


def _dangling(evidence: Evidence) -> str:
    who = f"rule {evidence.name}" if evidence.kind is Kind.RULE else evidence.name
    return f"{who} covers {evidence.requirement}, which is not in docs/requirements"


def _totals(spec: str, rows: Sequence[Row]) -> Totals:
    ours = [row for row in rows if row.requirement.scope is Scope.INFRASTRUCTURE]
    return Totals(
        spec=spec,
        statements=len(rows),
        infrastructure=len(ours),
        services=len(rows) - len(ours),
        superseded=sum(row.requirement.superseded is not None for row in rows),
        covered=sum(not row.uncovered for row in ours),
        rules=sum(bool(row.of(Kind.RULE)) for row in ours),
        unit=sum(bool(row.of(Kind.UNIT)) for row in ours),
        integration=sum(bool(row.of(Kind.INTEGRATION)) for row in ours),
    )
