"""Availability zones: over how many a list of subnets spreads."""

from __future__ import annotations

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property
from policies.aws.inputs import given
from policies.aws.routes import SUBNETS


def zones_of(subnets: list[Resource]) -> tuple[set[str], bool]:
    """The known zones of subnets, and whether these are all."""
    named = [_zone(one) for one in subnets]
    return {one for one in named if one is not None}, None not in named


def spread(resource: Resource, key: str, elements: Property, least: int = 2) -> Truth:
    """Whether the subnets that a list names stand in so many zones; `key` is its property.

    A list that is too short is certain even while every id in it is unknown.
    """
    if elements.absent:
        return Truth.NO
    count = None if elements.unknown else len(elements.items())
    if count is not None and count < least:
        return Truth.NO
    found = resource.references(key, *SUBNETS)
    if not found:
        return Truth.UNKNOWN
    zones, complete = zones_of(found)
    if complete and len(zones) < least and (count is None or count <= len(found)):
        return Truth.NO
    # A program that picks a few out of many leaves more dependencies than elements.
    return Truth.YES if len(zones) >= least and count == len(found) else Truth.UNKNOWN


def _zone(subnet: Resource) -> str | None:
    for key in ("availabilityZone", "availabilityZoneId"):
        text = given(subnet, key).scalar()
        if isinstance(text, str):
            return text
    return None
