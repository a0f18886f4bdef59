"""What an alarm is: a rule over one metric, or over the share of one in another.

A rule says from which figure on a subject is ill, and where the runbook tells what to do. Rules
know nothing of what they watch: a component joins them with the dimensions of a subject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Text = TypeVar("Text")

MINUTE = 60
HOUR = 3600
DAY = 86_400
RUNBOOK = "docs/runbook.md"
MAXIMUM_METRICS = 10
"""How many metrics CloudWatch lets one alarm look at."""


class Comparison(StrEnum):
    """When a value is alarming."""

    ABOVE = "GreaterThanThreshold"
    AT_LEAST = "GreaterThanOrEqualToThreshold"
    BELOW = "LessThanThreshold"

    @property
    def worst(self) -> str:
        """The metric-math function that picks the worst of several values."""
        return "MIN" if self is Comparison.BELOW else "MAX"


class Missing(StrEnum):
    """What it means when a metric isn't reported."""

    FINE = "notBreaching"
    ALARMING = "breaching"
    UNCHANGED = "ignore"


class Severity(StrEnum):
    """What a human has to do; it stands at the front of an alarm's description and in a tag."""

    PAGE = "page"
    """Users suffer, or will within the hour: now, at night as well."""
    TICKET = "ticket"
    """It can wait for the next working day."""
    SCALING = "scaling"
    """Nobody is told: the alarm moves a service's task count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A CloudWatch metric; `statistic` is one of CloudWatch's, or a percentile such as "p95"."""

    namespace: str
    name: str
    statistic: str

    @property
    def percentile(self) -> bool:
        """Whether the statistic is a percentile, which CloudWatch takes under another name."""
        return self.statistic.startswith("p")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The rule's metric in percent of `whole`, which counts as `floor` at least.

    Without the floor one error in the only request of a quiet minute would be 100 %.
    """

    whole: Metric
    floor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """One alarm: `breaches` of the last `periods` periods on the wrong side of `threshold`.

    `id` is the section of the runbook; `part` tells the rules of one subject apart; `period` is
    in seconds; `breaches` defaults to all periods.
    """

    id: str
    part: str
    meaning: str
    severity: Severity
    metric: Metric
    threshold: float
    periods: int
    breaches: int | None = None
    period: int = MINUTE
    comparison: Comparison = Comparison.ABOVE
    missing: Missing = Missing.FINE
    share: Share | None = None

    @property
    def runbook(self) -> str:
        """Where it says what to do."""
        return f"{RUNBOOK}#{self.id}"

    @property
    def description(self) -> str:
        """What whoever is told reads: how urgent it is, what it means, where to go on."""
        return f"[{self.severity.value}] {self.meaning} See {self.runbook}"

    @property
    def datapoints(self) -> int:
        """How many periods have to breach."""
        return self.periods if self.breaches is None else self.breaches

    def plain(self, subjects: int) -> bool:
        """Whether one metric tells, so that no metric math is needed."""
        return self.share is None and subjects == 1


@dataclass(frozen=True, kw_only=True)
class Query(Generic[Text]):
    """One entry of an alarm's or a graph's metric math: a metric with its dimensions, or a term.

    Only one entry's result is `returned`; the others are its terms.
    """

    id: str
    expression: str | None = None
    metric: Metric | None = None
    dimensions: Mapping[str, Text] | None = None
    returned: bool = False


def queries(rule: AlarmRule, subjects: Sequence[Mapping[str, Text]]) -> list[Query[Text]]:
    """The metric math of a rule over one or more subjects, each given by its dimensions.

    Of several subjects the worst counts: nodes of a cache, NAT gateways. Raises ValueError where
    CloudWatch would refuse the number of metrics.
    """
    found: list[Query[Text]] = []
    values: list[str] = []
    for number, dimensions in enumerate(subjects, start=1):
        part = f"m{number}"
        found.append(Query(id=part, metric=rule.metric, dimensions=dimensions))
        if rule.share is not None:
            whole, floor = f"w{number}", rule.share.floor
            found.append(Query(id=whole, metric=rule.share.whole, dimensions=dimensions))
            part = f"(100 * {part} / IF({whole} > {floor}, {whole}, {floor}))"
        values.append(part)
    if not 1 <= len(found) <= MAXIMUM_METRICS:
        raise ValueError(
            f"the alarm {rule.id} would look at {len(found)} metrics; CloudWatch takes 1 to "
            f"{MAXIMUM_METRICS}: watch fewer subjects at once"
        )
    worst = values[0] if len(values) == 1 else f"{rule.comparison.worst}([{', '.join(values)}])"
    return [*found, Query(id="value", expression=worst, returned=True)]


@dataclass(frozen=True, kw_only=True)
class Watched(Generic[Text]):
    """A subject and its rules: what alarms and the dashboard are both made from.

    `subjects` are the dimensions of each thing that `name` stands for, mostly one.
    """

    name: str
    rules: tuple[AlarmRule, ...]
    subjects: tuple[Mapping[str, Text], ...]

    def alarm_part(self, rule: AlarmRule) -> str:
        """The part of a stack's alarm names that this rule's alarm has."""
        return f"{self.name}-{rule.part}"
