"""Backup plans."""

from __future__ import annotations

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals, Values, missing, number, objects

_LONGEST_CONTINUOUS_DAYS = 35
_COLD_DAYS = 90
_LEAST_WINDOW_MINUTES = 60


@CREATION.of("aws:backup/plan:Plan")
def _plan(values: Values) -> Refusals:
    """Source: AWS Backup developer guide, point-in-time recovery, lifecycle, backup windows."""
    for at, rule in enumerate(objects(values.get("rules"))):
        block = rule.get("lifecycle")
        lifecycle = block if isinstance(block, dict) else {}
        kept = number(lifecycle.get("deleteAfter"))
        cold = number(lifecycle.get("coldStorageAfter"))
        path = f"rules[{at}].lifecycle"
        if rule.get("enableContinuousBackup") is True:
            yield from _continuous(kept, cold, path)
        if kept and cold and kept < cold + _COLD_DAYS:
            yield (
                f"{path}.deleteAfter",
                f"must be {_COLD_DAYS} days or more above coldStorageAfter; it is {kept:g} with {cold:g}",
            )
        window = number(rule.get("startWindow"))
        if window is not None and window < _LEAST_WINDOW_MINUTES:
            yield (
                f"rules[{at}].startWindow",
                f"must be at least {_LEAST_WINDOW_MINUTES} minutes; it is {window:g}",
            )


def _continuous(kept: float | None, cold: float | None, path: str) -> Refusals:
    if kept is None or not 1 <= kept <= _LONGEST_CONTINUOUS_DAYS:
        said = "missing" if kept is None else f"{kept:g}"
        yield (
            f"{path}.deleteAfter",
            f"must be between 1 and {_LONGEST_CONTINUOUS_DAYS} days for continuous backups; it is {said}",
        )
    if cold:
        yield f"{path}.coldStorageAfter", "is not valid for continuous backups"


@CREATION.of("aws:backup/selection:Selection")
def _selection(values: Values) -> Refusals:
    if all(missing(values, name) for name in ("resources", "notResources", "selectionTags")):
        yield "resources", "or selectionTags is required: the selection would choose nothing"
