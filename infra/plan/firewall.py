"""What the web application firewall does with requests, and in which order.

Rate limits come first: they see every request, cost least, and keep a flood from the rule groups,
of which Bot Control is paid for by the request. Then attacks that are certain, then likely ones,
then bots. A request that nothing blocks is allowed.

What a rule group blocks is only counted where that would refuse people who use the product as it
is meant: each such exception has its reason here. Sources: AWS WAF developer guide, "AWS Managed
Rules rule groups list".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.plan.context import Place
from infra.plan.iam import Statement, document

LOG_GROUP_PREFIX = "aws-waf-logs-"
"""AWS WAF writes to no log group with another beginning."""

WINDOW_SECONDS = 300
TOO_MANY_REQUESTS = 429
RETRY_AFTER_SECONDS = 60
"""AWS counts over a sliding window: a minute of silence frees a fifth of the limit."""

RATE_LIMITED = "rate-limited"
"""The key of the answer to clients that are too fast."""
RATE_LIMITED_BODY = json.dumps(
    {"error": "too many requests", "retryAfterSeconds": RETRY_AFTER_SECONDS}
)

CONFIDENTIAL_HEADERS = ("authorization", "cookie")
"""Replaced in logs and in samples, with the query string, in which Socket.IO clients may send
tokens as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """Block an address that asks for these paths too often.

    Paths are compared as they were sent, as the load balancer compares them: a path that were
    normalised first could count for another service than the one that it leads to.
    """

    part: str
    priority: int
    prefixes: tuple[str, ...]
    limit: int
    """Requests of one address in `WINDOW_SECONDS`; AWS takes 10 to 2,000,000,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedRules:
    """A rule group that AWS maintains; the rules in `counted` are counted instead of blocked."""

    part: str
    priority: int
    group: str
    counted: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rule to the reason why blocking it would be wrong."""
    evidence: tuple[str, ...] = ()
    """Labels of counted rules whose requests are worth keeping in the log."""
    inspection_level: str | None = None


_CORE_LABEL = "awswaf:managed:aws:core-rule-set:"
_FREE_TEXT = "people write about code, paths and addresses; services treat messages as text only"

KNOWN_BAD_INPUTS = ManagedRules(
    part="bad-inputs", priority=30, group="AWSManagedRulesKnownBadInputsRuleSet"
)
COMMON = ManagedRules(
    part="common",
    priority=40,
    group="AWSManagedRulesCommonRuleSet",
    counted={
        "SizeRestrictions_BODY": (
            "it blocks bodies over 8 KiB, which long messages and polled packets pass; "
            "the services have limits of their own"
        ),
        "CrossSiteScripting_BODY": _FREE_TEXT,
        "GenericLFI_BODY": _FREE_TEXT,
        "GenericRFI_BODY": _FREE_TEXT,
        "EC2MetaDataSSRF_BODY": _FREE_TEXT,
        "NoUserAgent_HEADER": "WebSocket clients of mobile apps send no User-Agent",
    },
    evidence=(
        f"{_CORE_LABEL}SizeRestrictions_Body",
        f"{_CORE_LABEL}CrossSiteScripting_Body",
        f"{_CORE_LABEL}GenericLFI_Body",
        f"{_CORE_LABEL}GenericRFI_Body",
        f"{_CORE_LABEL}EC2MetaDataSSRF_Body",
    ),
)
BOT_CONTROL = ManagedRules(
    part="bots",
    priority=50,
    group="AWSManagedRulesBotControlRuleSet",
    counted={
        "SignalNonBrowserUserAgent": "the mobile app is no browser (chat spec 001, Expo)",
        "CategoryHttpLibrary": "the mobile app calls by its platform's HTTP library",
    },
    # What the app itself does is in the metrics: its requests would fill the log.
    inspection_level="COMMON",
)
MANAGED_RULES = (KNOWN_BAD_INPUTS, COMMON, BOT_CONTROL)


def rate_rules(api_limit: int, socket_limit: int) -> tuple[RateRule, ...]:
    """A limit for the API's paths, and one for all by which sockets are opened and polled."""
    return (
        RateRule(part="api-rate", priority=10, prefixes=("/api/",), limit=api_limit),
        RateRule(
            part="socket-rate",
            priority=20,
            # The load balancer leads both to the same service.
            prefixes=("/socket.io/", "/ws/"),
            limit=socket_limit,
        ),
    )


def logged_labels() -> tuple[str, ...]:
    """Labels of requests that are logged although they were let through."""
    return tuple(label for rules in MANAGED_RULES for label in rules.evidence)


def log_policy(place: Place, log_group_arn: str) -> dict[str, object]:
    """Let AWS's log delivery write to the firewall's log group, on behalf of this account only."""
    return document(
        [
            Statement[str](
                sid="FirewallWritesItsLog",
                actions=("logs:CreateLogStream", "logs:PutLogEvents"),
                resources=(f"{log_group_arn}:*",),
                principals={"Service": "delivery.logs.amazonaws.com"},
                conditions={
                    "StringEquals": {"aws:SourceAccount": place.account},
                    "ArnLike": {"aws:SourceArn": place.arn("logs", "*")},
                },
            )
        ]
    )
