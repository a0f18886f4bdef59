"""The alarms of one subject: a service, a database, a queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.alarms import MINUTE, AlarmRule
from infra.plan.context import Context
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsArgs:
    """What is watched (`subject` in names, `dimensions` in metrics), by which rules."""

    context: Context
    subject: str
    dimensions: Mapping[str, pulumi.Input[str]]
    rules: tuple[AlarmRule, ...]
    topic_arn: pulumi.Input[str]


class Alarms(Component):
    """A metric alarm for each rule; it tells of the end of an alarm as well."""

    def __init__(
        self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Alarms", name, args, opts)
        for rule in args.rules:
            aws.cloudwatch.MetricAlarm(
                f"{name}-{rule.part}",
                name=args.context.name(Kind.ALARM, f"{args.subject}-{rule.part}"),
                alarm_description=rule.meaning,
                namespace=rule.namespace,
                metric_name=rule.metric,
                dimensions=args.dimensions,
                statistic=None if rule.percentile else rule.statistic,
                extended_statistic=rule.statistic if rule.percentile else None,
                comparison_operator=rule.comparison.value,
                threshold=rule.threshold,
                period=MINUTE,
                evaluation_periods=rule.periods,
                datapoints_to_alarm=rule.periods,
                treat_missing_data=rule.missing.value,
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                tags=args.context.tags(),
                opts=self.child(),
            )
        self.register_outputs({})
