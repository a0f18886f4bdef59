"""A VPC with a public and a private subnet in every zone (chat spec 000, Networking)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.subnets import ANYWHERE, VPC_CIDR, ZonePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkArgs:
    """The zones, with the addresses and the way to the internet of each."""

    context: Context
    zones: tuple[ZonePlan, ...]


class Network(Component):
    """VPC, subnets, gateways and routes, and a private way to S3 that costs nothing."""

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    nat_gateway_ids: list[pulumi.Output[str]]

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Network", name, args, opts)
        self._name = name
        self._context = args.context
        vpc = self._vpc()
        self.vpc_id = vpc.id
        gateway = aws.ec2.InternetGateway(
            f"{name}-internet",
            vpc_id=vpc.id,
            tags=args.context.tags("internet"),
            opts=self.child(),
        )
        public_routes = self._public_routes(gateway)
        public = [
            self._subnet("public", zone, zone.public_cidr, public_routes) for zone in args.zones
        ]
        nats = [
            self._nat(zone, subnet, gateway)
            for index, (zone, subnet) in enumerate(zip(args.zones, public, strict=True))
            if zone.nat == index
        ]
        tables = [self._private_routes(zone, nats) for zone in args.zones]
        private = [
            self._subnet("private", zone, zone.private_cidr, table)
            for zone, table in zip(args.zones, tables, strict=True)
        ]
        self._s3_endpoint([public_routes, *tables])
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.nat_gateway_ids = [nat.id for nat in nats]
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "publicSubnetIds": self.public_subnet_ids,
                "privateSubnetIds": self.private_subnet_ids,
            }
        )

    def _vpc(self) -> aws.ec2.Vpc:
        vpc = aws.ec2.Vpc(
            f"{self._name}-vpc",
            cidr_block=VPC_CIDR,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._context.tags("vpc"),
            opts=self.child(),
        )
        # Every VPC is born with a group that lets its members talk to each other. Taken over and
        # left without rules, it gives nothing to what forgets to name a group of its own.
        aws.ec2.DefaultSecurityGroup(
            f"{self._name}-default-group",
            vpc_id=vpc.id,
            tags=self._context.tags("default-unused"),
            opts=self.child(),
        )
        return vpc

    def _public_routes(self, gateway: aws.ec2.InternetGateway) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(
            f"{self._name}-public-routes",
            vpc_id=self.vpc_id,
            tags=self._context.tags("public"),
            opts=self.child(),
        )
        aws.ec2.Route(
            f"{self._name}-public-to-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self.child(),
        )
        return table

    def _subnet(
        self, tier: str, zone: ZonePlan, cidr: str, table: aws.ec2.RouteTable
    ) -> aws.ec2.Subnet:
        part = f"{tier}-{_letter(zone)}"
        subnet = aws.ec2.Subnet(
            f"{self._name}-{part}",
            vpc_id=self.vpc_id,
            availability_zone=zone.zone,
            cidr_block=cidr,
            # An address of its own is for each task to ask for, not for the subnet to hand out.
            map_public_ip_on_launch=False,
            tags={**self._context.tags(part), "Tier": tier},
            opts=self.child(),
        )
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{part}-routes",
            subnet_id=subnet.id,
            route_table_id=table.id,
            opts=self.child(),
        )
        return subnet

    def _nat(
        self, zone: ZonePlan, subnet: aws.ec2.Subnet, gateway: aws.ec2.InternetGateway
    ) -> aws.ec2.NatGateway:
        part = f"nat-{_letter(zone)}"
        address = aws.ec2.Eip(
            f"{self._name}-{part}-address",
            domain="vpc",
            tags=self._context.tags(part),
            # AWS hands out addresses for use in a VPC only once that has its internet gateway.
            opts=self.child(depends_on=[gateway]),
        )
        return aws.ec2.NatGateway(
            f"{self._name}-{part}",
            allocation_id=address.id,
            subnet_id=subnet.id,
            tags=self._context.tags(part),
            opts=self.child(depends_on=[gateway]),
        )

    def _private_routes(self, zone: ZonePlan, nats: list[aws.ec2.NatGateway]) -> aws.ec2.RouteTable:
        # One table a zone, also while they all lead to one gateway: a second gateway is then a
        # change of one route.
        part = f"private-{_letter(zone)}"
        table = aws.ec2.RouteTable(
            f"{self._name}-{part}-table",
            vpc_id=self.vpc_id,
            tags=self._context.tags(part),
            opts=self.child(),
        )
        if zone.nat is not None:
            aws.ec2.Route(
                f"{self._name}-{part}-to-internet",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nats[zone.nat].id,
                opts=self.child(),
            )
        return table

    def _s3_endpoint(self, tables: list[aws.ec2.RouteTable]) -> None:
        # Image layers come from S3: they needn't pass the NAT gateway, which charges by volume.
        aws.ec2.VpcEndpoint(
            f"{self._name}-s3",
            vpc_id=self.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{self._context.place.region}.s3",
            route_table_ids=[table.id for table in tables],
            tags=self._context.tags("s3"),
            opts=self.child(),
        )


def _letter(zone: ZonePlan) -> str:
    """The last letter of a zone, which tells the zones of one region apart."""
    return zone.zone[-1]
