"""ECS tasks: what a container may do to its host, its own files, its volumes and its account."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.ecs import containers
from policies.engine import Check, Level, Parameters, Severity, rule

_TASK = (types.TASK_DEFINITION,)
_ACCOUNT_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA")
_LATEST = ("LATEST", "1.4.0", "1.0.0")


@rule(
    "ecs-no-host-namespaces",
    applies_to=_TASK,
    title="Tasks share neither processes nor network with their host",
    why="A container in the host's namespaces sees and signals every other one on it.",
    requirement="AWS FSBP ECS.3; Security Hub ECS.17",
    mend="Remove pid_mode='host' and ipc_mode='host', and set network_mode='awsvpc'.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    controls=("FSBP ECS.3", "SecurityHub ECS.17"),
)
def ecs_no_host_namespaces(resource: Resource, _: Parameters) -> Iterator[Check]:
    """None of the three modes is `host`; AWS's defaults are not."""
    for key in ("pidMode", "ipcMode", "networkMode"):
        mode = resource[key]
        yield Check(~mode.equals("host"), f"{key} is host", key)


@rule(
    "ecs-read-only-files",
    applies_to=_TASK,
    title="Containers cannot write to their own image's files",
    why="Whoever breaks into a container can then not change the program that runs in it.",
    requirement="AWS FSBP ECS.5",
    mend="Set readonlyRootFilesystem=True, and give the paths that are written a volume.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ECS.5",),
)
def ecs_read_only_files(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each container's root file system is read-only; Windows has no such thing."""
    windows = _on_windows(resource)
    if windows is Truth.YES:
        return
    for container in containers(resource):
        fixed = container["readonlyRootFilesystem"].is_true(default=False)
        yield Check(windows | fixed, f"{_label(container)} can write to its image", container.path)


@rule(
    "ecs-own-user",
    applies_to=_TASK,
    title="Containers run as a user without privileges",
    why="Root inside a container is one kernel fault away from root outside of it.",
    requirement="AWS FSBP ECS.20, ECS.21",
    mend="Set user='1000:1000' (on Windows 'ContainerUser') in the container definition.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECS.20", "FSBP ECS.21"),
)
def ecs_own_user(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A user is named, and it is not the operating system's administrator."""
    windows = _on_windows(resource)
    for container in containers(resource):
        user = container["user"]
        root = user.matches(r"\A(root|0+)(:|\Z)")
        administrator = user.matches(r"(?i)\AContainerAdministrator\Z")
        unfit = (~windows & root) | (windows & administrator)
        said = "names no user" if user.absent else f"runs as {user.text()}"
        yield Check(user.is_set() & ~unfit, f"{_label(container)} {said}", user.path)


@rule(
    "ecs-no-account-keys",
    applies_to=_TASK,
    title="No container gets access keys of the account as plain variables",
    why="Keys in a task definition are shown to all who may describe it, and never change.",
    requirement="AWS FSBP ECS.8",
    mend="Remove the variable: the SDKs take the task role's credentials, which AWS renews.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    controls=("FSBP ECS.8",),
)
def ecs_no_account_keys(resource: Resource, _: Parameters) -> Iterator[Check]:
    """None of the three variables is among a container's plain ones, whatever it holds."""
    for container in containers(resource):
        for variable in container["environment"].items():
            name = variable["name"]
            message = f"{_label(container)} is given {name.text()}"
            yield Check(~name.is_in(_ACCOUNT_KEYS), message, name.path)


@rule(
    "ecs-newest-platform",
    applies_to=(types.SERVICE,),
    title="Fargate services run on the newest platform",
    why="Older platform versions get no fixes of their kernel and their container runtime.",
    requirement="AWS FSBP ECS.10",
    mend="Leave platform_version out, or set it to 'LATEST'.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECS.10",),
)
def ecs_newest_platform(resource: Resource, _: Parameters) -> Iterator[Check]:
    """No older version is named (Linux 1.4.0, Windows 1.0.0); AWS takes the newest by default."""
    if resource["launchType"].is_in(("EC2", "EXTERNAL")) is Truth.YES:
        return
    version = resource["platformVersion"]
    newest = Truth.YES if version.absent else version.is_in(_LATEST)
    yield Check(newest, f"platform version is {version.text()}", "platformVersion")


@rule(
    "ecs-volumes-encrypted-in-transit",
    applies_to=_TASK,
    title="Tasks reach their file systems over TLS",
    why="Without it files cross the network between zones in the clear.",
    requirement="AWS FSBP ECS.18",
    mend="Set 'transit_encryption': 'ENABLED' in the volume's efs_volume_configuration.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECS.18",),
)
def ecs_volumes_encrypted_in_transit(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Every EFS volume is mounted with transit encryption; AWS's default is without."""
    for volume in resource["volumes"].items():
        mounted = volume["efsVolumeConfiguration"]
        if mounted.absent:
            continue
        encrypted = mounted["transitEncryption"].equals("ENABLED")
        yield Check(encrypted, "a file system is mounted without TLS", mounted.path)


@rule(
    "ecs-capacity-protected",
    applies_to=("aws:ecs/capacityProvider:CapacityProvider",),
    title="Capacity providers end no server that still runs tasks",
    why="Scaling in would otherwise cut off the tasks that happen to be on the server.",
    requirement="AWS FSBP ECS.19",
    mend="Set 'managed_termination_protection': 'ENABLED' in auto_scaling_group_provider.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("FSBP ECS.19",),
)
def ecs_capacity_protected(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Providers over an auto scaling group manage termination protection; others have none."""
    group = resource["autoScalingGroupProvider"]
    if group.absent:
        return
    protection = group["managedTerminationProtection"]
    yield Check(protection.equals("ENABLED"), "termination is not protected", protection.path)


def _on_windows(definition: Resource) -> Truth:
    """Whether the task is for Windows; AWS takes a definition that says nothing for Linux."""
    return definition["runtimePlatform"]["operatingSystemFamily"].matches(r"(?i)WINDOWS")


def _label(container: Property) -> str:
    name = container["name"].scalar()
    return f"container {name}" if isinstance(name, str) else "a container"
