"""Who may talk to whom: internet → load balancer → services → data, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.connections import Call, Connections
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.subnets import ANYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroupsArgs:
    """The VPC, and the list of who opens connections to whom."""

    context: Context
    vpc_id: pulumi.Input[str]
    connections: Connections


class SecurityGroups(Component):
    """One group for each party, and one rule for each thing that one party needs of another.

    Rules are resources of their own, so that groups can refer to each other both ways.
    """

    ids: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("SecurityGroups", name, args, opts)
        self._args = args
        connections = args.connections
        self.ids = {
            party: self._group(party, description)
            for party, description in connections.parties.items()
        }
        for party, ports in connections.from_internet.items():
            for port in ports:
                self._from_internet(party, port)
        for party, ports in connections.to_internet.items():
            for port in ports:
                self._to_internet(party, port)
        for call in connections.calls:
            self._between(call)
        self.register_outputs({"ids": self.ids})

    def _group(self, part: str, description: str) -> pulumi.Output[str]:
        # Its logical name is the stem of its physical one: AWS can't rename or move a group, so
        # the new one must be able to exist beside the old one.
        group = aws.ec2.SecurityGroup(
            self._args.context.name(Kind.SECURITY_GROUP, part),
            description=description,
            vpc_id=self._args.vpc_id,
            revoke_rules_on_delete=True,
            tags=self._args.context.tags(part),
            opts=self.child(),
        )
        return group.id

    def _from_internet(self, party: str, port: int) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{party}-from-internet-{port}",
            security_group_id=self.ids[party],
            description=f"Anybody may call {party} on {port}",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=ANYWHERE,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _to_internet(self, party: str, port: int) -> None:
        aws.vpc.SecurityGroupEgressRule(
            f"{party}-to-internet-{port}",
            security_group_id=self.ids[party],
            description=f"{party} calls the APIs of AWS and of others",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=ANYWHERE,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _between(self, call: Call) -> None:
        """Let one party open connections to another: one way out, and one way in."""
        aws.vpc.SecurityGroupEgressRule(
            f"{call.caller}-to-{call.called}",
            security_group_id=self.ids[call.caller],
            referenced_security_group_id=self.ids[call.called],
            description=f"{call.caller} calls {call.called}",
            ip_protocol="tcp",
            from_port=call.port,
            to_port=call.port,
            tags=self._args.context.tags(),
            opts=self.child(),
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{call.called}-from-{call.caller}",
            security_group_id=self.ids[call.called],
            referenced_security_group_id=self.ids[call.caller],
            description=f"{call.called} is called by {call.caller}",
            ip_protocol="tcp",
            from_port=call.port,
            to_port=call.port,
            tags=self._args.context.tags(),
            opts=self.child(),
        )
