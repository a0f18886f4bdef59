"""The dashboard that an operator opens first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.dashboard import DashboardFacts, dashboard_body
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardArgs:
    """What is shown; load balancer and targets by the last part of their ARNs."""

    context: Context
    load_balancer: pulumi.Input[str]
    targets: Mapping[str, pulumi.Input[str]]
    cluster: pulumi.Input[str]
    services: Sequence[pulumi.Input[str]]
    database: str
    cache_nodes: Sequence[str]
    queues: Sequence[str]
    dead_letter_queues: Sequence[str]


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
            dashboard_body=pulumi.Output.json_dumps(dashboard_body(_facts(args))),
            opts=self.child(),
        )
        self.name = dashboard.dashboard_name
        self.register_outputs({"name": self.name})


def _facts(args: DashboardArgs) -> DashboardFacts[pulumi.Input[str]]:
    return DashboardFacts(
        region=args.context.place.region,
        load_balancer=args.load_balancer,
        targets=args.targets,
        cluster=args.cluster,
        services=args.services,
        database=args.database,
        cache_nodes=args.cache_nodes,
        queues=args.queues,
        dead_letter_queues=args.dead_letter_queues,
    )
