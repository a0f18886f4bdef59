"""One run of the engine over a small stack, and what the pack said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph.raw import Raw
from policies.engine import Rule
from policies.testing.engine import Said, serving
from policies.testing.fixtures import Case, declarations, resource
from tests.unit.policies.rules import ALL, BALANCER

CHAT = {"PLUMBLINE_PROFILE": "chat"}
CANARY = "hunter2-canary"
BAD: Case = [resource(BALANCER, "alb", {"idleTimeout": 60, "name": "known"})]


def run(
    case: Case,
    rules: Sequence[Rule] = ALL,
    environ: Mapping[str, str] = CHAT,
    config: Mapping[str, str | Mapping[str, Raw]] | None = None,
) -> list[Said]:
    with serving(rules, environ) as engine:
        engine.configure(config or {})
        return engine.run(declarations(case))


def only(said: Sequence[Said], policy: str) -> list[Said]:
    return [one for one in said if one.policy == policy]


def waivers(tmp_path: Path, **changes: object) -> dict[str, str]:
    soon = datetime.now(UTC).date() + timedelta(days=30)
    entry = {
        "rule": "idle-timeout",
        "project": "fixture",
        "stacks": ["te*"],
        "resource": "alb",
        "reason": "a trial of short connections",
        "owner": "platform",
        "ticket": "OPS-7",
        "expires": soon,
        **changes,
    }
    lines = [f"{key}: {value}" for key, value in entry.items()]
    path = tmp_path / "more-waivers.yaml"
    path.write_text("- " + "\n  ".join(lines) + "\n", encoding="utf-8")
    return {**CHAT, "PLUMBLINE_WAIVERS": str(path)}
