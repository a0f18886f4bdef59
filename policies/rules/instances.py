"""EC2 servers and their volumes: who may ask for their credentials, and who reads their disks."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given
from policies.aws.routes import SUBNETS
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_VOLUME = "aws:ebs/volume:Volume"
_SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
_SERVERS = (types.INSTANCE, types.LAUNCH_TEMPLATE, types.LAUNCH_CONFIGURATION)


@rule(
    "ec2-imdsv2",
    applies_to=_SERVERS,
    title="Servers give their credentials to requests with a session token only",
    why="Without the token (IMDSv2) one forged request through a web server yields its role.",
    requirement="AWS FSBP EC2.8, EC2.170, AutoScaling.3",
    mend="Set metadata_options={'http_tokens': 'required'}.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP EC2.8", "FSBP EC2.170", "FSBP AutoScaling.3"),
)
def ec2_imdsv2(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The metadata service wants a token, or is off; a server may take it from its template."""
    options = resource["metadataOptions"]
    from_template = resource.type == types.INSTANCE and not resource["launchTemplate"].absent
    if options["httpTokens"].absent and from_template:
        return
    wanted = options["httpTokens"].equals("required") | options["httpEndpoint"].equals("disabled")
    yield Check(wanted, "its metadata service answers without a token", "metadataOptions")


@rule(
    "ebs-encrypted",
    applies_to=(_VOLUME,),
    title="Volumes are encrypted",
    why="A snapshot of an unencrypted volume can be read by whoever it is shared with.",
    requirement="AWS FSBP EC2.3",
    mend="Set encrypted=True on the aws.ebs.Volume.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.3",),
)
def ebs_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Encryption is asked for; what the account's default is, no program can tell."""
    encrypted = resource["encrypted"].is_true(default=False)
    yield Check(encrypted, "it is not encrypted", "encrypted")


@rule(
    "ec2-disks-encrypted",
    applies_to=(*_SERVERS, _SPOT_FLEET),
    title="No server's disk is made without encryption",
    why="A disk that says no to encryption overrules what the account has by default.",
    requirement="AWS FSBP EC2.173, EC2.181",
    mend="Set 'encrypted': True in root_block_device, ebs_block_devices or block_device_mappings.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.173", "FSBP EC2.181"),
)
def ec2_disks_encrypted(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No block device refuses encryption; one that says nothing follows the account's default."""
    for disk in _disks(resource):
        encrypted = disk["encrypted"]
        yield Check(encrypted.is_true(default=True), "a disk is not encrypted", encrypted.path)


def _disks(resource: Resource) -> Iterator[Property]:
    if resource.type == types.LAUNCH_TEMPLATE:
        yield from (one["ebs"] for one in resource["blockDeviceMappings"].items())
    elif resource.type == _SPOT_FLEET:
        for one in resource["launchSpecifications"].items():
            yield from one["rootBlockDevices"].items()
            yield from one["ebsBlockDevices"].items()
    else:
        if not resource["rootBlockDevice"].absent:
            yield resource["rootBlockDevice"]
        yield from resource["ebsBlockDevices"].items()


@rule(
    "ebs-encryption-by-default",
    applies_to=("aws:ebs/encryptionByDefault:EncryptionByDefault",),
    title="New volumes of the account are encrypted by default",
    why="Volumes that nobody thought about are then encrypted too.",
    requirement="AWS FSBP EC2.7",
    mend="Set enabled=True on the aws.ebs.EncryptionByDefault, or leave it out.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.7",),
)
def ebs_encryption_by_default(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The default is on; declaring the resource switches it on unless it says otherwise."""
    enabled = resource["enabled"].is_true(default=True)
    yield Check(enabled, "it switches the default off", "enabled")


@rule(
    "ebs-snapshots-not-public",
    applies_to=("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",),
    title="Snapshots of the account cannot be made public",
    why="A public snapshot can be attached, and read, by any account in the world.",
    requirement="AWS FSBP EC2.182",
    mend="Set state='block-all-sharing' on the aws.ebs.SnapshotBlockPublicAccess.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    controls=("FSBP EC2.182",),
)
def ebs_snapshots_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The account's block is on, for all snapshots or for new ones."""
    state = resource["state"]
    blocks = state.is_in(("block-all-sharing", "block-new-sharing"))
    yield Check(blocks, f"state is {state.text()}", "state")


@rule(
    "ec2-images-not-public",
    applies_to=("aws:ec2/amiLaunchPermission:AmiLaunchPermission",),
    title="Machine images are not given to everybody",
    why="Whatever was left on the image, keys and code, can be started and read by any account.",
    requirement="AWS EC2 user guide: share an AMI with specific accounts",
    mend="Name account_id or organization_arn in place of group='all'.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
)
def ec2_images_not_public(resource: Resource, _: Parameters) -> Iterator[Check]:
    """The permission is not for the group `all`."""
    yield Check(~resource["group"].equals("all"), "it shares the image with everybody", "group")


@rule(
    "ec2-one-interface",
    applies_to=(types.INSTANCE,),
    title="Servers have one network interface",
    why="With a second interface a server joins networks that were kept apart.",
    requirement="AWS FSBP EC2.17",
    mend="Name one interface in network_interfaces, or a subnet_id in its place.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP EC2.17",),
)
def ec2_one_interface(resource: Resource, _: Parameters) -> Iterator[Check]:
    """At most one interface is attached."""
    count = len(resource["networkInterfaces"].items())
    yield Check(Truth.of(count <= 1), f"it has {count} interfaces", "networkInterfaces")


@rule(
    "ec2-checks-addresses",
    applies_to=(types.INSTANCE, "aws:ec2/networkInterface:NetworkInterface"),
    title="Servers take only traffic that is meant for them",
    why="A server that takes other addresses' traffic can read along and forge it.",
    requirement="AWS FSBP EC2.180",
    mend="Remove source_dest_check=False; use an aws.ec2.NatGateway in place of a server.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP EC2.180",),
)
def ec2_checks_addresses(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Source and destination are checked, as AWS does by default."""
    checks = resource["sourceDestCheck"].is_true(default=True)
    yield Check(checks, "sourceDestCheck is off", "sourceDestCheck")


@stack_rule(
    "ec2-no-public-address",
    title="Servers get no public address, by themselves or by their subnet",
    why="A public address lets the internet try every port that a group leaves open.",
    requirement="AWS FSBP EC2.9, EC2.25, AutoScaling.5",
    mend="Set associate_public_ip_address=False, or use a subnet without map_public_ip_on_launch.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP EC2.9", "FSBP EC2.25", "FSBP AutoScaling.5"),
)
def ec2_no_public_address(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Neither the server, template or configuration asks for one, nor does the server's subnet."""
    for template in graph.of_type(types.LAUNCH_TEMPLATE):
        interfaces = given(template, "networkInterfaces")
        public = interfaces.any(lambda one: one["associatePublicIpAddress"].is_true())
        yield Check(~public, "an interface gets one", "networkInterfaces", template)
    key = "associatePublicIpAddress"
    for server in graph.of_type(types.INSTANCE, types.LAUNCH_CONFIGURATION):
        own = given(server, key)
        if own.absent and server.type == types.INSTANCE:
            yield Check(~_handed_out(server), "its subnet hands one out", "subnetId", server)
        else:
            yield Check(~own.is_true(), "it asks for one", key, server)


def _handed_out(server: Resource) -> Truth:
    """Whether the subnet gives the server a public address; unknown of a foreign subnet."""
    subnets = server.references("subnetId", *SUBNETS)
    if not subnets:
        return Truth.UNKNOWN
    # AWS's default subnets hand addresses out, the others do when told to.
    return Truth.any(
        one["mapPublicIpOnLaunch"].is_true(default=one.type == types.DEFAULT_SUBNET)
        for one in subnets
    )
