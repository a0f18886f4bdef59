"""A resource graph as the plan of its first deployment, in the format of `terraform show -json`.

Format: https://developer.hashicorp.com/terraform/internals/json-format. Every resource is to be created, so what other
resources say of themselves is a reference to them, even where the graph is of a stack that exists. `after_unknown`
marks the arguments that the program gives and nobody knows yet. What AWS alone computes, and an optional argument that
it fills in where nobody gives one, is left out, though Terraform marks it unknown too: whoever judges the plan would
take it for given.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.model import Graph, Resource
from graph.raw import UNKNOWN, Raw
from graph.types import PROVIDER_PREFIX
from reports.terraform.names import ResourceNames, names_of
from reports.terraform.references import Referrals
from reports.terraform.values import Json, Omitted, Writer, Written

FORMAT_VERSION: Final = "1.2"
TERRAFORM_VERSION: Final = "1.9.0"
PROVIDER: Final = "registry.terraform.io/hashicorp/aws"

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Planned:
    """Where a resource of a graph is in the plan."""

    address: str
    # The graph's key, where a plan is of several.
    label: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, and what of the graph is not, or not surely, in it."""

    document: Mapping[str, Json]
    planned: tuple[Planned, ...]
    # By Pulumi type, how many resources no Terraform type is known for.
    unmapped: Mapping[str, int]
    # How many components, stacks and providers there are: Terraform has no such resources.
    structural: int
    # By Terraform type, nested blocks whose shape follows from their Pulumi name alone.
    guessed: Mapping[str, tuple[str, ...]]

    def text(self) -> str:
        """The plan as a file: the same for the same graph."""
        return json.dumps(self.document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def plan_of(graph: Graph) -> Plan:
    """The plan of one stack."""
    return plan_of_all({"": graph})


def plan_of_all(graphs: Mapping[str, Graph]) -> Plan:
    """One plan of several stacks that know nothing of each other; a label begins its resources' names."""
    planned: list[Planned] = []
    names: dict[str, ResourceNames] = {}
    unmapped: Counter[str] = Counter()
    structural = 0
    taken: set[str] = set()
    for label, graph in graphs.items():
        for resource in graph.resources:
            found = names_of(resource.type)
            if not resource.custom or resource.type.startswith((PROVIDER_PREFIX, "pulumi:")):
                structural += 1
            elif found is None:
                unmapped[resource.type] += 1
            else:
                names[resource.type] = found
                address = _address(found.terraform, label, resource.name, taken)
                planned.append(Planned(address, label, resource))
    guessed: dict[str, set[str]] = {}
    document = _document(planned, names, guessed)
    return Plan(
        document=document,
        planned=tuple(planned),
        unmapped=dict(sorted(unmapped.items())),
        structural=structural,
        guessed={kind: tuple(sorted(paths)) for kind, paths in sorted(guessed.items()) if paths},
    )


def _address(kind: str, label: str, name: str, taken: set[str]) -> str:
    """A resource's address: its logical name made an identifier, numbered where that is taken."""
    words = _NOT_IN_NAMES.sub("-", f"{label}-{name}" if label else name).strip("-")
    if not words or not (words[0].isalpha() or words[0] == "_"):
        words = f"_{words}"
    address, number = f"{kind}.{words}", 1
    while address in taken:
        number += 1
        address = f"{kind}.{words}-{number}"
    taken.add(address)
    return address


def _document(
    planned: list[Planned], names: Mapping[str, ResourceNames], guessed: dict[str, set[str]]
) -> dict[str, Json]:
    addresses: dict[str, dict[str, str]] = {}
    for one in planned:
        addresses.setdefault(one.label, {})[one.resource.urn] = one.address
    values: list[Json] = []
    changes: list[Json] = []
    configuration: list[Json] = []
    for one in planned:
        found = names[one.resource.type]
        writer = Writer(found, guessed.setdefault(found.terraform, set()))
        written = _arguments(one.resource, writer, addresses[one.label])
        common: dict[str, Json] = {
            "address": one.address,
            "mode": "managed",
            "type": found.terraform,
            "name": one.address.partition(".")[2],
        }
        provided: dict[str, Json] = {**common, "provider_name": PROVIDER}
        after = {k: w.value for k, w in written.items() if not isinstance(w.value, Omitted)}
        sensitive: dict[str, Json] = {k: w.sensitive for k, w in written.items() if w.sensitive}
        shown: dict[str, Json] = {"values": {**after}, "sensitive_values": sensitive}
        values.append({**provided, "schema_version": 0, **shown})
        changes.append({**provided, "change": _change(after, sensitive, written)})
        expressions: dict[str, Json] = {k: w.expression for k, w in written.items() if w.expression}
        configuration.append(
            {
                **common,
                "provider_config_key": "aws",
                "schema_version": 0,
                "expressions": expressions,
            }
        )
    return {
        "format_version": FORMAT_VERSION,
        "terraform_version": TERRAFORM_VERSION,
        "planned_values": {"root_module": {"resources": values}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": PROVIDER}},
            "root_module": {"resources": configuration},
        },
    }


def _arguments(
    resource: Resource, writer: Writer, addresses: Mapping[str, str]
) -> dict[str, Written]:
    """What the program asked for, by Terraform's names."""
    declaration = resource.declaration
    asked = declaration.properties if declaration.inputs is None else declaration.inputs
    # What depends on another resource is there, also where nobody knows yet what it is.
    unknown: dict[str, Raw] = {
        name: UNKNOWN for name in declaration.property_dependencies if name not in asked
    }
    written: dict[str, Written] = {}
    for name, raw in (*asked.items(), *unknown.items()):
        if raw is None:
            continue
        named, one = writer.argument(name, raw, Referrals(resource.references(name), addresses))
        written[named] = one
    return written


def _change(
    after: Mapping[str, Json],
    sensitive: dict[str, Json],
    written: Mapping[str, Written],
) -> dict[str, Json]:
    unknown: dict[str, Json] = {name: one.unknown for name, one in written.items() if one.unknown}
    return {
        "actions": ["create"],
        "before": None,
        "after": dict(after),
        "after_unknown": unknown,
        "before_sensitive": False,
        "after_sensitive": dict(sensitive),
    }
