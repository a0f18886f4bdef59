"""OPA itself judges every fixture of every rule by the questions in Rego that the bench asks."""

from __future__ import annotations

import pytest

from reports.terraform.plan import plan_of_all
from tests.policy.checkov_agreement import stacks
from tests.policy.comparison.agreement import Agreement, Verdicts, compared, of_opa, ours, planned
from tests.policy.comparison.questions import QUERY, QUESTIONS, REGO
from toolchain.opa.environment import find_or_build
from toolchain.opa.running import evaluate

_SECONDS = 120


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Verdicts, Agreement]:
    """OPA's verdicts on all fixtures, and how they compare with ours."""
    graphs = {one.label: one.graph for one in stacks()}
    plan = plan_of_all(graphs)
    file = tmp_path_factory.mktemp("opa") / "plan.json"
    _ = file.write_text(plan.text(), encoding="utf-8")
    text = evaluate(find_or_build(), REGO, file, QUERY, seconds=_SECONDS)
    mine: dict[str, dict[str, bool]] = {question: {} for question in QUESTIONS}
    for label, graph in graphs.items():
        for question, found in ours(graph, label).items():
            mine[question].update(found)
    theirs = of_opa(text, plan)
    return theirs, compared(mine, theirs, set(planned(plan).values()))


def test_every_question_in_rego_has_the_verdict_of_our_rule_on_every_resource_of_every_fixture(
    verdicts: tuple[Verdicts, Agreement],
) -> None:
    _, agreement = verdicts

    assert agreement.differ == {}
    assert agreement.only_ours == {}
    assert agreement.only_theirs == {}
    assert agreement.same.total() > 1000


def test_every_question_in_rego_finds_what_passes_and_what_fails(
    verdicts: tuple[Verdicts, Agreement],
) -> None:
    theirs, _ = verdicts

    assert theirs.keys() == set(QUESTIONS)
    for found in theirs.values():
        assert set(found.values()) == {True, False}
