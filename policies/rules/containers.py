"""Containers: which image runs, on which processor, and who may look inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.ecs import containers
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_IMAGES = "chat spec 001, Deploying Your Application; chat spec 004, 07 ECR"
# A digest (after `@sha256:`), or a tag in the last part of the path that is not the moving one.
_PINNED = r":(?!latest\Z)[\w][\w.-]*\Z"
_ARCHITECTURES = ("X86_64", "ARM64")
_WORDS = {
    "ARM64": re.compile(r"(?i)(?<![a-z0-9])(arm64|arm64v8|aarch64)(?![a-z0-9])"),
    "X86_64": re.compile(r"(?i)(?<![a-z0-9])(amd64|x86[_-]64)(?![a-z0-9])"),
}
_PLATFORMS = {"linux/arm64": "ARM64", "linux/arm64/v8": "ARM64", "linux/amd64": "X86_64"}
_BUILDS = {"docker-build:index:Image": "platforms", "docker:index/image:Image": "build"}


@stack_rule(
    "ecs-exec-audited",
    title="What is done in a container's shell is logged",
    why="A shell in production reaches every secret of the task; the log says who did what there.",
    requirement="chat spec 001, ECS Exec Security: Sessions are logged (audit trail)",
    mend="Set configuration={'execute_command_configuration': {'logging': 'OVERRIDE', "
    "'log_configuration': {'cloud_watch_log_group_name': group.name}}} on the aws.ecs.Cluster.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    covers=("CHAT-001-192",),
)
def ecs_exec_audited(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The cluster of each service with ECS Exec names a log group or a bucket for its sessions."""
    for service in graph.of_type(types.SERVICE):
        open_to = given(service, "enableExecuteCommand").is_true(default=False)
        if open_to is Truth.NO:
            continue
        clusters = service.references("cluster", types.CLUSTER)
        answers = [_audits(cluster) for cluster in clusters] or [Truth.UNKNOWN]
        message = "it opens shells, and its cluster does not log them"
        yield Check(~open_to | Truth.all(answers), message, "enableExecuteCommand", service)


def _audits(cluster: Resource) -> Truth:
    settings = given(cluster, "configuration")["executeCommandConfiguration"]
    if settings.unknown or settings["logConfiguration"].unknown:
        return Truth.UNKNOWN
    logs = settings["logConfiguration"]
    kept = [logs[key].is_set() for key in ("cloudWatchLogGroupName", "s3BucketName")]
    return settings["logging"].equals("OVERRIDE") & Truth.any(kept)


@rule(
    "ecs-image-pinned",
    applies_to=(types.TASK_DEFINITION,),
    title="Containers run an image of a fixed tag",
    why="What `latest` means changes under a running service: two tasks then run two programs.",
    requirement=f"{_IMAGES}: image tags",
    mend="Name a tag that is never moved, or a digest, in the container's image.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def ecs_image_pinned(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each image has a digest or a tag, and the tag is not `latest`."""
    for container in containers(resource):
        image = container["image"]
        yield Check(image.matches(_PINNED), f"image is {image.text()}", image.path)


@stack_rule(
    "ecs-image-architecture",
    title="Images are made for the processor that tasks run on",
    why="A task with an image for another processor ends at once with an exec format error.",
    requirement="chat spec 001, Architecture: enableGraviton; Multi-arch Docker builds",
    mend="Set runtime_platform={'cpu_architecture': 'ARM64', …} for images of linux/arm64, or "
    "build the image for both platforms.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
)
def ecs_image_architecture(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The architecture is one of AWS's; an image that names one, or is built for some, has it.

    An image that tells nothing of its platforms is left alone.
    """
    for definition in graph.of_type(types.TASK_DEFINITION):
        platform = given(definition, "runtimePlatform")
        chosen = platform["cpuArchitecture"]
        if not chosen.absent:
            known = chosen.is_in(_ARCHITECTURES)
            message = f"there is no architecture {chosen.text()}"
            yield Check(known, message, chosen.path, definition)
        for made_for, image in _told(definition):
            fits = chosen.is_in(made_for) if not chosen.absent else Truth.of("X86_64" in made_for)
            wanted = "X86_64" if chosen.absent else chosen.text()
            message = f"it runs on {wanted}, and {image} is made for {', '.join(made_for)}"
            yield Check(fits, message, chosen.path, definition)


def _told(definition: Resource) -> Iterator[tuple[list[str], str]]:
    """What each image of a task definition is made for, where that is known, and its name."""
    for image in definition.references("containerDefinitions", *_BUILDS):
        listed = given(image, _BUILDS[image.type])
        platforms = [listed["platform"]] if image.type.startswith("docker:") else _items(listed)
        found = {_PLATFORMS.get(str(one.scalar())) for one in platforms}
        if found and None not in found:
            yield sorted(str(one) for one in found), f"the image {image.name}"
    definitions = definition["containerDefinitions"].json()
    for container in _items(definitions):
        image = container["image"]
        text = str(image.scalar())
        named = [kind for kind, pattern in _WORDS.items() if pattern.search(text)]
        if len(named) == 1:
            yield named, image.text()


def _items(value: Property) -> list[Property]:
    return [] if value.unknown else value.items()


@stack_rule(
    "ecr-lifecycle-policy",
    title="Image repositories have a lifecycle policy",
    why="Each build leaves an image; without a policy all of them are kept, and paid for.",
    requirement=f"{_IMAGES}: lifecycle; AWS FSBP ECR.3",
    mend="Create an aws.ecr.LifecyclePolicy with repository=repository.name.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    controls=("FSBP ECR.3",),
)
def ecr_lifecycle_policy(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A lifecycle policy names each repository."""
    for repository in graph.of_type(types.REPOSITORY):
        policies = repository.referrers(
            "aws:ecr/lifecyclePolicy:LifecyclePolicy", property="repository"
        )
        yield Check(Truth.of(bool(policies)), "it has no lifecycle policy", resource=repository)
