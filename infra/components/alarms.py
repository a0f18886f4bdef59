"""The alarms of one subject: a service, a database, the nodes of a cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.alarm import AlarmRule, Query, Watched, queries
from infra.plan.context import Context
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsArgs:
    """What is watched by which rules, and what happens then.

    `ends` says whether the actions are also told of the end of an alarm.
    """

    context: Context
    watched: Watched[pulumi.Input[str]]
    action_arns: Sequence[pulumi.Input[str]]
    ends: bool = True


class Alarms(Component):
    """A metric alarm for each rule; one that looks at several things looks at the worst of them."""

    def __init__(
        self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Alarms", name, args, opts)
        self._name = name
        self._args = args
        for rule in args.watched.rules:
            if rule.plain(len(args.watched.subjects)):
                self._plain(rule, args.watched.subjects[0])
            else:
                self._computed(rule)
        self.register_outputs({})

    def _plain(self, rule: AlarmRule, dimensions: Mapping[str, pulumi.Input[str]]) -> None:
        args, metric = self._args, rule.metric
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{rule.part}",
            name=self._alarm_name(rule),
            alarm_description=rule.description,
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=dimensions,
            statistic=None if metric.percentile else metric.statistic,
            extended_statistic=metric.statistic if metric.percentile else None,
            period=rule.period,
            comparison_operator=rule.comparison.value,
            threshold=rule.threshold,
            evaluation_periods=rule.periods,
            datapoints_to_alarm=rule.datapoints,
            treat_missing_data=rule.missing.value,
            alarm_actions=list(args.action_arns),
            ok_actions=list(args.action_arns) if args.ends else None,
            tags=self._tags(rule),
            opts=self.child(),
        )

    def _computed(self, rule: AlarmRule) -> None:
        args = self._args
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{rule.part}",
            name=self._alarm_name(rule),
            alarm_description=rule.description,
            metric_queries=[
                _entry(query, rule.period) for query in queries(rule, args.watched.subjects)
            ],
            comparison_operator=rule.comparison.value,
            threshold=rule.threshold,
            evaluation_periods=rule.periods,
            datapoints_to_alarm=rule.datapoints,
            treat_missing_data=rule.missing.value,
            alarm_actions=list(args.action_arns),
            ok_actions=list(args.action_arns) if args.ends else None,
            tags=self._tags(rule),
            opts=self.child(),
        )

    def _alarm_name(self, rule: AlarmRule) -> str:
        return self._args.context.name(Kind.ALARM, self._args.watched.alarm_part(rule))

    def _tags(self, rule: AlarmRule) -> dict[str, str]:
        return {**self._args.context.tags(), "Severity": rule.severity.value}


def _entry(
    query: Query[pulumi.Input[str]], period: int
) -> aws.cloudwatch.MetricAlarmMetricQueryArgs:
    if query.metric is None:
        return aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=query.id, expression=query.expression, label="value", return_data=query.returned
        )
    return aws.cloudwatch.MetricAlarmMetricQueryArgs(
        id=query.id,
        return_data=False,
        metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=query.metric.namespace,
            metric_name=query.metric.name,
            dimensions=query.dimensions,
            stat=query.metric.statistic,
            period=period,
        ),
    )
