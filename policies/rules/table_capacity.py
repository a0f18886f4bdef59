"""Tables and their indexes: capacity that follows the load, and a backup plan that takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from graph.model import Graph, Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, stack_rule

_TABLE = "aws:dynamodb/table:Table"
_DIMENSIONS = {
    "read": "dynamodb:index:ReadCapacityUnits",
    "write": "dynamodb:index:WriteCapacityUnits",
}
_TABLE_ARN = re.compile(r"arn:[^:]*:(?P<service>[^:]*):[^:]*:[^:]*:(?P<name>.*)")
_OF_TAG = "aws:ResourceTag/"


@stack_rule(
    "dynamodb-indexes-grow",
    title="Indexes grow with their load, as their table does",
    why="An index that is full holds back every write to its table, however much that could take.",
    requirement="AWS FSBP DynamoDB.1; AWS DynamoDB developer guide: Global secondary indexes, "
    "write throttling",
    mend="Set billing_mode='PAY_PER_REQUEST', or create an aws.appautoscaling.Target with "
    "resource_id='table/NAME/index/INDEX' for read and write capacity, and a policy.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def dynamodb_indexes_grow(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Both capacities of each global index of a provisioned table are scaled."""
    for table in graph.of_type(_TABLE):
        on_demand = given(table, "billingMode").equals("PAY_PER_REQUEST")
        if on_demand is Truth.YES:
            continue
        scaled, indexes = graph.indexed(_scaled), given(table, "globalSecondaryIndexes")
        if indexes.unknown:
            message = "its indexes are not known yet"
            yield Check(Truth.UNKNOWN, message, "globalSecondaryIndexes", table)
            continue
        for index in indexes.items():
            name = index["name"]
            told = f"table/{given(table, 'name').scalar()}/index/{name.scalar()}"
            for kind, dimension in _DIMENSIONS.items():
                late = Truth.of((table.urn, dimension) in scaled) & Truth.UNKNOWN
                truth = on_demand | Truth.of((told, dimension) in scaled) | late
                message = f"the {kind} capacity of index {name.text()} is fixed"
                yield Check(truth, message, index.path, table)


def _scaled(graph: Graph) -> set[tuple[str, str]]:
    """What scaling targets scale: resource ids, or tables where the id is not known yet."""
    found: set[tuple[str, str]] = set()
    for target in graph.of_type(types.SCALING_TARGET):
        named = given(target, "resourceId")
        dimension = str(given(target, "scalableDimension").scalar())
        if not target.referrers(types.SCALING_POLICY):
            continue
        if named.unknown:
            tables = target.references("resourceId", _TABLE)
            found.update((table.urn, dimension) for table in tables)
        else:
            found.add((str(named.scalar()), dimension))
    return found


@stack_rule(
    "backup-covers-tables",
    title="A backup plan covers every table",
    why="Point-in-time recovery reaches back 35 days, and goes with a table that is deleted.",
    requirement="AWS Security Hub DynamoDB.4; catalog spec, 8 DynamoDB Tables",
    mend="Create an aws.backup.Selection with plan_id=plan.id and resources=[table.arn].",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    controls=("SecurityHub DynamoDB.4",),
)
def backup_covers_tables(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A selection takes each table by ARN, pattern, tag or condition."""
    selections = graph.of_type(types.BACKUP_SELECTION)
    named = {
        table.urn for selection in selections for table in selection.references("resources", _TABLE)
    }
    wide = [one for one in selections if _chooses(one)]
    for table in graph.of_type(_TABLE):
        covered = Truth.of(table.urn in named)
        if covered is Truth.NO:
            covered = Truth.any(_selects(one, table) for one in wide)
        yield Check(covered, "no backup plan selects it", resource=table)


def _chooses(selection: Resource) -> bool:
    """Whether a selection chooses by more than the ARNs of resources."""
    tags, known = given(selection, "selectionTags"), list(given(selection, "resources").texts())
    return bool(known) or not tags.absent


def _selects(selection: Resource, table: Resource) -> Truth:
    by_arn = _named(selection, "resources", table)
    tags = given(selection, "selectionTags")
    by_tag = tags.any(lambda one: _has(table, str(one["key"].scalar()), one["value"]))
    conditions = given(selection, "conditions")["stringEquals"]
    asked = conditions.all(
        lambda one: _has(table, str(one["key"].scalar()).removeprefix(_OF_TAG), one["value"])
    )
    return (by_arn | by_tag) & asked & ~_left_out(selection, table)


def _left_out(selection: Resource, table: Resource) -> Truth:
    if table in selection.references("notResources", _TABLE):
        return Truth.YES
    return _named(selection, "notResources", table)


def _named(selection: Resource, key: str, table: Resource) -> Truth:
    """Whether a known text among the ARNs is the table's; what is not known is a dependency."""
    return Truth.any(_fits(text, table) for text in given(selection, key).texts())


def _fits(text: str, table: Resource) -> Truth:
    parts = _TABLE_ARN.fullmatch(text)
    if parts is None:
        return Truth.of(text == "*")
    name = given(table, "name").scalar()
    if not fnmatchcase("dynamodb", parts["service"]):
        return Truth.NO
    if parts["name"] in ("*", "table/*"):
        return Truth.YES
    if not isinstance(name, str):
        return Truth.UNKNOWN
    return Truth.of(fnmatchcase(f"table/{name}", parts["name"]))


def _has(table: Resource, name: str, value: Property) -> Truth:
    wanted = value.scalar()
    if wanted is None:
        return Truth.UNKNOWN
    # Default tags of a provider stand among all tags, once AWS has told them.
    return Truth.any(table[tags][name].equals(wanted) for tags in ("tags", "tagsAll"))
