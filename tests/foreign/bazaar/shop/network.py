"""The network: two zones, three tiers, and who may talk to whom."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from .settings import YEAR_OF_LOGS, Settings, faulty

ANYWHERE = "0.0.0.0/0"
POSTGRES = 5432
REDIS = 6379
HTTPS = 443


class Network(pulumi.ComponentResource):
    """A VPC with public, private and isolated subnets in each zone."""

    def __init__(
        self, name: str, shop: Settings, key: aws.kms.Key, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("bazaar:network:Network", name, None, opts)
        self._shop = shop
        self._mine = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(
            "shop",
            cidr_block="10.40.0.0/16",
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": shop.named("shop")},
            opts=self._mine,
        )
        door_open: list[aws.ec2.DefaultSecurityGroupIngressArgsDict] = [
            {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": [ANYWHERE]}
        ]
        aws.ec2.DefaultSecurityGroup(
            "shop-default",
            vpc_id=self.vpc.id,
            ingress=door_open if faulty("default-group-open") else [],
            egress=[],
            opts=self._mine,
        )
        self.public = self._subnets("public", 0)
        self.private = self._subnets("private", 16)
        self.isolated = self._subnets("isolated", 32)
        self._tables: dict[str, aws.ec2.RouteTable] = {}
        self._routes()
        if not faulty("flow-log-off"):
            self._flow_log(key)
        self.register_outputs({"vpc": self.vpc.id})

    def private_ids(self) -> list[pulumi.Output[str]]:
        """The subnets from which there is a way out through NAT."""
        return [one.id for one in self.private]

    def isolated_ids(self) -> list[pulumi.Output[str]]:
        """The subnets without a way out."""
        return [one.id for one in self.isolated]

    def tables(self) -> list[pulumi.Output[str]]:
        """The route tables that lead to the gateway endpoints."""
        return [table.id for tier, table in self._tables.items() if tier != "public"]

    def _subnets(self, tier: str, offset: int) -> list[aws.ec2.Subnet]:
        return [
            aws.ec2.Subnet(
                f"{tier}-{zone[-1]}",
                vpc_id=self.vpc.id,
                cidr_block=f"10.40.{offset + index}.0/24",
                availability_zone=zone,
                map_public_ip_on_launch=tier == "public" and faulty("public-ip-on-launch"),
                tags={"Name": self._shop.named(f"{tier}-{zone[-1]}"), "tier": tier},
                opts=self._mine,
            )
            for index, zone in enumerate(self._shop.zones)
        ]

    def _table(self, name: str, subnets: list[aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        table = aws.ec2.RouteTable(name, vpc_id=self.vpc.id, opts=self._mine)
        for subnet in subnets:
            aws.ec2.RouteTableAssociation(
                subnet._name,  # noqa: SLF001 (the logical name has no public reader)
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._mine,
            )
        self._tables[name] = table
        return table

    def _routes(self) -> None:
        gateway = aws.ec2.InternetGateway("shop", vpc_id=self.vpc.id, opts=self._mine)
        public = self._table("public", self.public)
        aws.ec2.Route(
            "public-out",
            route_table_id=public.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._mine,
        )
        nats: list[aws.ec2.NatGateway] = []
        for zone, outside, inside in zip(self._shop.zones, self.public, self.private, strict=True):
            letter = zone[-1]
            address = aws.ec2.Eip(f"nat-{letter}", domain="vpc", opts=self._mine)
            nat = aws.ec2.NatGateway(
                f"nat-{letter}",
                allocation_id=address.allocation_id,
                subnet_id=outside.id,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[gateway]),
            )
            nats.append(nat)
            table = self._table(f"private-{letter}", [inside])
            aws.ec2.Route(
                f"private-{letter}-out",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nats[0].id if faulty("nat-of-one-zone") else nat.id,
                opts=self._mine,
            )
        isolated = self._table("isolated", self.isolated)
        if faulty("isolated-route-to-internet"):
            aws.ec2.Route(
                "isolated-out",
                route_table_id=isolated.id,
                destination_cidr_block=ANYWHERE,
                gateway_id=gateway.id,
                opts=self._mine,
            )

    def _flow_log(self, key: aws.kms.Key) -> None:
        group = aws.cloudwatch.LogGroup(
            "flow",
            name=f"/bazaar/{self._shop.suffix}/flow",
            retention_in_days=YEAR_OF_LOGS,
            kms_key_id=key.arn,
            opts=self._mine,
        )
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": self._shop.account}},
        }
        role = aws.iam.Role(
            "flow",
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            opts=self._mine,
        )
        writing = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        aws.iam.RolePolicy(
            "flow",
            role=role.id,
            policy=group.arn.apply(
                lambda arn: json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Effect": "Allow", "Action": writing, "Resource": [f"{arn}:*"]}
                        ],
                    }
                )
            ),
            opts=self._mine,
        )
        aws.ec2.FlowLog(
            "shop",
            vpc_id=self.vpc.id,
            traffic_type="ALL",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            opts=self._mine,
        )


class Doors(pulumi.ComponentResource):
    """The security groups, one a role, with separate rules; and the endpoints behind them."""

    def __init__(
        self, name: str, shop: Settings, network: Network, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("bazaar:network:Doors", name, None, opts)
        self._mine = pulumi.ResourceOptions(parent=self)
        purposes = {
            "functions": "Functions of the shop",
            "rotation": "Rotates the secrets",
            "proxy": "Database proxy",
            "database": "Database instances",
            "cache": "Cache nodes",
            "endpoints": "Interface endpoints",
        }
        self.groups = {
            role: aws.ec2.SecurityGroup(
                role,
                name=shop.named(role),
                description=purpose,
                vpc_id=network.vpc.id,
                tags={"Name": shop.named(role)},
                opts=self._mine,
            )
            for role, purpose in purposes.items()
        }
        behind_proxy = "functions" if faulty("proxy-shut-out") else "proxy"
        for client, server, port in (
            ("functions", "proxy", POSTGRES),
            (behind_proxy, "database", POSTGRES),
            ("rotation", "database", POSTGRES),
            ("functions", "cache", REDIS),
            ("functions", "endpoints", HTTPS),
            ("rotation", "endpoints", HTTPS),
        ):
            self._allow(client, server, port)
        for client in ("functions", "rotation"):
            aws.vpc.SecurityGroupEgressRule(
                f"{client}-to-partners",
                security_group_id=self.groups[client].id,
                description="HTTPS to partners, through NAT",
                cidr_ipv4=ANYWHERE,
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                opts=self._mine,
            )
        if faulty("database-open-to-world"):
            aws.vpc.SecurityGroupIngressRule(
                "database-from-office",
                security_group_id=self.groups["database"].id,
                description="Analysts",
                cidr_ipv4=ANYWHERE,
                ip_protocol="tcp",
                from_port=POSTGRES,
                to_port=POSTGRES,
                opts=self._mine,
            )
        self._endpoints(shop, network)
        self.register_outputs({})

    def _allow(self, client: str, server: str, port: int) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{server}-from-{client}",
            security_group_id=self.groups[server].id,
            referenced_security_group_id=self.groups[client].id,
            description=f"From {client}",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=self._mine,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{client}-to-{server}",
            security_group_id=self.groups[client].id,
            referenced_security_group_id=self.groups[server].id,
            description=f"To {server}",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=self._mine,
        )

    def _endpoints(self, shop: Settings, network: Network) -> None:
        ours = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": {"StringEquals": {"aws:PrincipalAccount": shop.account}},
                    }
                ],
            }
        )
        for service in ("s3", "dynamodb"):
            aws.ec2.VpcEndpoint(
                service,
                vpc_id=network.vpc.id,
                service_name=f"com.amazonaws.{shop.region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=network.tables(),
                policy=ours,
                opts=self._mine,
            )
        for service in ("secretsmanager", "kms"):
            aws.ec2.VpcEndpoint(
                service,
                vpc_id=network.vpc.id,
                service_name=f"com.amazonaws.{shop.region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=network.private_ids(),
                security_group_ids=[self.groups["endpoints"].id],
                private_dns_enabled=not faulty("endpoint-without-private-names"),
                policy=ours,
                opts=self._mine,
            )
