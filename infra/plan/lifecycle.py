"""What follows from whether a stack may be lost (chat spec 004, Environment Comparison)."""

from __future__ import annotations

from dataclasses import dataclass

from infra.plan.context import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """How long things are kept and what guards them; every period is in days."""

    deletion_protection: bool
    keep_on_destroy: bool
    """Whether destroying the stack leaves a last snapshot, and refuses to empty buckets."""
    flow_log_days: int
    log_days: int
    access_log_days: int
    backup_days: int
    secret_recovery_days: int
    """0 lets a secret's name be used again at once, which a short-lived stack needs."""
    key_deletion_days: int
    apply_immediately: bool
    """Whether database and cache change at once, or in their maintenance window."""


def lifecycle_of(environment: Environment) -> Lifecycle:
    """The figures of one environment."""
    return _LIFECYCLES[environment]


_LIFECYCLES = {
    Environment.DEV: Lifecycle(
        deletion_protection=False,
        keep_on_destroy=False,
        flow_log_days=7,
        log_days=7,
        access_log_days=30,
        backup_days=1,
        secret_recovery_days=0,
        key_deletion_days=7,
        apply_immediately=True,
    ),
    Environment.PROD: Lifecycle(
        deletion_protection=True,
        keep_on_destroy=True,
        flow_log_days=30,
        log_days=30,
        access_log_days=90,
        backup_days=7,
        secret_recovery_days=30,
        key_deletion_days=30,
        apply_immediately=False,
    ),
}
