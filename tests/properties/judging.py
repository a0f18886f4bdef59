"""What the rules say of a generated stack, and what its own configuration explains of that."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from graph.model import Graph
from infra.config.chat import ChatConfig, SplitCache
from infra.plan.context import Environment
from policies.engine.discovery import discover
from policies.engine.evaluation import evaluate
from policies.engine.profiles import Profile, known_profiles
from policies.engine.rules import Level, Rule


def _development(config: ChatConfig) -> bool:
    return config.environment is Environment.DEV


def _public_tasks(config: ChatConfig) -> bool:
    return config.nat_gateways == 0


def _replica_without_a_way_out(config: ChatConfig) -> bool:
    """RDS keeps no password of an instance with a replica, and what renews ours can't work."""
    return config.nat_gateways == 0 and config.database.read_replica_class is not None


def _single_nodes(config: ChatConfig) -> bool:
    cache = config.cache
    groups = (cache.adapter, cache.state) if isinstance(cache, SplitCache) else (cache,)
    return any(group.nodes == 1 for group in groups)


# What a configuration may choose against the strict specification: the rules that then object, and
# do so only then.
CHOSEN: Final[dict[str, Callable[[ChatConfig], bool]]] = {
    "ecs-tasks-in-private-subnets": _public_tasks,
    "ecs-no-public-ip": _public_tasks,
    # AWS's rotation function needs a way out to the API it calls.
    "database-secrets-rotated": _public_tasks,
    "rds-managed-password": _replica_without_a_way_out,
    "rds-multi-az": lambda config: not config.database.multi_az,
    "redis-failover": _single_nodes,
    "alb-waf": lambda config: config.firewall is None,
    "rds-backups": _development,
    "rds-deletion-protection": _development,
    "rds-final-snapshot": _development,
    "alb-deletion-protection": _development,
}


def objections(graph: Graph) -> dict[str, list[str]]:
    """The rules that a stack violates and may not, or has chosen to, with what they say.

    No waiver counts.
    """
    said: dict[str, list[str]] = {}
    rules, profile = _pack()
    for finding in evaluate(graph, rules, profile).findings:
        rule, demanded = finding.active.rule.name, finding.active.level is Level.MANDATORY
        if demanded or finding.crashed or rule in CHOSEN:
            said.setdefault(rule, []).append(f"{finding.name}: {finding.message}")
    return said


def unexplained(graph: Graph, config: ChatConfig) -> list[str]:
    """Objections that no key of the configuration explains, and choices to which nobody objects."""
    said = objections(graph)
    chosen = {rule for rule, explains in CHOSEN.items() if explains(config)}
    return [
        *(f"{rule}: {said[rule]}" for rule in sorted(said.keys() - chosen)),
        *(
            f"{rule} lets pass what the configuration chose"
            for rule in sorted(chosen - said.keys())
        ),
    ]


@cache
def _pack() -> tuple[tuple[Rule, ...], Profile]:
    return tuple(discover()), known_profiles()["chat"]
