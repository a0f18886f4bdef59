"""The network: public, private and data subnets in two zones, with their routes and endpoints."""

import json

import pulumi
import pulumi_aws as aws

from .common import ANYWHERE, Settings, document, faulty, log_group

_INTERFACES = ("ec2", "ecr.api", "ecr.dkr", "logs", "secretsmanager", "sns", "sqs", "ssm")


class Network(pulumi.ComponentResource):
    """A VPC of three tiers: only the public one knows the internet gateway."""

    CIDR = "10.40.0.0/16"

    def __init__(self, name: str, settings: Settings, audit_key: aws.kms.Key) -> None:
        super().__init__("exchange:network:Network", name)
        self._settings = settings
        self._child = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(
            "venue",
            cidr_block=self.CIDR,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=settings.tags("venue"),
            opts=self._child,
        )
        self._lock_default_group()
        if not faulty("network-without-flow-logs"):
            self._log_flows(audit_key)
        self.gateway = aws.ec2.InternetGateway(
            "venue", vpc_id=self.vpc.id, tags=settings.tags("venue"), opts=self._child
        )
        self.zones = [f"{settings.region}{letter}" for letter in "ab"]
        self.public = self._subnets("public", 0, public_addresses=faulty("public-ip-on-launch"))
        self.private = self._subnets("private", 16)
        self.data = self._subnets("data", 32)
        self._route_public()
        self.private_routes = self._route_private()
        self.data_routes = self._route_data()
        self._guard_data()
        self.endpoints = self._endpoint_group()
        self.s3, self.dynamodb = self._gateways()
        self._interfaces()
        self.register_outputs({"vpcId": self.vpc.id})

    def _lock_default_group(self) -> None:
        opened = faulty("default-group-open")
        within: aws.ec2.DefaultSecurityGroupIngressArgsDict = {
            "protocol": "-1",
            "from_port": 0,
            "to_port": 0,
            "self": True,
        }
        outward: aws.ec2.DefaultSecurityGroupEgressArgsDict = {
            "protocol": "-1",
            "from_port": 0,
            "to_port": 0,
            "cidr_blocks": [ANYWHERE],
        }
        aws.ec2.DefaultSecurityGroup(
            "venue-default",
            vpc_id=self.vpc.id,
            ingress=[within] if opened else [],
            egress=[outward] if opened else [],
            tags=self._settings.tags("venue-default"),
            opts=self._child,
        )

    def _log_flows(self, key: aws.kms.Key) -> None:
        group = log_group(
            self._settings,
            "flow-logs",
            f"/exchange/{self._settings.environment}/flows",
            key,
            opts=self._child,
        )
        role = aws.iam.Role(
            "flow-logs",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                        }
                    ],
                }
            ),
            tags=self._settings.tags("flow-logs"),
            opts=self._child,
        )
        aws.iam.RolePolicy(
            "flow-logs",
            role=role.id,
            policy=document(
                {
                    "Effect": "Allow",
                    "Action": [
                        "logs:CreateLogStream",
                        "logs:PutLogEvents",
                        "logs:DescribeLogStreams",
                    ],
                    "Resource": [group.arn, pulumi.Output.concat(group.arn, ":*")],
                }
            ),
            opts=self._child,
        )
        aws.ec2.FlowLog(
            "venue",
            vpc_id=self.vpc.id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags=self._settings.tags("venue-flows"),
            opts=self._child,
        )

    def _subnets(
        self, tier: str, first: int, *, public_addresses: bool = False
    ) -> list[aws.ec2.Subnet]:
        return [
            aws.ec2.Subnet(
                f"{tier}-{zone[-1]}",
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=f"10.40.{first + 4 * index}.0/22",
                map_public_ip_on_launch=public_addresses,
                tags=self._settings.tags(f"{tier}-{zone[-1]}", Tier=tier),
                opts=self._child,
            )
            for index, zone in enumerate(self.zones)
        ]

    def _table(self, name: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            name, vpc_id=self.vpc.id, tags=self._settings.tags(name), opts=self._child
        )

    def _join(self, name: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> None:
        aws.ec2.RouteTableAssociation(
            name, subnet_id=subnet.id, route_table_id=table.id, opts=self._child
        )

    def _route_public(self) -> None:
        table = self._table("public")
        aws.ec2.Route(
            "public-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self.gateway.id,
            opts=self._child,
        )
        for subnet, zone in zip(self.public, self.zones, strict=True):
            self._join(f"public-{zone[-1]}", subnet, table)

    def _route_private(self) -> list[aws.ec2.RouteTable]:
        tables: list[aws.ec2.RouteTable] = []
        translators: list[aws.ec2.NatGateway] = []
        for index, zone in enumerate(self.zones):
            name = f"private-{zone[-1]}"
            if not (index and faulty("single-nat-gateway")):
                translators.append(self._translator(zone[-1], self.public[index]))
            table = self._table(name)
            aws.ec2.Route(
                f"{name}-out",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=translators[-1].id,
                opts=self._child,
            )
            self._join(name, self.private[index], table)
            tables.append(table)
        return tables

    def _translator(self, letter: str, subnet: aws.ec2.Subnet) -> aws.ec2.NatGateway:
        address = aws.ec2.Eip(
            f"nat-{letter}",
            domain="vpc",
            tags=self._settings.tags(f"nat-{letter}"),
            opts=self._child,
        )
        return aws.ec2.NatGateway(
            f"nat-{letter}",
            subnet_id=subnet.id,
            allocation_id=address.id,
            tags=self._settings.tags(f"nat-{letter}"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.gateway]),
        )

    def _route_data(self) -> aws.ec2.RouteTable:
        table = self._table("data")
        if faulty("data-subnet-to-internet"):
            aws.ec2.Route(
                "data-internet",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                gateway_id=self.gateway.id,
                opts=self._child,
            )
        for subnet, zone in zip(self.data, self.zones, strict=True):
            self._join(f"data-{zone[-1]}", subnet, table)
        return table

    def _guard_data(self) -> None:
        acl = aws.ec2.NetworkAcl(
            "data",
            vpc_id=self.vpc.id,
            subnet_ids=[subnet.id for subnet in self.data],
            tags=self._settings.tags("data"),
            opts=self._child,
        )
        self._acl_rule("data-in", acl, 100, ports=(1024, 65535), cidr=self.CIDR)
        self._acl_rule("data-out", acl, 100, ports=(1024, 65535), cidr=self.CIDR, egress=True)
        if faulty("acl-admits-ssh"):
            self._acl_rule("data-shell", acl, 110, ports=(22, 22), cidr=ANYWHERE)

    def _acl_rule(
        self,
        name: str,
        acl: aws.ec2.NetworkAcl,
        number: int,
        *,
        ports: tuple[int, int],
        cidr: str,
        egress: bool = False,
    ) -> None:
        aws.ec2.NetworkAclRule(
            name,
            network_acl_id=acl.id,
            rule_number=number,
            rule_action="allow",
            protocol="tcp",
            from_port=ports[0],
            to_port=ports[1],
            cidr_block=cidr,
            egress=egress,
            opts=self._child,
        )

    def _endpoint_group(self) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            "endpoints-group",
            description="Interface endpoints: HTTPS from within the network",
            vpc_id=self.vpc.id,
            ingress=[
                {
                    "description": "HTTPS from the network",
                    "protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_blocks": [self.CIDR],
                }
            ],
            tags=self._settings.tags("endpoints-group"),
            opts=self._child,
        )

    def _gateways(self) -> tuple[aws.ec2.VpcEndpoint, aws.ec2.VpcEndpoint]:
        tables = [table.id for table in [*self.private_routes, self.data_routes]]
        s3, dynamodb = (
            aws.ec2.VpcEndpoint(
                f"{service}-endpoint",
                vpc_id=self.vpc.id,
                service_name=f"com.amazonaws.{self._settings.region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=tables,
                tags=self._settings.tags(f"{service}-endpoint"),
                opts=self._child,
            )
            for service in ("s3", "dynamodb")
        )
        return s3, dynamodb

    def _interfaces(self) -> None:
        for service in _INTERFACES:
            name = f"{service.replace('.', '-')}-endpoint"
            aws.ec2.VpcEndpoint(
                name,
                vpc_id=self.vpc.id,
                service_name=f"com.amazonaws.{self._settings.region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=[subnet.id for subnet in self.private],
                security_group_ids=[self.endpoints.id],
                private_dns_enabled=not (service == "sqs" and faulty("endpoint-without-dns")),
                tags=self._settings.tags(name),
                opts=self._child,
            )
