"""How requests find the right service: paths, stickiness, health."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.balancing import (
    is_application,
    is_internal,
    listeners_of,
    path_patterns,
    redirects_to_https,
    routes_path,
    rules_of,
    speaks_http,
    speaks_https,
    targets_of,
)
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_CHAT = ("chat",)


@dataclass(frozen=True)
class Paths(Parameters):
    """Paths that must be routed, told by an example request each; `|` parts alternatives.

    With none, any path will do.
    """

    required: tuple[str, ...] = ("/api/health", "/socket.io/?EIO=4|/ws/chat")


def _secure_rules(balancer: Resource) -> list[tuple[Resource, Truth]]:
    return [
        (one, speaks_https(given(listener, "protocol")))
        for listener in listeners_of(balancer)
        for one in rules_of(listener)
    ]


@stack_rule(
    "alb-path-routing",
    title="The HTTPS listener routes requests by their paths",
    why="REST and realtime traffic go to services that scale on their own.",
    requirement="chat spec 000, Backend Stack: Path routing; catalog spec, 3 Application Load "
    "Balancer: path-based routing rules",
    mend="Add an aws.lb.ListenerRule with conditions=[{'path_pattern': {'values': ['/api/*']}}] "
    "forwarding to the service's target group, and one for '/socket.io/*'.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=("catalog", "chat"),
    parameters=Paths,
    covers=("CHAT-000-14", "CHAT-000-15", "CHAT-001-016", "CHAT-001-107"),
)
def alb_path_routing(graph: Graph, parameters: Paths) -> Iterator[Check]:
    """Each internet-facing load balancer has, on HTTPS, a forwarding rule for each path."""
    for balancer in graph.of_type(types.ALB):
        if is_application(balancer) is Truth.NO or is_internal(balancer) is Truth.YES:
            continue
        rules = _secure_rules(balancer)
        for wanted in parameters.required or ("",):
            truth = Truth.any(
                secure & _routes(one, path) & Truth.of(bool(targets_of(one)))
                for one, secure in rules
                for path in wanted.split("|")
            )
            message = f"no HTTPS rule forwards {wanted or 'by path'}"
            yield Check(truth, message, resource=balancer)


def _routes(one: Resource, path: str) -> Truth:
    return routes_path(one, path) if path else Truth.of(bool(path_patterns(one)))


@stack_rule(
    "alb-http-rules-redirect",
    title="Rules of HTTP listeners only redirect to HTTPS",
    why="A listener that redirects by default still serves what a rule of it forwards.",
    requirement="chat spec 000, Backend Stack: Application Load Balancer: HTTPS; AWS FSBP ELB.1",
    mend="Move the aws.lb.ListenerRule to the HTTPS listener, or give it a redirect action with "
    "protocol='HTTPS'.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    controls=("FSBP ELB.1",),
)
def alb_http_rules_redirect(graph: Graph, _: Parameters) -> Iterator[Check]:
    """No rule of a plain HTTP listener forwards or answers by itself."""
    for listener in graph.of_type(types.LISTENER):
        plain = speaks_http(given(listener, "protocol"), given(listener, "port"))
        if plain is Truth.NO:
            continue
        for one in rules_of(listener):
            redirected = given(one, "actions").all(redirects_to_https)
            yield Check(~plain | redirected, "it serves plain HTTP", "actions", one)


@dataclass(frozen=True)
class RealtimePaths(Parameters):
    """Requests by which realtime traffic is told."""

    paths: tuple[str, ...] = ("/socket.io/?EIO=4", "/socket.io/", "/ws/chat")


@stack_rule(
    "realtime-sticky-sessions",
    title="Realtime target groups keep a client on its task",
    why="Socket.IO's polling transport breaks when its requests reach different tasks.",
    requirement="chat spec 001, Load Balancing: Sticky sessions for Socket.IO polling fallback",
    mend="Set stickiness={'type': 'lb_cookie', 'enabled': True, 'cookie_duration': 3600} on the "
    "realtime aws.lb.TargetGroup.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=_CHAT,
    parameters=RealtimePaths,
    covers=("CHAT-001-109",),
)
def realtime_sticky_sessions(graph: Graph, parameters: RealtimePaths) -> Iterator[Check]:
    """The target groups behind realtime paths have stickiness; a group without the block not."""
    seen: set[str] = set()
    for one in graph.of_type(types.LISTENER_RULE):
        realtime = Truth.any(routes_path(one, path) for path in parameters.paths)
        if realtime is Truth.NO:
            continue
        for group in targets_of(one):
            if group.urn in seen:
                continue
            seen.add(group.urn)
            stickiness = given(group, "stickiness")
            # The block's own `enabled` is true when the block is there; without it AWS has none.
            sticky = stickiness.is_set() & stickiness["enabled"].is_true(default=True)
            message = f"stickiness is {'absent' if stickiness.absent else 'off'}"
            yield Check(~realtime | sticky, message, "stickiness", group)


@rule(
    "target-group-health-check",
    applies_to=(types.TARGET_GROUP,),
    title="Target groups check the health of their targets on a path of its own",
    why="A task that answers nothing must stop getting requests, and be replaced.",
    requirement="chat spec 001, Load Balancing: Health check; chat spec 000: production-ready",
    mend="Set health_check={'path': '/health', 'matcher': '200', …} on the aws.lb.TargetGroup.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def target_group_health_check(resource: Resource, _: Parameters) -> Iterator[Check]:
    """HTTP target groups check a path that the program names, and the check is enabled."""
    http = resource["protocol"].matches(r"(?i)\AHTTPS?\Z")
    if http is Truth.NO or resource["targetType"].equals("lambda") is Truth.YES:
        return
    check = resource["healthCheck"]
    truth = check["enabled"].is_true(default=True) & check["path"].is_set()
    message = "no health check path is named, so AWS asks for /"
    yield Check(~http | truth, message, "healthCheck")
