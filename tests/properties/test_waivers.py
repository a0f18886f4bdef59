"""What the committed stacks choose against the strict specification, and what they are excused for."""

from __future__ import annotations

import pytest
import yaml

from policies.engine.serving import PACK
from tests.properties.configurations import Case
from tests.properties.judging import CHOSEN
from tests.unit.infra.recorded import STACKS

WAIVERS = yaml.safe_load((PACK / "waivers.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_excused_for_exactly_what_its_configuration_chose(stack: str) -> None:
    config = Case(stack, stack, {}).config()

    excused = {waiver["rule"] for waiver in WAIVERS if stack in waiver["stacks"]}

    assert excused == {rule for rule, explains in CHOSEN.items() if explains(config)}


def test_the_strict_baseline_needs_no_excuse() -> None:
    assert [waiver["rule"] for waiver in WAIVERS if "prod" in waiver["stacks"]] == []
