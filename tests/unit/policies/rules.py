"""Small rules that show each thing a rule can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.engine import Check, Level, Parameters, Rule, Severity, rule, stack_rule

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUBNET = "aws:ec2/subnet:Subnet"


@dataclass(frozen=True)
class Timeout(Parameters):
    seconds: int = 300
    factor: float = 1.5
    strict: bool = False
    label: str = "x"
    names: tuple[str, ...] = ("a",)


@rule(
    "idle-timeout",
    applies_to=("aws:alb/loadBalancer:LoadBalancer",),
    title="Connections stay open",
    why="WebSockets are long-lived.",
    requirement="spec 1",
    mend="Set idle_timeout=300.",
    severity=Severity.HIGH,
    profiles=("chat",),
    parameters=Timeout,
    covers=("CHAT-000-07",),
)
def idle_timeout(resource: Resource, parameters: Timeout) -> Iterator[Check]:
    timeout = resource["idleTimeout"]
    message = f"idle timeout is {timeout.text()}, not {parameters.seconds}"
    yield Check(timeout.equals(parameters.seconds), message, path="idleTimeout")


@rule(
    "strict-name",
    applies_to=(BALANCER,),
    title="Names are given",
    why="Somebody looks for them.",
    requirement="spec 2",
    mend="Set name.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    on_unknown="fail",
    waivable=False,
)
def strict_name(resource: Resource, _parameters: Parameters) -> Iterator[Check]:
    yield Check(resource["name"].is_set() & resource["name"].equals("known"), "no name", "name")


@stack_rule(
    "balancer-has-subnets",
    title="Balancers have subnets",
    why="They stand somewhere.",
    requirement="spec 3",
    mend="Set subnets.",
    severity=Severity.CRITICAL,
)
def balancer_has_subnets(graph: Graph, _parameters: Parameters) -> Iterator[Check]:
    for balancer in graph.of_type(BALANCER):
        if balancer["subnets"].unknown and not balancer.references("subnets"):
            yield Check(Truth.UNKNOWN, "which is not known", resource=balancer)
            continue
        found = Truth.of(bool(balancer.references("subnets", SUBNET)))
        yield Check(found, "it has none", path="subnets", resource=balancer)


@rule(
    "crashing",
    applies_to=(SUBNET,),
    title="Never works",
    why="It has a fault.",
    requirement="spec 4",
    mend="Mend the subnet.",
    severity=Severity.MEDIUM,
)
def crashing(resource: Resource, _parameters: Parameters) -> Iterator[Check]:
    yield Check(Truth.YES, "fine so far")
    raise LookupError(str(resource["cidrBlock"].value))


@rule(
    "undecided-half",
    applies_to=(SUBNET,),
    title="Reads two values",
    why="One may be unknown.",
    requirement="spec 5",
    mend="Set both.",
    severity=Severity.MEDIUM,
)
def undecided_half(resource: Resource, _parameters: Parameters) -> Iterator[Check]:
    yield Check(resource["one"].equals(1), "one is not 1", path="one")
    yield Check(Truth.of(resource["two"].value == 2), "two is not 2", path="two")


@rule(
    "telling",
    applies_to=("*",),
    title="Tells what it should not",
    why="A rule may be careless.",
    requirement="spec 6",
    mend="Use text().",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def telling(resource: Resource, _parameters: Parameters) -> Iterator[Check]:
    password = resource["password"]
    if password.known:
        yield Check(Truth.NO, f"the password is {password.value}", path="password")


ALL: tuple[Rule, ...] = (
    balancer_has_subnets,
    crashing,
    idle_timeout,
    strict_name,
    telling,
    undecided_half,
)
