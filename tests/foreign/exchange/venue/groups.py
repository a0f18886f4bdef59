"""Who may talk to whom: the security groups and, apart from them, their rules."""

from dataclasses import dataclass

import pulumi_aws as aws

from .common import ANYWHERE, Settings, faulty
from .network import Network

API_PORT = 8443
GATEWAY_PORT = 9443
MATCHING_PORT = 9500
DATABASE_PORT = 5433
CACHE_PORT = 6390

# From, to, port.
_FLOWS = (
    ("web-api", "gateway", GATEWAY_PORT),
    ("web-api", "database", DATABASE_PORT),
    ("web-api", "cache", CACHE_PORT),
    ("gateway", "cache", CACHE_PORT),
    ("gateway", "matching", MATCHING_PORT),
    ("matching", "database", DATABASE_PORT),
    ("settlement", "database", DATABASE_PORT),
)
_WORKLOADS = ("web-api", "gateway", "matching", "settlement")


@dataclass(frozen=True)
class Groups:
    balancer: aws.ec2.SecurityGroup
    web_api: aws.ec2.SecurityGroup
    gateway: aws.ec2.SecurityGroup
    matching: aws.ec2.SecurityGroup
    settlement: aws.ec2.SecurityGroup
    database: aws.ec2.SecurityGroup
    cache: aws.ec2.SecurityGroup


def make_groups(settings: Settings, network: Network) -> Groups:
    balancer = _balancer(settings, network)
    plain = {
        what: aws.ec2.SecurityGroup(
            f"{what}-group",
            description=f"Exchange: {what}",
            vpc_id=network.vpc.id,
            revoke_rules_on_delete=True,
            tags=settings.tags(f"{what}-group"),
        )
        for what in (*_WORKLOADS, "database", "cache")
    }
    for what, port in (("web-api", API_PORT), ("gateway", GATEWAY_PORT)):
        _admit(f"{what}-from-balancer", plain[what], balancer, port)
    for source, target, port in _FLOWS:
        _flow(f"{source}-to-{target}", plain[source], plain[target], port)
    _reach_services(network, plain)
    _reach_clearing_house(settings, plain["settlement"])
    _plant(plain, balancer)
    return Groups(
        balancer=balancer,
        web_api=plain["web-api"],
        gateway=plain["gateway"],
        matching=plain["matching"],
        settlement=plain["settlement"],
        database=plain["database"],
        cache=plain["cache"],
    )


def _balancer(settings: Settings, network: Network) -> aws.ec2.SecurityGroup:
    ports = [(0, 65535)] if faulty("balancer-open-on-all-ports") else [(80, 80), (443, 443)]
    return aws.ec2.SecurityGroup(
        "balancer-group",
        description="Exchange: the load balancer, open to the world for web traffic",
        vpc_id=network.vpc.id,
        ingress=[
            aws.ec2.SecurityGroupIngressArgs(
                description=f"Web traffic {first}",
                protocol="tcp",
                from_port=first,
                to_port=last,
                cidr_blocks=[ANYWHERE],
            )
            for first, last in ports
        ]
        + [
            aws.ec2.SecurityGroupIngressArgs(
                description="Rehearsals from the office",
                protocol="tcp",
                from_port=8443,
                to_port=8443,
                cidr_blocks=[settings.office],
            )
        ],
        egress=[
            aws.ec2.SecurityGroupEgressArgs(
                description=f"To the services on {port}",
                protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_blocks=[Network.CIDR],
            )
            for port in (API_PORT, GATEWAY_PORT)
        ],
        tags=settings.tags("balancer-group"),
    )


def _admit(
    name: str, target: aws.ec2.SecurityGroup, source: aws.ec2.SecurityGroup, port: int
) -> None:
    aws.vpc.SecurityGroupIngressRule(
        name,
        description=name.replace("-", " "),
        security_group_id=target.id,
        referenced_security_group_id=source.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
    )


def _flow(
    name: str, source: aws.ec2.SecurityGroup, target: aws.ec2.SecurityGroup, port: int
) -> None:
    """Both ends of a permitted connection; the data tier's rules are of the older kind."""
    if port == DATABASE_PORT:
        aws.ec2.SecurityGroupRule(
            f"{name}-in",
            type="ingress",
            description=name.replace("-", " "),
            security_group_id=target.id,
            source_security_group_id=source.id,
            protocol="tcp",
            from_port=port,
            to_port=port,
        )
    else:
        _admit(f"{name}-in", target, source, port)
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-out",
        description=name.replace("-", " "),
        security_group_id=source.id,
        referenced_security_group_id=target.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
    )


def _reach_services(network: Network, plain: dict[str, aws.ec2.SecurityGroup]) -> None:
    https = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443}
    for what in _WORKLOADS:
        aws.vpc.SecurityGroupEgressRule(
            f"{what}-to-endpoints",
            description=f"{what} to interface endpoints",
            security_group_id=plain[what].id,
            referenced_security_group_id=network.endpoints.id,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        )
        for service, endpoint in (("s3", network.s3), ("dynamodb", network.dynamodb)):
            if service == "dynamodb" and what not in {"gateway", "matching"}:
                continue
            aws.vpc.SecurityGroupEgressRule(
                f"{what}-to-{service}",
                description=f"{what} to {service}",
                security_group_id=plain[what].id,
                prefix_list_id=endpoint.prefix_list_id,
                **https,  # pyright: ignore[reportArgumentType] (one rule's ports, shared)
            )


def _reach_clearing_house(settings: Settings, settlement: aws.ec2.SecurityGroup) -> None:
    open_wide = faulty("egress-to-anywhere")
    aws.vpc.SecurityGroupEgressRule(
        "settlement-to-clearing-house",
        description="The clearing house's interface",
        security_group_id=settlement.id,
        cidr_ipv4=ANYWHERE if open_wide else settings.clearing_house,
        ip_protocol="-1" if open_wide else "tcp",
        from_port=None if open_wide else 443,
        to_port=None if open_wide else 443,
    )


def _plant(plain: dict[str, aws.ec2.SecurityGroup], balancer: aws.ec2.SecurityGroup) -> None:
    """Rules that nobody should have added."""
    if faulty("admin-port-open"):
        aws.vpc.SecurityGroupIngressRule(
            "web-api-shell",
            description="Debugging",
            security_group_id=plain["web-api"].id,
            cidr_ipv4=ANYWHERE,
            ip_protocol="tcp",
            from_port=22,
            to_port=22,
        )
    if faulty("database-open-by-rule"):
        aws.ec2.SecurityGroupRule(
            "database-analysts",
            type="ingress",
            description="Analysts",
            security_group_id=plain["database"].id,
            cidr_blocks=[ANYWHERE],
            protocol="tcp",
            from_port=DATABASE_PORT,
            to_port=DATABASE_PORT,
        )
    if faulty("cache-open-by-chain"):
        _admit("cache-from-balancer", plain["cache"], balancer, CACHE_PORT)
    if faulty("gateway-open-over-ipv6"):
        aws.vpc.SecurityGroupIngressRule(
            "gateway-partners",
            description="Partners",
            security_group_id=plain["gateway"].id,
            cidr_ipv6="::/0",
            ip_protocol="-1",
        )
    if faulty("rules-fight-inline"):
        aws.ec2.SecurityGroupRule(
            "balancer-extra",
            type="egress",
            description="To the matching engine",
            security_group_id=balancer.id,
            source_security_group_id=plain["matching"].id,
            protocol="tcp",
            from_port=MATCHING_PORT,
            to_port=MATCHING_PORT,
        )
