"""How networks are joined: transit gateways, VPNs, and the account's own gate to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from policies.engine import Check, Level, Parameters, Severity, rule

_VPN = "aws:ec2/vpnConnection:VpnConnection"
_TUNNELS = ("tunnel1", "tunnel2")


@rule(
    "transit-gateway-asks",
    applies_to=("aws:ec2transitgateway/transitGateway:TransitGateway",),
    title="Transit gateways accept no network by themselves",
    why="Any account that the gateway is shared with could join its network unseen.",
    requirement="AWS FSBP EC2.23",
    mend="Remove auto_accept_shared_attachments='enable'.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP EC2.23",),
)
def transit_gateway_asks(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Shared attachments wait to be accepted, as they do by default."""
    accepts = resource["autoAcceptSharedAttachments"].equals("enable")
    yield Check(~accepts, "it accepts whoever asks", "autoAcceptSharedAttachments")


@rule(
    "client-vpn-logs",
    applies_to=("aws:ec2clientvpn/endpoint:Endpoint",),
    title="Client VPN endpoints log who connects",
    why="After a theft of credentials the log tells who came in by them, and when.",
    requirement="AWS FSBP EC2.51",
    mend="Set connection_log_options={'enabled': True, 'cloudwatch_log_group': group.name}.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP EC2.51",),
)
def client_vpn_logs(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Connection logging is enabled."""
    logs = resource["connectionLogOptions"]["enabled"].is_true(default=False)
    yield Check(logs, "connections are not logged", "connectionLogOptions")


@rule(
    "vpn-tunnels-log",
    applies_to=(_VPN,),
    title="Both tunnels of a VPN connection log",
    why="Why a tunnel went down, or who tried to bring one up, is nowhere else to be read.",
    requirement="AWS FSBP EC2.171",
    mend="Set tunnel1_log_options and tunnel2_log_options={'cloudwatch_log_options': "
    "{'log_enabled': True, 'log_group_arn': group.arn}}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.171",),
)
def vpn_tunnels_log(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Logs to CloudWatch are enabled for each tunnel; AWS's default is off."""
    for tunnel in _TUNNELS:
        options = resource[f"{tunnel}LogOptions"]["cloudwatchLogOptions"]
        logs = options["logEnabled"].is_true(default=False)
        yield Check(logs, f"{tunnel} does not log", f"{tunnel}LogOptions")


@rule(
    "vpn-ikev2",
    applies_to=(_VPN,),
    title="VPN connections take IKE version 2 only",
    why="Version 1 has weaknesses in its key exchange that no configuration closes.",
    requirement="AWS FSBP EC2.183",
    mend="Set tunnel1_ike_versions=['ikev2'] and tunnel2_ike_versions=['ikev2'].",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.183",),
)
def vpn_ikev2(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each tunnel names version 2 alone; AWS's default takes version 1 too."""
    for tunnel in _TUNNELS:
        versions = resource[f"{tunnel}IkeVersions"]
        only = versions.all(lambda one: one.equals("ikev2")) & Truth.of(not versions.absent)
        yield Check(only, f"{tunnel} takes {versions.text()}", versions.path)


@rule(
    "vpc-public-access-blocked",
    applies_to=("aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",),
    title="The account's gate to the internet is shut where it is set",
    why="Whoever declares the setting means to close the gate; off is what it is without it.",
    requirement="AWS FSBP EC2.172",
    mend="Set internet_gateway_block_mode='block-bidirectional' or 'block-ingress', and exclude "
    "VPCs that serve the internet by aws.ec2.VpcBlockPublicAccessExclusion.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.172",),
)
def vpc_public_access_blocked(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The mode blocks what comes in, or both ways."""
    mode = resource["internetGatewayBlockMode"]
    blocks = mode.is_in(("block-bidirectional", "block-ingress"))
    yield Check(blocks, f"the mode is {mode.text()}", mode.path)
