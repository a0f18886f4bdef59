"""A session: one run of the engine against the pack, from its configuration to its summary."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from policies.engine.levels import Levels, read_levels
from policies.engine.profiles import ActiveRule, Profile, Setting, activate, asked_level
from policies.engine.redaction import hide, secret_config, secrets_in
from policies.engine.remediation import Mended, Remediation, mend
from policies.engine.rules import Level, Rule
from policies.engine.waiver_entries import Waivers
from policies.engine.waivers_code import WAIVER_TYPE, waivers_of
from policies.engine.waiving import Waiver

LoadWaivers = Callable[[str], Waivers]


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
        self._load_waivers = load_waivers
        self._environ = environ
        self._today = today
        self._stack = stack_of(environ)
        self._settings: Mapping[str, Setting] = {}
        self._levels = Levels()
        self._remediation = Remediation()
        self._mended: dict[tuple[str, str], None] = {}
        self._configured_profile: str | None = None
        self._lock = threading.RLock()
        self._seen: dict[str, Declaration] = {}
        self._said: dict[tuple[str, str], Judgement] = {}
        # What is wrong with waivers is told once a run, and as early as it can be known.
        self._waiver_problems: list[str] = []
        self._waivers_checked = False
        # Those in the program's own code, by the URN of the component that states them.
        self._in_code: dict[str, Waivers] = {}
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

    @cached_property
    def waivers(self) -> Waivers:
        """The waivers of this stack's project."""
        return self._load_waivers(self._stack.project)

    def analyze(self, declaration: Declaration) -> ResourceResult:
        """Judge one resource by its inputs; with the first, the waivers as far as they are wrong.

        They stop a deployment before it makes anything, as a finding on that resource would.
        """
        with self._lock:
            if self._finished:
                # The whole stack has been judged: this is the first resource of another run.
                self._begin()
            self._name_stack(declaration.urn)
            wrong = self._wrong_waivers()
            self._seen[declaration.urn] = declaration
            if declaration.type == WAIVER_TYPE:
                wrong = (*wrong, *self._take_waiver(declaration))
            graph = Graph(self._stack, self._with_parents(declaration))
        resource = graph.get(declaration.urn)
        if resource is None:
            return ResourceResult((), wrong)
        said = self._excused(self.dispatcher.resource(resource), secret_config(self._stack))
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
            waivers = self._usable_waivers()

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
            late = [
                problem
                for one in declared
                if one.type == WAIVER_TYPE and one.urn not in self._in_code
                for problem in self._take_waiver(one)
            ]
        graph = Graph(self._stack, declared)
        said = self.dispatcher.stack(graph)
        if any(one.findings for one in said):
            said = self._excused(said, secrets_in(graph))
        with self._lock:
            self._said.update({(one.active.rule.name, ""): one for one in said})
            self._excuse_late()
            # A targeted run leaves resources out; what they would have used is not unused.
            whole = all(one.urn in self._seen for one in graph.resources)
            problems = [*self._wrong_waivers(), *late]
            problems += self._unused_waivers() if whole else ()
            self._waiver_problems += [one for one in problems if one not in self._waiver_problems]
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
                waiver_problems=tuple(self._waiver_problems),
                unknown=sum(self._undecided().values()),
                complete=self._finished,
                mended=tuple(self._mended),
            )

    def _begin(self) -> None:
        self._seen.clear()
        self._said.clear()
        self._waiver_problems = []
        self._waivers_checked = False
        self._in_code.clear()
        self._mended.clear()
        self._resources = 0
        self._finished = False

    def _take_waiver(self, declaration: Declaration) -> tuple[str, ...]:
        """Take over a waiver of the program's own; what is wrong with it, the expiry included."""
        rules = {rule.name: rule for rule in self._rules}
        read = waivers_of([declaration], self._stack, rules, self._today)
        self._in_code[declaration.urn] = read
        problems = (*read.problems, *self._expired(read.valid))
        self._waiver_problems += problems
        return problems

    def _excuse_late(self) -> None:
        """Excuse what was judged before its waiver was seen, as where a graph has no order."""
        if not self._in_code:
            return
        waivers = self._usable_waivers()
        for key, said in self._said.items():
            if any(one.waiver is None for one in said.findings):
                self._said[key] = waive(said, waivers, self._stack)

    def _expired(self, waivers: Iterable[Waiver]) -> tuple[str, ...]:
        return tuple(
            f"{waiver.label} expired on {waiver.expires}: mend the stack or renew the waiver"
            for waiver in waivers
            if waiver.expires < self._today
        )

    def _all_waivers(self) -> list[Waiver]:
        in_code = [one for read in self._in_code.values() for one in read.valid]
        return [*self.waivers.valid, *in_code]

    def _excused(self, said: list[Judgement], secrets: set[str]) -> list[Judgement]:
        waivers = self._usable_waivers() if any(one.findings for one in said) else []
        return [self._cleaned(waive(one, waivers, self._stack), secrets) for one in said]

    def _cleaned(self, judgement: Judgement, secrets: set[str]) -> Judgement:
        if not judgement.findings or not secrets:
            return judgement
        findings = tuple(
            replace(finding, message=hide(finding.message, secrets))
            for finding in judgement.findings
        )
        return replace(judgement, findings=findings)

    def _usable_waivers(self) -> list[Waiver]:
        return [waiver for waiver in self._all_waivers() if waiver.expires >= self._today]

    def _wrong_waivers(self) -> tuple[str, ...]:
        """What is wrong with the waivers themselves, the first time that this run asks."""
        if self._waivers_checked:
            return ()
        self._waivers_checked = True
        expired = self._expired(self._named_waivers(self.waivers.valid))
        wrong = (*self.waivers.problems, *expired)
        self._waiver_problems += wrong
        return wrong

    def _unused_waivers(self) -> Iterable[str]:
        used = {
            finding.waiver
            for said in self._said.values()
            for finding in said.findings
            if finding.waiver is not None
        }
        waiting = {said.active.rule.name for said in self._said.values() if said.undecided}
        waiting |= {rule.name for rule in self._rules if self._switched_off(rule)}
        for waiver in self._named_waivers(self._all_waivers()):
            spoken_of = waiver in used or waiver.rule in waiting
            if waiver.expires >= self._today and not spoken_of:
                stack = self._stack.name
                yield f"{waiver.label} excuses nothing on {stack}: remove it or this stack"

    def _switched_off(self, rule: Rule) -> bool:
        asked = asked_level(rule, self._settings.get(rule.name), self._levels, [])
        return asked is Level.DISABLED

    def _named_waivers(self, waivers: Iterable[Waiver]) -> list[Waiver]:
        stack = self._stack
        return [one for one in waivers if one.names(stack.project, stack.name)]

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
        for name in ("profile", "dispatcher", "waivers"):
            self.__dict__.pop(name, None)


def _shown(token: str, urn: str) -> bool:
    return token != STACK_TYPE and not is_default_provider(urn)
