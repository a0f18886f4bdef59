"""Who may talk to whom: internet → load balancer → services → data, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.names import Kind
from infra.plan.subnets import ANYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroupsArgs:
    """The parties: each service with the port it's called on (None: it isn't), and the data.

    `public_ports` are what the load balancer listens on; `stores` are names and ports of what
    every service uses, such as the database; `internet_ports` is what services call outside.
    """

    context: Context
    vpc_id: pulumi.Input[str]
    public_ports: tuple[int, ...]
    services: Mapping[str, int | None]
    stores: Mapping[str, int]
    internet_ports: tuple[int, ...]


class SecurityGroups(Component):
    """One group for each party, and one rule for each thing that one party needs of another.

    Rules are resources of their own, so that groups can refer to each other both ways.
    """

    load_balancer: pulumi.Output[str]
    services: dict[str, pulumi.Output[str]]
    stores: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("SecurityGroups", name, args, opts)
        self._args = args
        self.load_balancer = self._group("alb", "The load balancer: called by everybody")
        self.services = {
            service: self._group(service, f"Tasks of the service {service}")
            for service in args.services
        }
        self.stores = {
            store: self._group(store, f"{store}: called by the services only")
            for store in args.stores
        }
        for port in args.public_ports:
            self._from_internet(port)
        for service, port in args.services.items():
            self._of_service(service, port)
        self.register_outputs(
            {
                "loadBalancer": self.load_balancer,
                "services": self.services,
                "stores": self.stores,
            }
        )

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

    def _from_internet(self, port: int) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"alb-from-internet-{port}",
            security_group_id=self.load_balancer,
            description=f"Anybody may call the load balancer on {port}",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=ANYWHERE,
            tags=self._args.context.tags(),
            opts=self.child(),
        )

    def _of_service(self, service: str, port: int | None) -> None:
        group = self.services[service]
        if port is not None:
            self._between("alb", self.load_balancer, service, group, port)
        for store, store_port in self._args.stores.items():
            self._between(service, group, store, self.stores[store], store_port)
        for internet_port in self._args.internet_ports:
            aws.vpc.SecurityGroupEgressRule(
                f"{service}-to-internet-{internet_port}",
                security_group_id=group,
                description="Auth0, push services and the APIs of AWS",
                ip_protocol="tcp",
                from_port=internet_port,
                to_port=internet_port,
                cidr_ipv4=ANYWHERE,
                tags=self._args.context.tags(),
                opts=self.child(),
            )

    def _between(
        self,
        caller: str,
        caller_group: pulumi.Output[str],
        called: str,
        called_group: pulumi.Output[str],
        port: int,
    ) -> None:
        """Let `caller` open connections to `called`: one way out, and one way in."""
        aws.vpc.SecurityGroupEgressRule(
            f"{caller}-to-{called}",
            security_group_id=caller_group,
            referenced_security_group_id=called_group,
            description=f"{caller} calls {called}",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags=self._args.context.tags(),
            opts=self.child(),
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{called}-from-{caller}",
            security_group_id=called_group,
            referenced_security_group_id=caller_group,
            description=f"{called} is called by {caller}",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            tags=self._args.context.tags(),
            opts=self.child(),
        )
