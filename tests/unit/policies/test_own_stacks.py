"""Our own stacks hold nothing that is even looked at closely: beside the other tests that share their recordings."""

from __future__ import annotations

import pytest

from policies.aws import detectors
from policies.engine.judging import judge_resource, judge_stack
from policies.engine.profiles import ActiveRule
from policies.engine.rules import Level
from policies.rules import random_texts, secrets
from tests.unit.infra.recorded import STACKS, recording


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_in_a_stack_of_ours_even_looks_like_a_key(
    stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(place: str) -> object:
        raise AssertionError(f"{place} is loaded for a stack without secrets")

    monkeypatch.setattr(detectors, "made", loaded)
    # What other tests had loaded counts no more.
    detectors.plugin.cache_clear()
    detectors.measure.cache_clear()
    graph = recording(stack).graph
    over_resources = [secrets.no_plaintext_secrets, random_texts.no_random_plaintext]
    over_stack = [secrets.no_plaintext_outputs, random_texts.no_random_outputs]

    said = [
        *(
            judge_resource(ActiveRule(rule, Level.MANDATORY, rule.parameters()), resource)
            for rule in over_resources
            for resource in graph.analyzed()
        ),
        *(
            judge_stack(ActiveRule(rule, Level.MANDATORY, rule.parameters()), graph)
            for rule in over_stack
        ),
    ]

    assert [finding.message for one in said for finding in one.findings] == []
