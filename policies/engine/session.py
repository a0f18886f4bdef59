"""A session: one run of the engine against the pack, from its configuration to its summary."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from google.protobuf.struct_pb2 import Struct

from graph.model import Declaration, Graph, Resource, Stack
from graph.raw import Raw
from graph.types import STACK_TYPE, canonical_type, is_default_provider
from policies.engine.environment import choose_profile, stack_of
from policies.engine.errors import PackError
from policies.engine.evaluation import Dispatcher, waive
from policies.engine.judging import Finding, Judgement
from policies.engine.ledger import Ledger, LoadWaivers
from policies.engine.levels import Levels, read_levels
from policies.engine.profiles import ActiveRule, Profile, Setting, activate, asked_level
from policies.engine.redaction import Hidden, secret_config, secrets_in
from policies.engine.remediation import Mended, Remediation, mend
from policies.engine.rules import Level, Rule


@dataclass(frozen=True, slots=True)
class ResourceResult:
    """What there is to say of one resource."""

    judgements: tuple[Judgement, ...]
    waiver_problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StackResult:
    """What there is to say once the whole stack is known."""

    judgements: tuple[Judgement, ...]
    waiver_problems: tuple[str, ...] = ()
    undecided: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Totals:
    """Everything known so far, for the summary."""

    stack: Stack
    profile: str
    resources: int
    active: tuple[ActiveRule, ...]
    judgements: tuple[Judgement, ...]
    waiver_problems: tuple[str, ...]
    unknown: int
    # Whether the whole stack has been judged, or the run ended before.
    complete: bool
    # The rule and the URN of each remedy that was carried out.
    mended: tuple[tuple[str, str], ...] = ()

    @property
    def rules(self) -> int:
        """How many rules judge the stack."""
        return len(self.active)

    @property
    def findings(self) -> list[Finding]:
        """All findings, waived ones included."""
        return [finding for said in self.judgements for finding in said.findings]


class Session:
    """Judges resources as the engine hands them over, and remembers what it said.

    Its methods may be called from several threads. Each may raise PackError, when the pack's
    configuration does not fit.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        profiles: Mapping[str, Profile],
        load_waivers: LoadWaivers,
        environ: Mapping[str, str],
        today: date,
    ) -> None:
        self._rules: tuple[Rule, ...] = tuple(rules)
        self._profiles = profiles
        self._environ = environ
        self._stack = stack_of(environ)
        self._ledger = Ledger(rules, load_waivers, self._stack, today)
        self._settings: Mapping[str, Setting] = {}
        self._levels = Levels()
        self._remediation = Remediation()
        self._mended: dict[tuple[str, str], None] = {}
        self._configured_profile: str | None = None
        self._lock = threading.RLock()
        self._seen: dict[str, Declaration] = {}
        self._said: dict[tuple[str, str], Judgement] = {}
        self._resources = 0
        self._finished = False

    def configure(
        self,
        settings: Mapping[str, Setting],
        profile: str | None,
        levels: Mapping[str, object] | None = None,
        remediation: Remediation | None = None,
    ) -> None:
        """Take over a policy configuration; `profile` is the one that it names, if any."""
        problems: list[str] = []
        asked = read_levels(levels or {}, self._profiles, problems)
        if problems:
            raise PackError("The configuration of the policy pack's levels does not fit:", problems)
        with self._lock:
            self._settings = settings
            self._levels = asked
            self._remediation = remediation or Remediation()
            self._configured_profile = profile
            self._forget_choices()
        # Reading it here makes every misfit known before the first resource.
        _ = self.dispatcher

    def configure_stack(self, stack: Stack) -> None:
        """Take over what the engine says of the stack."""
        with self._lock:
            self._stack = stack
            self._forget_choices()

    @property
    def stack(self) -> Stack:
        """The stack that is being judged."""
        return self._stack

    @cached_property
    def profile(self) -> Profile:
        """The profile that judges this stack."""
        return choose_profile(self._profiles, self._stack, self._configured_profile, self._environ)

    @cached_property
    def _secret_config(self) -> Hidden:
        return Hidden(secret_config(self._stack))

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """The rules that judge this stack."""
        names = {rule.name for rule in self._rules}
        strangers = sorted(self._settings.keys() - names)
        if strangers:
            raise PackError(
                "The policy configuration names rules that there are not:",
                [f"{name}: no rule of this pack has this name" for name in strangers],
            )
        return Dispatcher(activate(self._rules, self.profile, self._settings, self._levels))

    def analyze(self, declaration: Declaration) -> ResourceResult:
        """Judge one resource by its inputs; with the first, the waivers as far as they are wrong.

        They stop a deployment before it makes anything, as a finding on that resource would.
        """
        with self._lock:
            if self._finished:
                # The whole stack has been judged: this is the first resource of another run.
                self._begin()
            self._name_stack(declaration.urn)
            wrong = self._ledger.wrong()
            self._seen[declaration.urn] = declaration
            wrong = (*wrong, *self._ledger.take([declaration]))
            graph = Graph(self._stack, self._with_parents(declaration))
        resource = graph.get(declaration.urn)
        if resource is None:
            return ResourceResult((), wrong)
        said = self._excused(self.dispatcher.resource(resource), self._secret_config)
        with self._lock:
            self._said.update({(one.active.rule.name, one.urn): one for one in said})
        return ResourceResult(tuple(said), wrong)

    @property
    def mends(self) -> bool:
        """Whether any rule may mend what it finds."""
        return bool(self._remediation)

    def remediate(self, declaration: Declaration, properties: Struct) -> list[Mended]:
        """What the allowed remedies make of one resource's inputs, before it is analyzed."""
        token = canonical_type(declaration.type)
        rules = [
            one for one in self.dispatcher.judging(token) if self._remediation.allows(one.rule)
        ]
        if not rules:
            return []
        with self._lock:
            self._name_stack(declaration.urn)
            above = self._with_parents(declaration)[1:]
            waivers = self._ledger.usable()

        def resource_of(inputs: dict[str, Raw]) -> Resource:
            graph = Graph(self._stack, [replace(declaration, properties=inputs), *above])
            return next(one for one in graph.resources if one.urn == declaration.urn)

        made = mend(rules, properties, resource_of, lambda one: waive(one, waivers, self._stack))
        with self._lock:
            done = [(one.rule.name, declaration.urn) for one in made if one.properties is not None]
            self._mended.update(dict.fromkeys(done))
        return made

    def analyze_stack(self, declarations: Iterable[Declaration]) -> StackResult:
        """Judge the whole stack by its outputs, and settle the accounts of the run."""
        with self._lock:
            declared = [self._with_inputs(one) for one in declarations]
            if declared:
                self._name_stack(declared[0].urn)
            late = self._ledger.take_late(declared)
        graph = Graph(self._stack, declared)
        said = self.dispatcher.stack(graph)
        if any(one.findings for one in said):
            said = self._excused(said, Hidden(secrets_in(graph)))
        with self._lock:
            self._said.update({(one.active.rule.name, ""): one for one in said})
            self._ledger.excuse_late(self._said)
            problems = [*self._ledger.wrong(), *late]
            # A targeted run leaves resources out; what they would have used is not unused.
            if all(one.urn in self._seen for one in graph.resources):
                problems += self._ledger.unused(self._said.values(), self._waiting())
            self._resources = sum(1 for one in graph.resources if _shown(one.type, one.urn))
            self._finished = True
            return StackResult(tuple(said), tuple(problems), self._undecided())

    def totals(self) -> Totals:
        """What is known so far."""
        with self._lock:
            seen = sum(1 for one in self._seen.values() if _shown(one.type, one.urn))
            return Totals(
                stack=self._stack,
                profile=self.profile.name,
                resources=self._resources or seen,
                active=self.dispatcher.active,
                judgements=tuple(self._said.values()),
                waiver_problems=self._ledger.problems,
                unknown=sum(self._undecided().values()),
                complete=self._finished,
                mended=tuple(self._mended),
            )

    def _begin(self) -> None:
        self._seen.clear()
        self._said.clear()
        self._ledger.begin()
        self._mended.clear()
        self._resources = 0
        self._finished = False

    def _excused(self, said: list[Judgement], secrets: Hidden) -> list[Judgement]:
        return [self._cleaned(one, secrets) for one in self._ledger.excuse(said)]

    def _cleaned(self, judgement: Judgement, secrets: Hidden) -> Judgement:
        if not judgement.findings or not secrets:
            return judgement
        findings = tuple(
            replace(finding, message=secrets.hide(finding.message))
            for finding in judgement.findings
        )
        return replace(judgement, findings=findings)

    def _waiting(self) -> set[str]:
        """The rules that may yet find something, or were told to find nothing."""
        undecided = {one.active.rule.name for one in self._said.values() if one.undecided}
        return undecided | {rule.name for rule in self._rules if self._switched_off(rule)}

    def _switched_off(self, rule: Rule) -> bool:
        asked = asked_level(rule, self._settings.get(rule.name), self._levels, [])
        return asked is Level.DISABLED

    def _undecided(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for said in self._said.values():
            if said.undecided:
                name = said.active.rule.name
                counts[name] = counts.get(name, 0) + len(set(said.undecided))
        return counts

    def _with_inputs(self, declaration: Declaration) -> Declaration:
        """The outputs that the engine tells now, beside the inputs that it told before."""
        seen = self._seen.get(declaration.urn)
        return declaration if seen is None else replace(declaration, inputs=seen.properties)

    def _with_parents(self, declaration: Declaration) -> list[Declaration]:
        chain = {declaration.urn: declaration}
        parent = self._seen.get(declaration.parent)
        while parent is not None and parent.urn not in chain:
            chain[parent.urn] = parent
            parent = self._seen.get(parent.parent)
        return list(chain.values())

    def _name_stack(self, urn: str) -> None:
        """Learn the stack's name from a URN where the environment does not say it."""
        parts = urn.split("::", 2)
        prefix, _, name = parts[0].rpartition(":")
        if not self._stack.name and prefix == "urn:pulumi" and len(parts) > 1:
            self._stack = replace(self._stack, name=name, project=parts[1])
            self._forget_choices()

    def _forget_choices(self) -> None:
        for name in ("profile", "dispatcher", "_secret_config"):
            self.__dict__.pop(name, None)
        self._ledger.judge_by(self._stack)


def _shown(token: str, urn: str) -> bool:
    return token != STACK_TYPE and not is_default_provider(urn)
