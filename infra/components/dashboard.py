"""The dashboard that an operator opens first."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.dashboard import DashboardFacts, dashboard_body
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardArgs:
    """What is shown."""

    context: Context
    facts: DashboardFacts[pulumi.Input[str]]


class Dashboard(Component):
    """A CloudWatch dashboard over all parts of a system."""

    name: pulumi.Output[str]

    def __init__(
        self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Dashboard", name, args, opts)
        dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.context.name(Kind.DASHBOARD),
            dashboard_body=pulumi.Output.json_dumps(dashboard_body(args.facts)),
            opts=self.child(),
        )
        self.name = dashboard.dashboard_name
        self.register_outputs({"name": self.name})
