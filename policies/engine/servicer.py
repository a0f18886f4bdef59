"""The analyzer service that the engine talks to, over a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Final, final

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2

# The base class supplies the pack's metadata; PolicyPack itself serves and never returns.
from pulumi_policy.policy import EnforcementLevel, Policy
from pulumi_policy.policy import (
    _PolicyAnalyzerServicer as PolicyAnalyzerServicer,  # pyright: ignore[reportPrivateUsage]
)
from typing_extensions import override

from graph.decoding import decode_struct
from graph.from_analyzer import declaration_of_request, declaration_of_stack_resource
from graph.model import Stack
from graph.values import Property
from policies.engine.crashes import place_of
from policies.engine.environment import config_of
from policies.engine.errors import PackError
from policies.engine.judging import Judgement, Verdict
from policies.engine.messages import compose
from policies.engine.pack import (
    LEVELS_POLICY,
    OWN_POLICIES,
    PACK_NAME,
    PROFILE_POLICY,
    REMEDIATION_POLICY,
    UNDECIDED_POLICY,
)
from policies.engine.profiles import Setting
from policies.engine.remediation import read_remediation
from policies.engine.rules import Level, Rule
from policies.engine.session import Session
from policies.engine.summary import WAIVERS_RULE, ToldFile

_LEVELS: Final = {
    Level.MANDATORY: analyzer_pb2.MANDATORY,
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.DISABLED: analyzer_pb2.DISABLED,
}
_FROM_WIRE: Final = {
    analyzer_pb2.MANDATORY: Level.MANDATORY,
    analyzer_pb2.ADVISORY: Level.ADVISORY,
    analyzer_pb2.DISABLED: Level.DISABLED,
    # What its remedy does not mend blocks.
    analyzer_pb2.REMEDIATE: Level.MANDATORY,
}
_SEVERITIES: Final = {
    "low": analyzer_pb2.POLICY_SEVERITY_LOW,
    "medium": analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    "high": analyzer_pb2.POLICY_SEVERITY_HIGH,
    "critical": analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}
_OWN: Final = frozenset({*OWN_POLICIES, "all"})


class Servicer(PolicyAnalyzerServicer):
    """Decodes each request once, lets the session judge, and encodes what it says."""

    def __init__(
        self,
        session: Session,
        rules: Sequence[Rule],
        policies: list[Policy],
        *,
        levels: Mapping[str, Level],
        version: str,
        stop: Callable[[], None],
        told: Sequence[ToldFile] = (),
    ) -> None:
        super().__init__(PACK_NAME, version, policies, EnforcementLevel.MANDATORY)
        self._session = session
        self._rules = tuple(rules)
        self._declared = {rule.name: levels.get(rule.name, rule.level) for rule in rules}
        self._version = version
        self._stop = stop
        self._files = tuple(told)
        self._idle: dict[str, analyzer_pb2.AnalyzeResponse] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that it serves."""
        return self._rules

    @override
    def Configure(
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, _context: grpc.ServicerContext
    ) -> Empty:
        """Take over levels and parameters; what does not fit is one error."""
        settings: dict[str, Setting] = {}
        profile: str | None = None
        levels: dict[str, object] = {}
        mending: dict[str, object] = {}
        named: list[str] = []
        for name in request.policyConfig:
            config = request.policyConfig[name]
            values = decode_struct(config.properties)
            if name in {PROFILE_POLICY, "all"} and isinstance(values.get("profile"), str):
                profile = str(values["profile"])
            if name == REMEDIATION_POLICY:
                mending = {key: Property(value).value for key, value in values.items()}
            if name == LEVELS_POLICY:
                levels = {key: Property(value).value for key, value in values.items()}
            if name in _OWN:
                continue
            level = _FROM_WIRE[config.enforcementLevel]
            if config.enforcementLevel == analyzer_pb2.REMEDIATE:
                named.append(name)
            # The CLI sends every policy's level; one that was declared was not asked for.
            asked = None if level is self._declared.get(name) else level
            parameters = {key: Property(value).value for key, value in values.items()}
            settings[name] = Setting(asked, parameters)
        with _Told(_context):
            remediation = read_remediation(mending, named, self._rules)
            self._session.configure(settings, profile, levels, remediation)
        self._idle.clear()
        return Empty()

    @override
    def ConfigureStack(
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Take over what the engine says of the stack, where the host hands it on."""
        stack = Stack(
            organization=request.organization,
            project=request.project,
            name=request.stack,
            dry_run=request.dry_run,
            config=config_of(dict(request.config), set(request.config_secret_keys)),
            tags=dict(request.tags),
        )
        self._session.configure_stack(stack)
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    @override
    def Analyze(
        self, request: analyzer_pb2.AnalyzeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge one resource's inputs."""
        with _Told(_context):
            result = self._session.analyze(declaration_of_request(request))
            found = self._diagnostics(result.judgements) + self._told(result.waiver_problems)
            idle = self._not_applicable(result.judgements)
        if not found:
            # Most resources are in order: one answer, made once, serves all that the same rules judge.
            return idle
        response = analyzer_pb2.AnalyzeResponse(diagnostics=found)
        response.MergeFrom(idle)
        self._changed()
        return response

    @override
    def AnalyzeStack(
        self, request: analyzer_pb2.AnalyzeStackRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge the whole stack's outputs, then its waivers."""
        with _Told(_context):
            declared = [declaration_of_stack_resource(one) for one in request.resources]
            result = self._session.analyze_stack(declared)
            found = self._diagnostics(result.judgements) + self._told(result.waiver_problems)
            response = analyzer_pb2.AnalyzeResponse(diagnostics=found)
            if result.undecided:
                message = undecided_text(result.undecided)
                response.diagnostics.append(self._own(UNDECIDED_POLICY, message, Level.ADVISORY))
            response.MergeFrom(self._not_applicable(result.judgements))
        self._changed()
        self.finish()
        return response

    @override
    def Remediate(
        self, request: analyzer_pb2.AnalyzeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Mend what the allowed remedies can; nothing, unless the configuration asks for it."""
        if not self._session.mends:
            return analyzer_pb2.RemediateResponse()
        with _Told(_context):
            made = self._session.remediate(declaration_of_request(request), request.properties)
        return analyzer_pb2.RemediateResponse(
            remediations=[
                analyzer_pb2.Remediation(
                    policyName=one.rule.name,
                    policyPackName=PACK_NAME,
                    policyPackVersion=self._version,
                    description=one.rule.title,
                    properties=one.properties,
                    diagnostic=one.problem,
                )
                for one in made
            ]
        )

    @override
    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """End the process once this answer is out."""
        self.finish()
        self._stop()
        return Empty()

    def finish(self) -> None:
        """Leave nothing untold when the run ends."""
        for file in self._files:
            file.flush()

    def _changed(self) -> None:
        for file in self._files:
            file.changed()

    def _diagnostics(self, said: Iterable[Judgement]) -> list[analyzer_pb2.AnalyzeDiagnostic]:
        return [
            analyzer_pb2.AnalyzeDiagnostic(
                policyName=finding.active.rule.name,
                policyPackName=PACK_NAME,
                policyPackVersion=self._version,
                message=compose(finding),
                urn=finding.urn,
                description=finding.active.rule.title,
                enforcementLevel=(
                    _LEVELS[finding.active.level]
                    if finding.waiver is None
                    else analyzer_pb2.ADVISORY
                ),
                severity=_SEVERITIES[finding.active.rule.severity.value],
            )
            for judgement in said
            for finding in judgement.findings
        ]

    def _told(self, problems: Iterable[str]) -> list[analyzer_pb2.AnalyzeDiagnostic]:
        return [self._own(WAIVERS_RULE, problem, Level.MANDATORY) for problem in problems]

    def _own(self, policy: str, message: str, level: Level) -> analyzer_pb2.AnalyzeDiagnostic:
        return analyzer_pb2.AnalyzeDiagnostic(
            policyName=policy,
            policyPackName=PACK_NAME,
            policyPackVersion=self._version,
            message=message,
            enforcementLevel=_LEVELS[level],
        )

    def _not_applicable(self, said: Iterable[Judgement]) -> analyzer_pb2.AnalyzeResponse:
        judged = frozenset(
            one.active.rule.name for one in said if one.verdict is not Verdict.NOT_APPLICABLE
        )
        key = ",".join(sorted(judged))
        if key not in self._idle:
            idle = [
                analyzer_pb2.PolicyNotApplicable(policy_name=rule.name, reason="nothing to judge")
                for rule in self._rules
                if rule.name not in judged
            ]
            self._idle[key] = analyzer_pb2.AnalyzeResponse(not_applicable=idle)
        return self._idle[key]


def undecided_text(undecided: Mapping[str, int]) -> str:
    """One line on everything that waits for values which only a deployment makes known."""
    rules = ", ".join(f"{name} ({count})" for name, count in sorted(undecided.items()))
    return f"Not decided before the deployment, with the number of resources: {rules}"


@final
class _Told:
    """Turns an error of the pack, or of its configuration, into one clear answer to the engine."""

    def __init__(self, context: grpc.ServicerContext) -> None:
        self._context = context

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, PackError):
            self._context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        elif isinstance(error, Exception):
            # Nothing passes unjudged. Its text may hold what it was reading; its place does not.
            place = place_of(error, None)
            message = f"The policy pack itself failed with {type(error).__name__} at {place}"
            self._context.abort(grpc.StatusCode.INTERNAL, message)
