"""What the catalog profile makes of rules whose settings are its own."""

from __future__ import annotations

from typing import cast

import pytest

from graph.raw import Raw
from policies.aws import types
from policies.profiles.catalog import PROFILE
from policies.rules.routing import alb_path_routing
from policies.testing import UNKNOWN, judged, resource

REQUIRED = cast("tuple[str, ...]", PROFILE.parameters["alb-path-routing"]["required"])


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"pathPattern": {"values": ["/products/*"]}}, "pass"),
        ({"hostHeader": {"values": ["shop.example.com"]}}, "fail"),
    ],
)
def test_any_path_will_do_where_the_spec_names_none(condition: Raw, verdict: str) -> None:
    balancer = resource(types.ALB, "alb")
    listener = resource(
        types.LISTENER, "https", {"protocol": "HTTPS"}, refs={"loadBalancerArn": ["alb"]}
    )
    group = resource(types.TARGET_GROUP, "products")
    rule = resource(
        types.LISTENER_RULE,
        "rule",
        {"conditions": [condition], "actions": [{"type": "forward", "targetGroupArn": UNKNOWN}]},
        refs={"listenerArn": ["https"], "actions": ["products"]},
    )

    settings: dict[str, Raw] = {"required": list(REQUIRED)}
    said = judged(alb_path_routing, balancer, listener, group, rule, parameters=settings)

    assert said == verdict
