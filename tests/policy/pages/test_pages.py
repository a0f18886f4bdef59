"""The pages of the rules are what the rules make of them, and their examples are true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from graph.raw import UNKNOWN
from policies.aws import types
from policies.engine.judging import Verdict
from policies.engine.parameters import build
from policies.engine.rules import Rule
from policies.testing.fixtures import Case, Fixtures, resource, secret
from tests.policy.pages.choosing import Choice, Chosen, choose
from tests.policy.pages.files import FOLDER, read_chosen, rules_with_fixtures, texts
from tests.policy.pages.references import UnwritableError
from tests.policy.pages.running import Recorded, Trial, graph_of_recorded, judge, run
from tests.policy.pages.snippets import snippet

STALE = "run ./noxw -s generate, or python -m tests.policy.pages"
# Every so many rules one is run here; `python -m tests.policy.pages` runs the programs of all.
STEP = 12


def rule_named(name: str) -> tuple[Rule, Fixtures]:
    return next(one for one in rules_with_fixtures() if one[0].name == name)


@pytest.fixture(scope="module")
def chosen() -> Mapping[str, Chosen]:
    return read_chosen()


def test_every_rule_has_its_page_as_the_rules_make_it(chosen: Mapping[str, Chosen]) -> None:
    missing = sorted({rule.name for rule, _ in rules_with_fixtures()} - chosen.keys())
    written = {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.md")}

    made = texts(dict(chosen))

    stale = sorted(name for name in made if written.get(name) != made[name])
    assert (missing, stale, sorted(written.keys() - made.keys())) == ([], [], []), STALE


def test_most_examples_are_programs(chosen: Mapping[str, Chosen]) -> None:
    choices = [one for pair in chosen.values() for one in (pair.passes, pair.fails)]

    programs = sum(1 for one in choices if not one.reason)

    assert programs >= 0.95 * len(choices)


def test_the_programs_of_the_pages_are_judged_as_the_pages_say(
    chosen: Mapping[str, Chosen],
) -> None:
    sample = rules_with_fixtures()[::STEP]
    trials = [trial for rule, one in sample for trial in trials_of(rule, one, chosen[rule.name])]

    recorded = run([trial for trial, _ in trials])

    wrong = [
        (trial.rule.name, wanted, one.problem)
        for (trial, wanted), one in zip(trials, recorded, strict=True)
        if one.problem or verdict(trial, one) is not wanted
    ]
    assert wrong == [], STALE
    assert len(trials) > len(sample)


def trials_of(rule: Rule, fixtures: Fixtures, chosen: Chosen) -> list[tuple[Trial, Verdict]]:
    pairs = [
        (fixtures.passes, chosen.passes, Verdict.PASS),
        (fixtures.fails, chosen.fails, Verdict.FAIL),
    ]
    return [
        (Trial(rule, fixtures, snippet(cases[one.case], ready=one.ready)), wanted)
        for cases, one, wanted in pairs
        if not one.reason
    ]


def verdict(trial: Trial, recorded: Recorded) -> Verdict:
    graph = graph_of_recorded(trial, recorded)
    return judge(trial.rule, trial.fixtures, graph).verdict(trial.rule.name)


def test_the_configuration_of_each_page_fits_its_rule() -> None:
    problems: dict[str, list[str]] = {}
    for rule, _ in rules_with_fixtures():
        text = (FOLDER / f"{rule.name}.md").read_text("utf-8")
        rows = re.findall(r"^\| `(\w+)` \| [\w ]+ \| `.*` \|$", text, re.MULTILINE)
        found: list[str] = []
        _ = build(rule.parameters, dict.fromkeys(rows, None), problems=found)
        unknown = [one for one in found if "no such parameter" in one]
        if unknown:
            problems[rule.name] = unknown

    assert problems == {}


def test_a_program_that_is_judged_otherwise_is_not_shown() -> None:
    rule, fixtures = rule_named("alb-idle-timeout")
    timely: Case = [resource(types.ALB, "alb", {"idleTimeout": 300})]

    chosen = choose([(rule, replace(fixtures, fails=[timely]))])[rule.name]

    assert chosen.fails.reason == "with the provider's defaults it is a case of pass"
    assert chosen.passes == Choice()


def test_a_program_names_resources_secrets_and_what_another_stack_tells() -> None:
    case: Case = [
        resource(
            types.LISTENER, "l", {"loadBalancerArn": UNKNOWN}, refs={"loadBalancerArn": ["a"]}
        ),
        resource(types.ALB, "a", {"subnets": [UNKNOWN, "subnet-1"], "tags": {"isOpen": "no"}}),
        resource(
            types.DB_INSTANCE, "db", {"password": secret("x"), "instanceClass": "db.t4g.micro"}
        ),
    ]

    code = snippet(case, ready=True).code

    assert 'elsewhere = pulumi.StackReference("shared")' in code
    assert 'subnets=[elsewhere.get_output("subnets"), "subnet-1"]' in code
    assert 'tags={"isOpen": "no"}' in code
    assert "load_balancer_arn=a.arn" in code
    assert 'password=config.require_secret("password")' in code
    assert code.index("a = aws.lb") < code.index("aws.lb.Listener")


def test_resources_in_a_circle_are_no_program() -> None:
    case: Case = [
        resource(types.QUEUE, "a", {"name": UNKNOWN}, refs={"name": ["b"]}),
        resource(types.QUEUE, "b", {"name": UNKNOWN}, refs={"name": ["a"]}),
    ]

    with pytest.raises(UnwritableError, match="circle"):
        _ = snippet(case, ready=True)
