"""AWS Backup: which plan covers which resource."""

from __future__ import annotations

from fnmatch import fnmatchcase

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given

# A database's part of its ARN, and the property that ends it.
_ARNS = {
    types.DB_INSTANCE: ("db", "identifier"),
    types.DB_CLUSTER: ("cluster", "clusterIdentifier"),
}
_ARN_PARTS = 7


def plans_of(graph: Graph, database: Resource) -> list[tuple[Resource, Truth]]:
    """The plans of the stack that select a database, and whether they certainly do."""
    found: list[tuple[Resource, Truth]] = []
    for selection in graph.of_type(types.BACKUP_SELECTION):
        selected = _selects(selection, database)
        if selected is not Truth.NO:
            plans = selection.references("planId", types.BACKUP_PLAN)
            found.extend((plan, selected) for plan in plans)
    return found


def _selects(selection: Resource, database: Resource) -> Truth:
    chosen = Truth.any((_listed(selection, "resources", database), _by_tag(selection, database)))
    conditions = given(selection, "conditions")
    # What conditions let through is not followed; an empty list of them is none.
    plain = conditions.absent or (conditions.known and not any(conditions.texts()))
    narrowed = Truth.YES if plain else Truth.UNKNOWN
    return chosen & ~_listed(selection, "notResources", database) & narrowed


def _listed(selection: Resource, key: str, database: Resource) -> Truth:
    """Whether a list of ARNs, in which `*` stands for anything, has the database."""
    if database in selection.references(key, database.type):
        return Truth.YES
    listed = given(selection, key)
    if listed.unknown:
        return Truth.NO if selection.references(key) else Truth.UNKNOWN
    return listed.any(lambda one: _names(one, database))


def _names(arn: Property, database: Resource) -> Truth:
    text = arn.scalar()
    if not isinstance(text, str):
        return Truth.NO  # it comes from another resource: a database would be a dependency
    if text == "*":
        return Truth.YES
    parts = text.split(":")
    kind, key = _ARNS[database.type]
    if len(parts) != _ARN_PARTS or not fnmatchcase("rds", parts[2]):
        return Truth.NO
    if not fnmatchcase(kind, parts[5]):
        return Truth.NO
    name = database[key].scalar()
    if parts[6] == "*":
        return Truth.YES
    return Truth.of(fnmatchcase(name, parts[6])) if isinstance(name, str) else Truth.UNKNOWN


def _by_tag(selection: Resource, database: Resource) -> Truth:
    wanted = given(selection, "selectionTags")
    if wanted.unknown:
        return Truth.UNKNOWN
    answers: list[Truth] = []
    for entry in wanted.items():
        key, value = entry["key"].scalar(), entry["value"].scalar()
        if isinstance(key, str) and isinstance(value, str):
            answers.append(database["tags"][key].equals(value))
        else:
            answers.append(Truth.UNKNOWN)
    return Truth.any(answers)
