"""The guide for authors is run as it stands, and what it relies on stays."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

import policies.engine
import policies.testing
from policies.engine.errors import PackError
from policies.engine.rules import Rule
from policies.engine.serving import load
from policies.testing import judged, messages, resource, serving
from tests.unit.policies.rules import BALANCER, idle_timeout

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "policy-authoring.md"
_BLOCK = re.compile(r"(?P<before>[^\n]*)\n```(?P<kind>python|json)\n(?P<code>.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [
        found["code"]
        for found in _BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))
        if found["kind"] == kind and "not run" not in found["before"]
    ]


@pytest.fixture(scope="module")
def guide() -> ModuleType:
    """The guide's code, block after block, as one module."""
    module = ModuleType("guide")
    source = "from __future__ import annotations\n" + "\n".join(blocks("python"))
    # Resolving annotations needs the module to be found by its name, as a real one is.
    sys.modules["guide"] = module
    exec(compile(source, str(GUIDE), "exec"), module.__dict__)  # noqa: S102 (our own page)
    return module


def test_the_guides_tests_pass_as_they_stand(guide: ModuleType) -> None:
    tests = {name: value for name, value in vars(guide).items() if name.startswith("test_")}

    assert len(tests) == 3
    for one in tests.values():
        cast("Callable[[], None]", one)()


def test_the_guides_first_test_has_ten_lines_at_most() -> None:
    assert len([line for line in blocks("python")[1].splitlines() if line.strip()]) <= 10


def test_the_guides_pack_serves_its_rules_beside_the_packs(guide: ModuleType) -> None:
    rules = cast("tuple[Rule, ...]", guide.RULES)
    servicer = load({}, threading.Event(), rules)

    assert {"sqs-has-reader", "sqs-keeps-messages"} <= {one.name for one in servicer.rules}
    with pytest.raises(PackError, match="sqs-has-reader"):
        _ = load({}, threading.Event(), [*rules, *_again(rules)])


def _again(rules: tuple[Rule, ...]) -> list[Rule]:
    return [replace(rules[1], title="another")]


def test_the_guides_configuration_is_one_that_the_pack_takes() -> None:
    (text,) = blocks("json")

    with serving(policies.engine.discover()) as engine:
        engine.configure(json.loads(text))


def test_the_public_interface_is_this() -> None:
    """Whoever changes it changes it for every author of rules: say so in the guide."""
    assert policies.engine.__all__ == [
        *("UNKNOWN", "Check", "Evaluation", "Finding", "Graph", "Judgement", "Level"),
        *("Parameters", "Profile", "Property", "Raw", "Resource", "Rule", "Severity", "Stack"),
        *("Truth", "Verdict", "discover", "evaluate", "rule", "stack_rule"),
    ]
    assert policies.testing.__all__ == [
        *("UNKNOWN", "Case", "Engine", "FixtureResource", "Said", "StackConfig", "judged"),
        *("messages", "resource", "secret", "serving", "stack_config"),
    ]
    for module in (policies.engine, policies.testing):
        assert all(hasattr(module, name) for name in module.__all__)


def test_a_rule_of_any_profile_is_judged_with_its_message() -> None:
    balancer = resource(BALANCER, "edge", {"idleTimeout": 60})

    assert judged(idle_timeout, balancer) == "fail"
    assert judged(idle_timeout, balancer, parameters={"seconds": 60}) == "pass"
    assert "What: idle timeout is 60, not 300" in messages(idle_timeout, balancer)[0]
