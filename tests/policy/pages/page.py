"""The page of a rule as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import yaml

from graph.raw import Raw, Secret, Unknown
from policies.engine.judging import Finding
from policies.engine.messages import compose
from policies.engine.parameters import schema
from policies.engine.profiles import known_profiles
from policies.engine.rules import COMMON, Level, Parameters, Rule
from policies.frameworks import controls_of
from policies.testing.fixtures import Case, FixtureResource, Fixtures, StackConfig, graph_of
from tests.policy.pages.choosing import Choice, Chosen
from tests.policy.pages.running import judge
from tests.policy.pages.snippets import snippet

HEAD = "<!-- Written by `./noxw -s generate` from the rule and its fixtures: change those. -->\n"


# Where a profile does not have a rule.
NOWHERE = "–"  # noqa: RUF001 (a dash is meant)


@dataclass(frozen=True)
class Subject:
    """All that a page is made of."""

    rule: Rule
    fixtures: Fixtures
    chosen: Chosen


def levels(rule: Rule) -> dict[str, str]:
    """The rule's level in each profile; a dash where it does not judge."""
    found: dict[str, str] = {}
    for name, profile in sorted(known_profiles().items()):
        level = profile.levels.get(rule.name, rule.level)
        judged = rule.in_profile(name) and rule.name not in profile.without
        found[name] = str(level) if judged and level is not Level.DISABLED else NOWHERE
    return found


def page(subject: Subject) -> str:
    """The whole page; equal rules and fixtures make equal text."""
    rule, fixtures = subject.rule, subject.fixtures
    failing = fixtures.fails[subject.chosen.fails.case]
    parts = [
        [HEAD, f"# {rule.name}\n", f"{rule.title}.\n"],
        _facts(rule),
        ["## Why\n", f"{rule.why}\n", f"Demanded by: {rule.requirement}\n"],
        ["## Passes\n", *_example(fixtures.passes, subject.chosen.passes, fixtures)],
        ["## Fails\n", *_example(fixtures.fails, subject.chosen.fails, fixtures)],
        [
            "The pack says:\n",
            *_message(rule, fixtures, failing),
        ],
        ["## How to mend it\n", f"{rule.mend}\n", *_remedy(rule)],
        _configuration(rule),
        _unknown(rule, fixtures),
        _controls(rule),
    ]
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def _facts(rule: Rule) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield f"| severity | {rule.severity} |"
    yield f"| service | {rule.service} |"
    yield f"| judges | {_judged(rule)} |"
    for profile, level in levels(rule).items():
        yield f"| in profile `{profile}` | {level} |"
    yield f"| can be waived | {'yes' if rule.waivable else 'no'} |"
    if rule.covers:
        yield f"| requirements | {', '.join(rule.covers)} |"
    yield ""


def _judged(rule: Rule) -> str:
    if not rule.applies_to:
        return "the stack as a whole"
    return ", ".join("every resource" if one == "*" else f"`{one}`" for one in rule.applies_to)


def _example(cases: Sequence[Case], choice: Choice, fixtures: Fixtures) -> Iterator[str]:
    case = cases[choice.case]
    settings = {
        member: one for one in case if isinstance(one, StackConfig) for member, one in _of(one)
    }
    if settings:
        yield "In the stack's configuration:\n"
        yield from _fenced("yaml", yaml.safe_dump({"config": settings}, sort_keys=True))
    if fixtures.parameters:
        yield f"With the settings `{json.dumps(_shown(dict(fixtures.parameters)))}`:\n"
    if choice.reason:
        yield f"This fixture is no program: {choice.reason}. Its resources:\n"
        yield from _fenced("yaml", _listed(case))
    else:
        code = snippet(case, ready=choice.ready).code
        if code:
            yield from _fenced("python", code)


def _of(config: StackConfig) -> Iterator[tuple[str, object]]:
    for key, value in config.values.items():
        yield key, {"secure": "(encrypted)"} if key in config.secret else value


def _listed(case: Case) -> str:
    entries = [
        {
            "type": one.type,
            "name": one.name,
            **({"inputs": _shown(one.properties)} if one.properties else {}),
            **(
                {"refers": {key: list(names) for key, names in one.refs.items()}}
                if one.refs
                else {}
            ),
        }
        for one in case
        if isinstance(one, FixtureResource)
    ]
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100)


def _shown(value: Raw) -> object:
    if isinstance(value, Unknown):
        return "(known once deployed)"
    if isinstance(value, Secret):
        return "(secret)"
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return value


def _message(rule: Rule, fixtures: Fixtures, case: Case) -> Iterator[str]:
    yield from _fenced("text", compose(_first(judge(rule, fixtures, graph_of(case)).findings)))


def _first(findings: Sequence[Finding]) -> Finding:
    return min(findings, key=lambda one: (one.urn, one.path, one.message))


def _remedy(rule: Rule) -> Iterator[str]:
    if rule.remediation is None:
        return
    yield "The pack can do it itself, where a policy configuration asks for it:\n"
    asked = {"remediation": {"enabled": True, "rules": [rule.name]}}
    yield from _fenced("json", json.dumps(asked, indent=2))


def _configuration(rule: Rule) -> Iterator[str]:
    yield "## Configuration\n"
    described = schema(rule.parameters)
    defaults: Mapping[str, object] = {
        one.name: getattr(rule.parameters(), one.name) for one in fields(rule.parameters)
    }
    if described:
        said = (rule.parameters.__doc__ or "").strip().splitlines()
        if said and rule.parameters is not Parameters:
            yield f"{said[0].strip()}\n"
        yield "| parameter | type | default |"
        yield "| --- | --- | --- |"
        for name, entry in described.items():
            default = json.dumps(defaults[name]).replace("|", "\\|")
            yield f"| `{name}` | {_kind(entry)} | `{default}` |"
        yield ""
    other = Level.ADVISORY if rule.level is Level.MANDATORY else Level.MANDATORY
    example = {rule.name: {"enforcementLevel": str(other), **defaults}}
    yield "In the file given as `--policy-pack-config`:\n"
    yield from _fenced("json", json.dumps(example, indent=2))


def _kind(entry: Mapping[str, object]) -> str:
    items = entry.get("items")
    if isinstance(items, dict):
        return f"list of {items['type']}"
    return str(entry["type"])


def _unknown(rule: Rule, fixtures: Fixtures) -> Iterator[str]:
    yield "## While a value is unknown\n"
    if fixtures.no_unknown and not fixtures.unknown:
        yield f"Nothing that it reads can be: {fixtures.no_unknown}.\n"
    elif rule.on_unknown == "fail":
        yield "It fails: it demands that what it reads is known before the deployment.\n"
    else:
        yield "It advises: the preview lists the resource as undecided, and nothing is stopped.\n"


def _controls(rule: Rule) -> Iterator[str]:
    references = controls_of(rule)
    if not references:
        return
    yield "## Controls\n"
    yield "The first column names the edition; see [Frameworks](../frameworks.md).\n"
    yield "| framework | control | demands |"
    yield "| --- | --- | --- |"
    for one in references:
        yield f"| {one.framework.id} | {one.id} | {one.title} |"
    yield ""


def _fenced(language: str, text: str) -> Iterator[str]:
    body = text.rstrip("\n")
    yield f"```{language}"
    yield body
    yield "```\n"


def index(subjects: Sequence[tuple[str, Sequence[Subject]]]) -> str:
    """The index: the rules of each concern, with their severity and their level by profile."""
    profiles = sorted(known_profiles(), key=lambda name: (name != COMMON, name))
    count = sum(len(one) for _, one in subjects)
    lines = [
        HEAD,
        "# Rules\n",
        f"{count} rules, by what they are about. Each page says why the rule is there, shows a program that passes and",
        "one that fails, and tells how to mend and to configure it. The programs are made of the rule's fixtures, and",
        "are run and judged before they are shown. They show what the rule reads and what a type cannot do without,",
        "and little else; `elsewhere` is another stack, whose outputs are known once it is deployed.\n",
        "A dash stands where a profile does not have the rule.\n",
    ]
    for concern, rules in subjects:
        lines += [f"## {concern}\n", f"| rule | demands | severity | {' | '.join(profiles)} |"]
        lines.append("| --- " * (3 + len(profiles)) + "|")
        for one in sorted(rules, key=lambda subject: subject.rule.name):
            name, told = one.rule.name, levels(one.rule)
            cells = [f"[{name}]({name}.md)", one.rule.title, str(one.rule.severity)]
            lines.append("| " + " | ".join([*cells, *(told[each] for each in profiles)]) + " |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"
