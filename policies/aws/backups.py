"""AWS Backup: which plan covers which resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from graph.model import Graph, Resource
from graph.raw import scalar_key
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
# What makes a text one that stands for several.
_PATTERN = re.compile(r"[*?\[]")


def plans_of(graph: Graph, database: Resource) -> Iterator[tuple[Resource, Truth]]:
    """The plans of the stack that select a database, and whether they certainly do."""
    selections = graph.indexed(_Selections)
    for selection in selections.perhaps_of(graph, database):
        selected = _selects(selection, database)
        if selected is not Truth.NO:
            for plan in selections.plans[selection.urn]:
                yield plan, selected


class _Selections:
    """The backup selections, by what each could select a database for."""

    def __init__(self, graph: Graph) -> None:
        self.plans: dict[str, list[Resource]] = {}
        # Each of these leads to URNs of selections.
        self._by_dependency: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_tag: dict[tuple[str, object], list[str]] = {}
        # Patterns, and what is not known yet, may select any database.
        self._any: list[str] = []
        for selection in graph.of_type(types.BACKUP_SELECTION):
            self.plans[selection.urn] = selection.references("planId", types.BACKUP_PLAN)
            self._add_listed(selection)
            self._add_tagged(selection)

    def perhaps_of(self, graph: Graph, database: Resource) -> list[Resource]:
        """The selections that may select a database, and few others, in the order of the graph."""
        found = {*self._any, *self._by_dependency.get(database.urn, ())}
        name, tags = database[_ARNS[database.type][1]].scalar(), database["tags"]
        # While its name or its tags are not known yet, any that asks for one may select it.
        names = [name] if isinstance(name, str) else list(self._by_name)
        found.update(urn for one in names for urn in self._by_name.get(one, ()))
        if tags.known or tags.absent:
            keys = [(key, scalar_key(value.scalar())) for key, value in tags.entries()]
        else:
            keys = list(self._by_tag)
        found.update(urn for one in keys for urn in self._by_tag.get(one, ()))
        return graph.resources_at(found, {types.BACKUP_SELECTION})

    def _add_listed(self, selection: Resource) -> None:
        urn = selection.urn
        for database in selection.references("resources", *_ARNS):
            self._by_dependency.setdefault(database.urn, []).append(urn)
        listed = given(selection, "resources")
        if listed.unknown:
            self._any += [] if selection.references("resources") else [urn]
            return
        for arn in listed.items():
            text = arn.scalar()
            if not isinstance(text, str):
                continue
            name = text.rpartition(":")[2]
            if _PATTERN.search(name):
                self._any.append(urn)
            else:
                self._by_name.setdefault(name, []).append(urn)

    def _add_tagged(self, selection: Resource) -> None:
        wanted = given(selection, "selectionTags")
        for entry in [wanted] if wanted.unknown else wanted.items():
            key, value = entry["key"].scalar(), entry["value"].scalar()
            if isinstance(key, str) and isinstance(value, str):
                self._by_tag.setdefault((key, scalar_key(value)), []).append(selection.urn)
            else:
                self._any.append(selection.urn)


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
