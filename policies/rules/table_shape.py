"""DynamoDB tables whose keys, times to live and encryption are what they seem to be."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.engine import Check, Level, Parameters, Severity, rule

_TABLE = ("aws:dynamodb/table:Table",)
_SPEC = "catalog spec, 8 DynamoDB Tables"
_GLOBAL, _LOCAL = "globalSecondaryIndexes", "localSecondaryIndexes"


@rule(
    "dynamodb-keys-defined",
    applies_to=_TABLE,
    title="Keys of tables and indexes are attributes that the table defines",
    why="AWS refuses the table, halfway through the deployment.",
    requirement=f"{_SPEC}: appropriate indexes; AWS DynamoDB API: AttributeDefinitions",
    mend="Add the key to attributes=[{'name': …, 'type': 'S'}] of the aws.dynamodb.Table.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def dynamodb_keys_defined(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Each hash and range key, of the table and of its indexes, is among the attributes."""
    defined = resource["attributes"]
    if defined.absent:
        return  # a replica or a restored table takes them from its source
    for key in _keys(resource):
        found = defined.any(lambda one, key=key: _same(one["name"], key))
        yield Check(found, f"it has a key {key.text()}, and no such attribute", key.path)


def _keys(table: Resource) -> Iterator[Property]:
    anywhere, local = _items(table[_GLOBAL]), _items(table[_LOCAL])
    named = [one[key] for one in (table.properties, *anywhere) for key in ("hashKey", "rangeKey")]
    named += [one["rangeKey"] for one in local]
    # Global indexes may tell their keys as a list.
    named += [entry["attributeName"] for one in anywhere for entry in _items(one["keySchemas"])]
    yield from (one for one in named if not one.absent)


def _items(value: Property) -> list[Property]:
    return [] if value.unknown else value.items()


def _same(one: Property, other: Property) -> Truth:
    text = other.scalar()
    return one.equals(text) if isinstance(text, str) else Truth.UNKNOWN


@rule(
    "dynamodb-expiry-on",
    applies_to=_TABLE,
    title="A time to live that a table names is switched on",
    why="Sessions and carts stay, and are paid for, for ever, while everybody thinks they expire.",
    requirement=f"{_SPEC}: session management and caching",
    mend="Set ttl={'attribute_name': …, 'enabled': True} on the aws.dynamodb.Table.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
)
def dynamodb_expiry_on(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Where an attribute is named, the time to live is enabled; the default is not."""
    expiry = resource["ttl"]
    if expiry["attributeName"].absent or expiry["attributeName"].equals("") is Truth.YES:
        return
    yield Check(expiry["enabled"].is_true(default=False), "it is switched off", "ttl.enabled")


@rule(
    "dynamodb-own-key",
    applies_to=_TABLE,
    title="Tables are encrypted with a key of one's own",
    why="With AWS's own key nobody can say who may read the items, or take that right away.",
    requirement="AWS DynamoDB developer guide: Encryption at rest, customer managed keys",
    mend="Set server_side_encryption={'enabled': True, 'kms_key_arn': key.arn}.",
    severity=Severity.LOW,
    # AWS encrypts every table; most need no more.
    level=Level.DISABLED,
)
def dynamodb_own_key(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Encryption names a key."""
    encryption = resource["serverSideEncryption"]
    own = encryption["enabled"].is_true(default=False) & encryption["kmsKeyArn"].is_set()
    yield Check(own, "its key is AWS's own", "serverSideEncryption")
