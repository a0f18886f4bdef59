"""What a rule is: a pure function over the graph, and everything a user is told about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, TypeAlias, TypeVar, cast, overload

from graph.model import Graph, Resource
from graph.raw import Raw
from graph.truth import Truth
from graph.types import canonical_type


class Level(StrEnum):
    """What a finding does: stop the deployment, be shown, or not be looked for."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    DISABLED = "disabled"


class Severity(StrEnum):
    """How much harm a finding stands for."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Parameters:
    """The base of a rule's settings: a subclass gives each field a type and a default.

    Fields may be bool, int, float, str, or a tuple of one of these.
    """


@dataclass(frozen=True, slots=True)
class Check:
    """One question a rule asked: the truth of what it demands, and what to say if it is not so.

    `resource` is for rules over a whole stack; rules over one resource leave it out.
    """

    truth: Truth
    message: str
    path: str = ""
    resource: Resource | None = None


OnUnknown: TypeAlias = Literal["advise", "fail"]
COMMON = "common"
EVERY_TYPE = "*"

# The service that a rule is about, by the first word of its name where that is another word.
_SERVICES: Final = {
    "alarm": "cloudwatch",
    "alarms": "cloudwatch",
    "alb": "elb",
    "certificate": "acm",
    "custom": "cloudwatch",
    "dashboard": "cloudwatch",
    "ebs": "ec2",
    "fargate": "ecs",
    "flow": "vpc",
    "lb": "elb",
    "log": "cloudwatch",
    "nat": "vpc",
    "realtime": "ecs",
    "redis": "elasticache",
    "scaling": "autoscaling",
    "secret": "secretsmanager",
    "service": "ecs",
    "subnet": "vpc",
    "target": "elb",
    "tasks": "ecs",
}
SERVICES: Final = frozenset(
    {
        *_SERVICES.values(),
        *("apigateway", "backup", "cloudfront", "cloudmap", "codedeploy", "dynamodb", "ec2"),
        *("ecr", "iam", "kms", "lambda", "rds", "route53", "s3", "sns", "sqs", "ssm", "waf"),
    }
)
GENERAL: Final = "general"

_P = TypeVar("_P", bound=Parameters)
ResourceJudge: TypeAlias = Callable[[Resource, _P], Iterable[Check]]
StackJudge: TypeAlias = Callable[[Graph, _P], Iterable[Check]]
# What to change of a resource's inputs, by their names as Pulumi has them; None where nothing is.
Remedy: TypeAlias = Callable[[Resource, _P], Mapping[str, Raw] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as the engine holds it; `applies_to` is empty for a rule over the whole stack."""

    name: str
    title: str
    why: str
    requirement: str
    mend: str
    severity: Severity
    level: Level
    profiles: tuple[str, ...]
    parameters: type[Parameters]
    waivable: bool
    on_unknown: OnUnknown
    applies_to: tuple[str, ...]
    # The ids of the requirements that the rule holds a stack to; they change no verdict.
    covers: tuple[str, ...] = ()
    # The ids of the controls of public frameworks that the rule decides; they change no verdict.
    controls: tuple[str, ...] = ()
    on_resource: ResourceJudge[Parameters] | None = None
    on_stack: StackJudge[Parameters] | None = None
    # At most one; a list because it is defined after the rule, and mostly not at all.
    remedies: list[Remedy[Parameters]] = field(
        default_factory=list[Remedy[Parameters]], compare=False, repr=False
    )

    def remedy(self, change: Remedy[_P]) -> Remedy[_P]:
        """Make a pure function the way in which the pack may mend what this rule finds.

        It gets a resource that the rule fails and its settings, and returns the inputs to change:
        a map within a map changes only what it names. It must never ask for what replaces the
        resource. What is secret or unknown stays as it is, and a change that does not make the
        rule pass is not made: the engine sees to both.
        """
        if self.on_resource is None or self.remedies:
            raise TypeError(f"{self.name} is no rule over one resource, or has a remedy already")
        # The engine only ever passes an instance of `parameters`.
        self.remedies.append(cast("Remedy[Parameters]", change))
        return change

    @property
    def remediation(self) -> Remedy[Parameters] | None:
        """The rule's remedy, once the module that defines it is loaded."""
        return self.remedies[0] if self.remedies else None

    @property
    def service(self) -> str:
        """The service that the rule is about, from its name; `general` where it is about several."""
        word = self.name.partition("-")[0]
        return word if word in SERVICES else _SERVICES.get(word, GENERAL)

    def judges(self, token: str) -> bool:
        """Whether a resource rule judges resources of a (canonical) type."""
        return token in self.applies_to or EVERY_TYPE in self.applies_to

    def in_profile(self, profile: str) -> bool:
        """Whether the rule belongs to a profile; a common rule belongs to every one."""
        return profile in self.profiles or COMMON in self.profiles


@overload
def rule(
    name: str,
    *,
    applies_to: Iterable[str],
    title: str,
    why: str,
    requirement: str,
    mend: str,
    severity: Severity,
    level: Level = ...,
    profiles: Iterable[str] = ...,
    parameters: type[_P],
    waivable: bool = ...,
    on_unknown: OnUnknown = ...,
    covers: Iterable[str] = ...,
    controls: Iterable[str] = ...,
) -> Callable[[ResourceJudge[_P]], Rule]: ...
@overload
def rule(
    name: str,
    *,
    applies_to: Iterable[str],
    title: str,
    why: str,
    requirement: str,
    mend: str,
    severity: Severity,
    level: Level = ...,
    profiles: Iterable[str] = ...,
    waivable: bool = ...,
    on_unknown: OnUnknown = ...,
    covers: Iterable[str] = ...,
    controls: Iterable[str] = ...,
) -> Callable[[ResourceJudge[Parameters]], Rule]: ...
def rule(
    name: str,
    *,
    applies_to: Iterable[str],
    title: str,
    why: str,
    requirement: str,
    mend: str,
    severity: Severity,
    level: Level = Level.MANDATORY,
    profiles: Iterable[str] = (COMMON,),
    parameters: type[_P | Parameters] = Parameters,
    waivable: bool = True,
    on_unknown: OnUnknown = "advise",
    covers: Iterable[str] = (),
    controls: Iterable[str] = (),
) -> Callable[[ResourceJudge[_P]], Rule]:
    """Make a function over one resource's inputs a rule; `applies_to` names types, `*` is all.

    The function yields a Check for each thing it demands, and none where it does not apply.
    `covers` names the requirements that the rule holds a stack to, such as "CHAT-000-07", and
    `controls` those of Security Hub that it decides: "FSBP ECS.2" of AWS's foundational best
    practices, "SecurityHub KMS.4" outside of them.
    """

    def decorate(judge: ResourceJudge[_P]) -> Rule:
        return Rule(
            name=name,
            title=title,
            why=why,
            requirement=requirement,
            mend=mend,
            severity=severity,
            level=level,
            profiles=tuple(profiles),
            parameters=parameters,
            waivable=waivable,
            on_unknown=on_unknown,
            covers=tuple(covers),
            controls=tuple(controls),
            applies_to=tuple(canonical_type(token) for token in applies_to),
            # The engine only ever passes an instance of `parameters`.
            on_resource=cast("ResourceJudge[Parameters]", judge),
        )

    return decorate


@overload
def stack_rule(
    name: str,
    *,
    title: str,
    why: str,
    requirement: str,
    mend: str,
    severity: Severity,
    level: Level = ...,
    profiles: Iterable[str] = ...,
    parameters: type[_P],
    waivable: bool = ...,
    on_unknown: OnUnknown = ...,
    covers: Iterable[str] = ...,
    controls: Iterable[str] = ...,
) -> Callable[[StackJudge[_P]], Rule]: ...
@overload
def stack_rule(
    name: str,
    *,
    title: str,
    why: str,
    requirement: str,
    mend: str,
    severity: Severity,
    level: Level = ...,
    profiles: Iterable[str] = ...,
    waivable: bool = ...,
    on_unknown: OnUnknown = ...,
    covers: Iterable[str] = ...,
    controls: Iterable[str] = ...,
) -> Callable[[StackJudge[Parameters]], Rule]: ...
def stack_rule(
    name: str,
    *,
    title: str,
    why: str,
    requirement: str,
    mend: str,
    severity: Severity,
    level: Level = Level.MANDATORY,
    profiles: Iterable[str] = (COMMON,),
    parameters: type[_P | Parameters] = Parameters,
    waivable: bool = True,
    on_unknown: OnUnknown = "advise",
    covers: Iterable[str] = (),
    controls: Iterable[str] = (),
) -> Callable[[StackJudge[_P]], Rule]:
    """Make a function over the whole graph (outputs, dependencies) a rule."""

    def decorate(judge: StackJudge[_P]) -> Rule:
        return Rule(
            name=name,
            title=title,
            why=why,
            requirement=requirement,
            mend=mend,
            severity=severity,
            level=level,
            profiles=tuple(profiles),
            parameters=parameters,
            waivable=waivable,
            on_unknown=on_unknown,
            covers=tuple(covers),
            controls=tuple(controls),
            applies_to=(),
            # The engine only ever passes an instance of `parameters`.
            on_stack=cast("StackJudge[Parameters]", judge),
        )

    return decorate
