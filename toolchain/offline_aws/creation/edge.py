"""Load balancers."""

from __future__ import annotations

from toolchain.offline_aws.creation.registry import CREATION
from toolchain.offline_aws.crossfield import Refusals, Values, missing, number, objects

_LONGEST_IDLE_SECONDS = 4000


@CREATION.of("aws:lb/listener:Listener", "aws:alb/listener:Listener")
def _listener(values: Values) -> Refusals:
    if values.get("protocol") in ("HTTPS", "TLS") and missing(values, "certificateArn"):
        yield "certificateArn", f"is required for protocol {values['protocol']}"
    if values.get("protocol") == "HTTP" and not missing(values, "sslPolicy"):
        yield "sslPolicy", "is only valid for the protocols HTTPS and TLS"


_CONDITIONS = (
    "hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp",
)  # fmt: skip


@CREATION.of("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
def _listener_rule(values: Values) -> Refusals:
    for at, condition in enumerate(objects(values.get("conditions"))):
        given = [name for name in _CONDITIONS if not missing(condition, name)]
        if len(given) != 1:
            yield f"conditions[{at}]", f"must have exactly one of {', '.join(_CONDITIONS)}"


@CREATION.of("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
def _target_group(values: Values) -> Refusals:
    health = values.get("healthCheck")
    if isinstance(health, dict):
        interval, timeout = number(health.get("interval", 30)), number(health.get("timeout"))
        if interval is not None and timeout is not None and timeout >= interval:
            yield "healthCheck.timeout", "must be smaller than healthCheck.interval"
    sticky = values.get("stickiness")
    if not isinstance(sticky, dict) or values.get("protocol") not in ("HTTP", "HTTPS"):
        return
    if sticky.get("type") in ("source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"):
        yield "stickiness.type", f"{sticky['type']} is not supported by HTTP target groups"
    if sticky.get("type") == "app_cookie" and missing(sticky, "cookieName"):
        yield "stickiness.cookieName", "is required for the type app_cookie"


@CREATION.of("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
def _load_balancer(values: Values) -> Refusals:
    subnets = values.get("subnets")
    application = values.get("loadBalancerType", "application") == "application"
    if application and isinstance(subnets, list) and len(subnets) == 1:
        yield "subnets", "must be in at least two zones for an application load balancer"
    timeout = number(values.get("idleTimeout"))
    if timeout is not None and not 1 <= timeout <= _LONGEST_IDLE_SECONDS:
        yield (
            "idleTimeout",
            f"must be between 1 and {_LONGEST_IDLE_SECONDS} seconds; it is {timeout:g}",
        )
