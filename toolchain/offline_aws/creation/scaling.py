"""How services grow and shrink."""

from __future__ import annotations

import itertools
import math

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals, Values, missing, number, objects
from toolchain.offline_aws.wire import Value


@CREATION.of("aws:appautoscaling/target:Target")
def _scaling_target(values: Values) -> Refusals:
    low, high = number(values.get("minCapacity")), number(values.get("maxCapacity"))
    if low is not None and high is not None and low > high:
        yield "minCapacity", f"must not be above maxCapacity; it is {low:g} with {high:g}"


@CREATION.of("aws:appautoscaling/policy:Policy")
def _policy(values: Values) -> Refusals:
    kinds = {
        "StepScaling": "stepScalingPolicyConfiguration",
        "TargetTrackingScaling": "targetTrackingScalingPolicyConfiguration",
    }
    wanted = kinds.get(str(values.get("policyType", "StepScaling")))
    if wanted and missing(values, wanted):
        yield wanted, f"is required for the policyType {values.get('policyType', 'StepScaling')}"
    for kind, name in kinds.items():
        if wanted and name != wanted and not missing(values, name):
            yield name, f"is only valid for the policyType {kind}"
    steps = values.get("stepScalingPolicyConfiguration")
    if wanted == kinds["StepScaling"] and isinstance(steps, dict):
        yield from _steps(objects(steps.get("stepAdjustments")))


def _steps(steps: list[Values]) -> Refusals:
    """Steps cover their range without overlap or gap.

    Source: Application Auto Scaling user guide, step adjustments.
    """
    path = "stepScalingPolicyConfiguration.stepAdjustments"
    if not steps:
        yield path, "must have at least one step"
    bounds = sorted(
        (
            _bound(step.get("metricIntervalLowerBound"), -math.inf),
            _bound(step.get("metricIntervalUpperBound"), math.inf),
        )
        for step in steps
    )
    for low, high in bounds:
        if low >= high:
            yield path, f"must have lower bounds below upper ones; there is {low:g} with {high:g}"
    for (_, high), (low, _) in itertools.pairwise(bounds):
        if low != high:
            yield (
                path,
                f"must neither overlap nor leave a gap; one ends at {high:g}, the next begins at {low:g}",
            )


def _bound(value: Value, otherwise: float) -> float:
    found = number(value)
    return otherwise if found is None else found
