"""A foreign program is mended under the real engine, where its owner asked for it."""

import json
from pathlib import Path
from typing import cast

from integration.engine import Engine, engine
from integration.test_foreign_programs import FAULTS, write_program

__all__ = ["engine"]  # a fixture, which pytest finds by name

BALANCER = FAULTS["alb-idle-timeout"]


def configured(tmp_path: Path, content: object) -> tuple[str, str]:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(content))
    return "--policy-pack-config", str(config)


def test_a_fault_that_the_pack_may_mend_is_mended_and_told(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path / "theirs", BALANCER)
    rules = ["alb-idle-timeout", "alb-drop-invalid-headers"]
    config = {"profile": {"profile": "chat"}, "remediation": {"enabled": True, "rules": rules}}

    outcome = engine.preview(project, *configured(tmp_path, config))

    assert {"alb-idle-timeout", "alb-drop-invalid-headers"}.isdisjoint(outcome.violated())
    assert "alb-access-logs" in outcome.violated(), outcome.output
    told = cast("list[dict[str, str]]", outcome.summary["mended"])
    assert sorted(one["rule"] for one in told) == sorted(rules), outcome.output[:3000]


def test_a_level_for_many_rules_reaches_the_pack(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path / "theirs", BALANCER)
    off = {"service": {"elb": "advisory"}, "severity": {"critical": "mandatory"}}
    config = {"profile": {"profile": "chat"}, "levels": off}

    outcome = engine.preview(project, *configured(tmp_path, config))

    assert not {one for one in outcome.violated() if one.startswith("alb-")}, outcome.output
    assert "alb-idle-timeout" in outcome.output


def test_a_level_that_there_is_not_is_refused_by_name(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path / "theirs", BALANCER)

    outcome = engine.preview(
        project, *configured(tmp_path, {"levels": {"severity": {"hgih": "advisory"}}})
    )

    assert outcome.code != 0
    assert "hgih" in outcome.output
    assert "Traceback" not in outcome.output
