"""What Check adds to a program's inputs, as the official bridge does: names, defaults, tags.

The bridge lists what it added in `__defaults`, so that an automatic name stays the same in the
next update and is told from one that the program gave.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from toolchain.offline_aws.facts import Fields, Property, Resource
from toolchain.offline_aws.wire import UNKNOWN, Properties, Secret, Unknown, Value, reveal

DEFAULTS: Final = "__defaults"
_HEX: Final = "0123456789abcdef"
_RANDOM: Final = 7


@dataclass(frozen=True)
class Style:
    """How the official provider names one property of a type automatically."""

    longest: int = 255
    lower: bool = False
    prefix: str = ""
    fifo: str = ""
    """The boolean property that makes AWS demand the suffix `.fifo`."""


_LOWER = Style(lower=True)
STYLES: Final[Mapping[tuple[str, str], Style]] = {
    ("aws_lb", "name"): Style(32),
    ("aws_alb", "name"): Style(32),
    ("aws_elb", "name"): Style(32),
    ("aws_lb_target_group", "name"): Style(32),
    ("aws_alb_target_group", "name"): Style(32),
    ("aws_iam_role", "name"): Style(64),
    ("aws_lambda_function", "name"): Style(64),
    ("aws_cloudwatch_event_rule", "name"): Style(64),
    ("aws_s3_bucket", "bucket"): Style(63, lower=True),
    ("aws_sqs_queue", "name"): Style(80, fifo="fifoQueue"),
    ("aws_sns_topic", "name"): Style(256, fifo="fifoTopic"),
    ("aws_kms_alias", "name"): Style(prefix="alias/"),
    ("aws_db_instance", "identifier"): _LOWER,
    ("aws_db_subnet_group", "name"): _LOWER,
    ("aws_db_parameter_group", "name"): _LOWER,
    ("aws_db_option_group", "name"): _LOWER,
    ("aws_rds_cluster", "clusterIdentifier"): _LOWER,
    ("aws_rds_cluster_instance", "identifier"): _LOWER,
    ("aws_rds_cluster_parameter_group", "name"): _LOWER,
    ("aws_elasticache_cluster", "clusterId"): Style(50, lower=True),
    ("aws_elasticache_replication_group", "replicationGroupId"): Style(40, lower=True),
    ("aws_elasticache_subnet_group", "name"): _LOWER,
    ("aws_elasticache_parameter_group", "name"): _LOWER,
    ("aws_redshift_subnet_group", "name"): _LOWER,
    ("aws_ecr_repository", "name"): _LOWER,
    ("aws_dms_replication_instance", "name"): _LOWER,
    ("aws_elasticsearch_domain", "domainName"): Style(28, lower=True),
    ("aws_opensearch_domain", "domainName"): Style(28, lower=True),
}

# The official provider puts its own name in the place of Terraform's.
_RENAMED: Final = {"Managed by Terraform": "Managed by Pulumi"}


@dataclass(frozen=True)
class Naming:
    """What the engine says of automatic names: its seed, and the stack's own policy if any."""

    name: str
    """The resource's name in the program."""
    seed: bytes = b""
    proposed: str | None = None
    disabled: bool = False


def _random(seed: bytes, count: int) -> str:
    if not seed:
        return secrets.token_hex(count)[:count]
    return hashlib.sha256(seed).hexdigest()[:count]


def automatic_name(style: Style, naming: Naming, *, fifo: bool = False) -> str:
    """The name the official provider would give: the resource's name, a hyphen and 7 hex digits."""
    name = naming.proposed or f"{naming.name}-{_random(naming.seed, _RANDOM)}"
    if style.lower:
        name = name.lower()
    if style.prefix and not name.startswith(style.prefix):
        name = style.prefix + name
    return name + ".fifo" if fifo and not name.endswith(".fifo") else name


def _named(
    resource: Resource,
    given: Property,
    inputs: Mapping[str, Value],
    old: Properties,
    naming: Naming,
) -> Value:
    style = STYLES.get((resource.terraform, given.name), Style())
    earlier = old.get(given.name)
    kept = reveal(old.get(DEFAULTS))
    if earlier is not None and isinstance(kept, list) and given.name in kept:
        return earlier
    if naming.disabled:
        return None
    return automatic_name(style, naming, fifo=bool(style.fifo) and inputs.get(style.fifo) is True)


def _conflicting(given: Property, inputs: Mapping[str, Value]) -> bool:
    others = [*given.paths("not"), *given.paths("one_of")]
    return any(
        reveal(inputs.get(other)) not in (None, "", []) for other in others if other != given.name
    )


def _scalar(kind: str, value: Value) -> Value:
    """The value in the type that the schema says, where the provider would convert it."""
    if isinstance(value, Secret):
        return Secret(_scalar(kind, value.value))
    if kind == "s" and isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "b" and value in ("true", "false"):
        return value == "true"
    return _number(value) if kind in ("i", "n") and isinstance(value, str) else value


def _number(text: str) -> Value:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _typed(given: Property, value: Value, *, defaults: bool) -> Value:
    if isinstance(value, Secret):
        return Secret(_typed(given, value.value, defaults=defaults))
    if isinstance(value, dict) and given.fields:
        return _filled(given.fields, value, defaults=defaults)
    if isinstance(value, list):
        if given.fields:
            return [_item(given, item, defaults=defaults) for item in value]
        return [_scalar(given.element, item) for item in value]
    if isinstance(value, dict) and given.kind == "m":
        return {key: _scalar(given.element, item) for key, item in value.items()}
    return _scalar(given.kind, value)


def _item(given: Property, item: Value, *, defaults: bool) -> Value:
    if isinstance(item, Secret):
        return Secret(_item(given, item.value, defaults=defaults))
    if isinstance(item, dict):
        return _filled(given.fields, item, defaults=defaults)
    return item


def _default(given: Property) -> Value:
    value = given.default
    if isinstance(value, str):
        value = _RENAMED.get(value, value)
    return _scalar(given.kind, value) if isinstance(value, (bool, int, float, str)) else None


def _filled(fields: Fields, values: Mapping[str, Value], *, defaults: bool) -> Properties:
    """A copy in schema types, with nested defaults; nulls are left out."""
    out: Properties = {}
    for name, value in values.items():
        if value is None:
            continue
        out[name] = _typed(fields[name], value, defaults=defaults) if name in fields else value
    if defaults:
        added: list[Value] = []
        for name in fields:
            given = fields[name]
            if name in out or not given.input or (value := _default(given)) is None:
                continue
            if not _conflicting(given, out):
                out[name] = value
                added.append(name)
        out[DEFAULTS] = added
    return out


def complete(
    resource: Resource,
    news: Mapping[str, Value],
    old: Properties,
    naming: Naming,
    default_tags: Mapping[str, Value],
) -> Properties:
    """Inputs with automatic names, defaults and default tags."""
    fields, given = resource.fields, {k: v for k, v in news.items() if k != DEFAULTS}
    out = _filled(fields, given, defaults=not resource.framework)
    earlier = out.get(DEFAULTS)
    added: list[Value] = earlier if isinstance(earlier, list) else []
    for name in fields:
        if fields[name].autonamed and name not in out and not _conflicting(fields[name], out):
            value = _named(resource, fields[name], out, old, naming)
            if value is not None:
                out[name] = value
                added.append(name)
    out[DEFAULTS] = added
    if default_tags and "tags" in fields:
        out["tags"] = merged_tags(default_tags, out.get("tags"))
    return out


def merged_tags(default_tags: Mapping[str, Value], tags: Value) -> Value:
    """The resource's own tags over the provider's."""
    inner = reveal(tags)
    if isinstance(inner, Unknown):
        return UNKNOWN
    merged: Properties = {**default_tags, **(inner if isinstance(inner, dict) else {})}
    return Secret(merged) if isinstance(tags, Secret) else merged
