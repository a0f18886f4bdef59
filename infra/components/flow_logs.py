"""A record of every connection in a VPC, for analysis after an incident."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.iam import Statement, document, trust
from infra.plan.names import Kind

_AGGREGATION_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLogsArgs:
    """The VPC to watch, for how long to keep the record, and the key it's encrypted with."""

    context: Context
    vpc_id: pulumi.Input[str]
    retention_days: int
    key_arn: pulumi.Input[str]


class FlowLogs(Component):
    """Flow logs of a VPC in CloudWatch, with a role that may write there and nowhere else."""

    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("FlowLogs", name, args, opts)
        context, place = args.context, args.context.place
        group_name = context.log_group("vpc", "flow-logs")
        group = aws.cloudwatch.LogGroup(
            f"{name}-group",
            name=group_name,
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            tags=context.tags(),
            opts=self.child(),
        )
        self.log_group_name = group.name
        role = aws.iam.Role(
            f"{name}-role",
            name=context.name(Kind.ROLE, "flow-logs"),
            description="Writes the VPC's flow logs",
            assume_role_policy=json.dumps(
                trust("vpc-flow-logs", place, place.arn("ec2", "vpc-flow-log/*"))
            ),
            tags=context.tags(),
            opts=self.child(),
        )
        aws.iam.RolePolicy(
            f"{name}-write",
            name="write-flow-logs",
            role=role.name,
            policy=json.dumps(document(_write(place.arn("logs", f"log-group:{group_name}")))),
            opts=self.child(),
        )
        aws.ec2.FlowLog(
            f"{name}-log",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=_AGGREGATION_SECONDS,
            tags=context.tags("flow-logs"),
            opts=self.child(),
        )
        self.register_outputs({"logGroupName": self.log_group_name})


def _write(group_arn: str) -> tuple[Statement[str], ...]:
    return (
        Statement(
            sid="WriteFlowLogs",
            actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
            resources=(group_arn, f"{group_arn}:*"),
        ),
    )
