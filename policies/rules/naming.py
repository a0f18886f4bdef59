"""Names and tags: what AWS accepts, and what tells whose a resource is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import policies.aws
from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

# Type: the property that has the physical name, the length AWS allows, and its characters.
_LIMITS: dict[str, tuple[str, int, str]] = {
    types.ALB: ("name", 32, r"(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"),
    types.TARGET_GROUP: ("name", 32, r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"),
    types.QUEUE: ("name", 80, r"[A-Za-z0-9_-]+(?:\.fifo)?"),
    types.TOPIC: ("name", 256, r"[A-Za-z0-9_-]+(?:\.fifo)?"),
    types.DB_INSTANCE: ("identifier", 63, r"[a-z](?:[a-z0-9]|-(?!-|\Z))*"),
    types.DB_CLUSTER: ("clusterIdentifier", 63, r"[a-z](?:[a-z0-9]|-(?!-|\Z))*"),
    types.DB_SUBNET_GROUP: ("name", 255, r"[a-z0-9][a-z0-9._ -]*"),
    types.DB_PARAMETER_GROUP: ("name", 255, r"[a-z](?:[a-z0-9.]|-(?!-|\Z))*"),
    types.REPLICATION_GROUP: ("replicationGroupId", 40, r"[A-Za-z](?:[A-Za-z0-9]|-(?!-|\Z))*"),
    types.CACHE_CLUSTER: ("clusterId", 50, r"[a-z](?:[a-z0-9]|-(?!-|\Z))*"),
    types.ROLE: ("name", 64, r"[\w+=,.@-]+"),
    types.POLICY: ("name", 128, r"[\w+=,.@-]+"),
    types.CLUSTER: ("name", 255, r"[A-Za-z0-9_-]+"),
    types.SERVICE: ("name", 255, r"[A-Za-z0-9_-]+"),
    types.TASK_DEFINITION: ("family", 255, r"[A-Za-z0-9_-]+"),
    types.LAMBDA: ("name", 64, r"[A-Za-z0-9_-]+"),
    types.BUCKET: ("bucket", 63, r"(?!xn--)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]"),
    types.LOG_GROUP: ("name", 512, r"[A-Za-z0-9_./#-]+"),
    types.SECURITY_GROUP: ("name", 255, r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]+"),
    types.ALARM: ("name", 255, r"[^\x00-\x1f]+"),
    types.DASHBOARD: ("dashboardName", 255, r"[A-Za-z0-9_-]+"),
    "aws:ecr/repository:Repository": ("name", 256, r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"),
    "aws:secretsmanager/secret:Secret": ("name", 512, r"[A-Za-z0-9/_+=.@-]+"),
    "aws:ssm/parameter:Parameter": ("name", 2048, r"[A-Za-z0-9/_.:-]+"),
    "aws:dynamodb/table:Table": ("name", 255, r"[A-Za-z0-9_.-]{3,}"),
    "aws:kms/alias:Alias": ("name", 256, r"alias/(?!aws/)[A-Za-z0-9/_-]+"),
}


@rule(
    "names-within-limits",
    applies_to=tuple(_LIMITS),
    title="Physical names are ones that AWS accepts",
    why="AWS refuses any other name halfway through the deployment.",
    requirement="AWS API references of each service; chat spec 001, Redis: AWS name limits",
    mend="Shorten the name, or leave it out and let Pulumi make one.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    covers=("CHAT-001-092",),
)
def names_within_limits(resource: Resource, _: Parameters) -> Iterator[Check]:
    """A name that the program gives has the length and the characters that its service allows."""
    key, limit, pattern = _LIMITS[resource.type]
    name = resource[key]
    if name.absent:
        return
    if name.unknown:
        yield Check(Truth.UNKNOWN, "its name is not known yet", key)
        return
    text = str(name.scalar())
    if len(text) > limit:
        long = f"{name.text()} has {len(text)} characters, {limit} are allowed"
        yield Check(Truth.NO, long, key)
    else:
        fits = re.fullmatch(pattern, text, re.ASCII) is not None
        yield Check(Truth.of(fits), f"{name.text()} has characters that AWS refuses", key)


@dataclass(frozen=True)
class TagKeys(Parameters):
    """The keys that every resource that takes tags must carry."""

    keys: tuple[str, ...] = ("Project", "Environment")


@stack_rule(
    "required-tags",
    title="Resources carry the tags that say whose they are",
    why="Cost and access are told apart by tags; an untagged resource belongs to nobody.",
    requirement="chat spec 000: production-ready baseline (cost allocation); AWS FSBP tagging",
    mend="Set tags=… on it, or default_tags on the aws.Provider.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    profiles=("chat",),
    parameters=TagKeys,
)
def required_tags(graph: Graph, parameters: TagKeys) -> Iterator[Check]:
    """Every resource of a type that takes tags has the keys, by itself or by its provider."""
    for resource in graph.resources:
        if resource.type not in taggable() or not parameters.keys:
            continue
        # What the provider itself computes says nothing while it is not known.
        computed = resource["tagsAll"]
        carried = [resource["tags"], _by_provider(graph, resource)]
        carried += [] if computed.unknown else [computed]
        found = {key: Truth.any(tags.contains(key) for tags in carried) for key in parameters.keys}
        missing = [key for key, truth in found.items() if truth is Truth.NO]
        message = f"it lacks {', '.join(missing)}" if missing else "its tags are not known yet"
        yield Check(Truth.all(found.values()), message, "tags", resource)


def _by_provider(graph: Graph, resource: Resource) -> Property:
    """The default tags of the resource's provider; the default one's are configured."""
    configured = graph.stack.config.get("aws:defaultTags")
    held = Property(None if configured is None else configured.value)
    provider = graph.get(resource.provider or "")
    if provider is not None:
        held = provider["defaultTags"]
    return held.json()["tags"].json()


@cache
def taggable() -> frozenset[str]:
    """The types that take tags, as the provider's own schema has it."""
    text = (Path(policies.aws.__file__).parent / "taggable.txt").read_text(encoding="utf-8")
    # Its comments are the names of no types.
    return frozenset(text.splitlines())
