"""Tasks and services."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals, Values, missing, number, objects
from toolchain.offline_aws.wire import Unknown, Value

_SHOWN = 3
"""How many of a task size's memory values a message lists."""

# CPU units -> MiB: AWS Fargate's task sizes.
FARGATE: dict[int, Sequence[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}


def _units(value: Value, unit: str) -> float | None:
    """`1024`, `"1024"` or `"1 vCPU"`/`"2 GB"` as units or MiB."""
    if isinstance(value, str) and value.lower().replace(" ", "").endswith(unit):
        count = number(value.lower().replace(" ", "").removesuffix(unit))
        return None if count is None else count * 1024
    return number(value)


def _fargate_size(values: Values) -> Refusals:
    cpu, memory = values.get("cpu"), values.get("memory")
    for name in ("cpu", "memory"):
        if missing(values, name):
            yield name, "is required for Fargate"
    units, size = _units(cpu, "vcpu"), _units(memory, "gb")
    if units is None:
        return
    if units not in FARGATE:
        if units < max(FARGATE):
            yield "cpu", f"must be one of {', '.join(map(str, FARGATE))} for Fargate; it is {cpu}"
        return
    sizes = FARGATE[int(units)]
    if size is not None and size not in sizes:
        more = f" ... {sizes[-1]}" if len(sizes) > _SHOWN else ""
        listed = ", ".join(map(str, sizes[:_SHOWN])) + more
        reason = f"must be {listed} MiB for {cpu} CPU units on Fargate; it is {memory}"
        yield "memory", reason


@CREATION.of("aws:ecs/taskDefinition:TaskDefinition")
def _task_definition(values: Values) -> Refusals:
    compatible = values.get("requiresCompatibilities")
    if isinstance(compatible, list) and "FARGATE" in compatible:
        yield from _fargate_size(values)
        mode = values.get("networkMode")
        if mode != "awsvpc" and not isinstance(mode, Unknown):
            yield "networkMode", "must be awsvpc for Fargate"
    text = values.get("containerDefinitions")
    if not isinstance(text, str):
        return
    containers = objects(cast("Value", json.loads(text)))
    if not containers:
        yield "containerDefinitions", "must have at least one container"
        return
    if not any(one.get("essential", True) for one in containers):
        yield "containerDefinitions", "must have an essential container"
    for at, one in enumerate(containers):
        for name in ("name", "image"):
            if not one.get(name):
                yield f"containerDefinitions[{at}].{name}", "is required, but missing"


@CREATION.of("aws:ecs/service:Service")
def _service(values: Values) -> Refusals:
    if values.get("launchType") == "FARGATE" and missing(values, "networkConfiguration"):
        yield "networkConfiguration", "is required for Fargate"
    if not missing(values, "launchType") and not missing(values, "capacityProviderStrategies"):
        yield "launchType", "cannot be given together with capacityProviderStrategies"
    grace = values.get("healthCheckGracePeriodSeconds")
    if grace not in (None, 0) and missing(values, "loadBalancers"):
        yield "healthCheckGracePeriodSeconds", "is only valid with loadBalancers"
