"""What has to hold between the keys of the chat system, each of which is right by itself."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from infra.config import chat_fields as fields
from infra.config.fields import Field, Raw, Values
from infra.config.problems import Problem
from infra.plan.fargate import TaskSize, memory_choices


class _Faults:
    """Makes problems of one stack file."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def of(self, field: Field[object], why: str, mend: str) -> Problem:
        return Problem(key=field.key, value=self._raw.shown(field.key), why=why, mend=mend)


class _Size(NamedTuple):
    cpu: Field[str]
    memory: Field[int]


_SIZES = (
    _Size(fields.API_CPU, fields.API_MEMORY),
    _Size(fields.REALTIME_CPU, fields.REALTIME_MEMORY),
    _Size(fields.WORKER_CPU, fields.WORKER_MEMORY),
)


def cross_checks(values: Values, raw: Raw) -> Iterator[Problem]:
    """Every contradiction between keys; a check whose keys weren't all accepted is left out."""
    faults = _Faults(raw)
    yield from _zones(values, faults)
    yield from _nat_gateways(values, faults)
    yield from _task_sizes(values, faults)
    yield from _deployment(values, faults)


def _zones(values: Values, faults: _Faults) -> Iterator[Problem]:
    if not values.has(fields.REGION, fields.AVAILABILITY_ZONES):
        return
    region = values[fields.REGION]
    strangers = [zone for zone in values[fields.AVAILABILITY_ZONES] if zone[:-1] != region]
    if strangers:
        yield faults.of(
            fields.AVAILABILITY_ZONES,
            f"{', '.join(strangers)} does not lie in {fields.REGION.key} = {region}",
            f"name zones such as {region}a, or change {fields.REGION.key}",
        )


def _nat_gateways(values: Values, faults: _Faults) -> Iterator[Problem]:
    if not values.has(fields.NAT_GATEWAYS, fields.AVAILABILITY_ZONES):
        return
    zones = len(values[fields.AVAILABILITY_ZONES])
    if values[fields.NAT_GATEWAYS] > zones:
        yield faults.of(
            fields.NAT_GATEWAYS,
            f"there are more NAT gateways than availability zones ({zones})",
            f"write at most {zones}, or add zones to {fields.AVAILABILITY_ZONES.key}",
        )


def _task_sizes(values: Values, faults: _Faults) -> Iterator[Problem]:
    for cpu_field, memory_field in _SIZES:
        if not values.has(cpu_field, memory_field):
            continue
        size = TaskSize(cpu=int(values[cpu_field]), memory=values[memory_field])
        if not size.exists():
            yield faults.of(
                memory_field,
                f"Fargate has no task with {cpu_field.key} = {size.cpu} and this memory",
                f"write {memory_choices(size.cpu)}",
            )


def _deployment(values: Values, faults: _Faults) -> Iterator[Problem]:
    """A rolling deployment needs room for a task to stop or to start; ECS waits forever else.

    ECS rounds the least number of tasks up and the greatest down (`deploymentConfiguration`).
    """
    if not values.has(
        fields.REALTIME_DESIRED_COUNT, fields.REALTIME_MIN_HEALTHY, fields.REALTIME_MAX
    ):
        return
    desired = values[fields.REALTIME_DESIRED_COUNT]
    least = ceil(desired * values[fields.REALTIME_MIN_HEALTHY] / 100)
    most = desired * values[fields.REALTIME_MAX] // 100
    if least >= most:
        yield faults.of(
            fields.REALTIME_MAX,
            f"with {fields.REALTIME_DESIRED_COUNT.key} = {desired} no task may stop "
            f"({fields.REALTIME_MIN_HEALTHY.key}) and none may start: a deployment never ends",
            f"write at least {ceil(100 * (least + 1) / desired)}, "
            f"or lower {fields.REALTIME_MIN_HEALTHY.key}",
        )
