"""The firewall: what it blocks, what it only counts, and what its log tells."""

from __future__ import annotations

import json
from functools import cache

import pytest

from graph.model import Graph
from graph.values import Property
from infra.components.firewall import Firewall, FirewallArgs
from infra.plan import firewall, routing
from tests.unit.infra.recorded import CONTEXT, KEY, PLACE, component_graph, named, one

BALANCER = PLACE.arn("elasticloadbalancing", "loadbalancer/app/chat/1")
# AWS WAF developer guide: capacity units of each rule group, and of a rate-based rule with a
# scope-down statement of one or of two path prefixes.
CAPACITY = {
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesBotControlRuleSet": 50,
}
INCLUDED_CAPACITY = 1500


@cache
def protected(*, preview: bool = False) -> Graph:
    args = FirewallArgs(
        context=CONTEXT,
        load_balancer_arn=BALANCER,
        api_rate_limit=2000,
        socket_rate_limit=5000,
        log_days=30,
        log_key_arn=KEY,
    )
    return component_graph(lambda: Firewall("firewall", args), preview=preview)


def rules() -> dict[str, Property]:
    listed = one(protected(), "WebAcl")["rules"].items()
    return {str(rule["name"].value): rule for rule in listed}


def limited_prefixes(rule: Property) -> set[str]:
    scope = rule["statement"]["rateBasedStatement"]["scopeDownStatement"]
    either = scope["orStatement"]["statements"]
    matches = [scope] if either.absent else list(either.items())
    assert all(
        match["byteMatchStatement"]["positionalConstraint"].value == "STARTS_WITH"
        for match in matches
    )
    return {str(match["byteMatchStatement"]["searchString"].value) for match in matches}


def counted(part: str) -> set[str]:
    overrides = rules()[part]["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert all(not override["actionToUse"]["count"].absent for override in overrides.items())
    return {str(override["name"].value) for override in overrides.items()}


@pytest.mark.requirement("CHAT-004-19")
def test_the_firewall_stands_before_the_load_balancer_and_allows_what_no_rule_blocks() -> None:
    acl, association = one(protected(), "WebAcl"), one(protected(), "WebAclAssociation")

    assert acl["scope"].value == "REGIONAL"
    assert not acl["defaultAction"]["allow"].absent
    assert acl["defaultAction"]["block"].absent
    assert association["resourceArn"].value == BALANCER
    assert association.references("webAclArn", acl.type) == [acl]


@pytest.mark.requirement("CHAT-001-015", "CHAT-001-113")
def test_addresses_are_limited_apart_for_the_api_and_for_sockets() -> None:
    api, sockets = rules()["api-rate"], rules()["socket-rate"]

    for rule, limit in ((api, 2000), (sockets, 5000)):
        statement = rule["statement"]["rateBasedStatement"]
        assert statement["limit"].value == limit
        assert statement["evaluationWindowSec"].value == 300
        assert statement["aggregateKeyType"].value == "IP"
    assert limited_prefixes(api) == {"/api/"}
    assert limited_prefixes(sockets) == {"/socket.io/", "/ws/"}


def test_every_path_that_leads_to_a_service_is_limited() -> None:
    limited = {
        f"{prefix}*"
        for rule in (rules()["api-rate"], rules()["socket-rate"])
        for prefix in limited_prefixes(rule)
    }

    assert limited == {*routing.API.paths, *routing.REALTIME.paths}


def test_paths_are_compared_as_the_load_balancer_compares_them() -> None:
    scope = rules()["api-rate"]["statement"]["rateBasedStatement"]["scopeDownStatement"]

    transformations = scope["byteMatchStatement"]["textTransformations"].items()
    assert [str(one["type"].value) for one in transformations] == ["NONE"]


def test_a_client_that_is_too_fast_is_told_so_in_json_and_when_to_come_back() -> None:
    (body,) = one(protected(), "WebAcl")["customResponseBodies"].items()

    assert body["contentType"].value == "APPLICATION_JSON"
    assert json.loads(str(body["content"].value))["error"] == "too many requests"
    for part in ("api-rate", "socket-rate"):
        response = rules()[part]["action"]["block"]["customResponse"]
        assert response["responseCode"].value == 429
        assert response["customResponseBodyKey"].value == body["key"].value
        assert response["responseHeaders"][0].value == {"name": "Retry-After", "value": "60"}


def test_limits_come_before_rule_groups_and_the_paid_one_comes_last() -> None:
    in_order = sorted(rules(), key=lambda part: int(str(rules()[part]["priority"].value)))

    assert in_order == ["api-rate", "socket-rate", "bad-inputs", "common", "bots"]


@pytest.mark.requirement("CHAT-001-015", "CHAT-001-113")
def test_the_rule_groups_of_the_specification_block_by_their_own_actions() -> None:
    groups = {
        str(rule["statement"]["managedRuleGroupStatement"]["name"].value)
        for rule in rules().values()
        if not rule["statement"]["managedRuleGroupStatement"].absent
    }

    assert groups == set(CAPACITY)
    for part in ("bad-inputs", "common", "bots"):
        assert not rules()[part]["overrideAction"]["none"].absent
        assert rules()[part]["action"].absent


@pytest.mark.requirement("CHAT-001-113")
def test_bots_are_inspected_at_the_common_level() -> None:
    statement = rules()["bots"]["statement"]["managedRuleGroupStatement"]
    (config,) = statement["managedRuleGroupConfigs"].items()

    assert config["awsManagedRulesBotControlRuleSet"]["inspectionLevel"].value == "COMMON"
    assert rules()["common"]["statement"]["managedRuleGroupStatement"][
        "managedRuleGroupConfigs"
    ].absent


def test_the_mobile_app_is_not_taken_for_a_bot() -> None:
    assert counted("bots") == {"SignalNonBrowserUserAgent", "CategoryHttpLibrary"}
    assert "NoUserAgent_HEADER" in counted("common")


def test_what_people_write_to_each_other_is_not_taken_for_an_attack() -> None:
    assert {rule for rule in counted("common") if rule.endswith("_BODY")} == {
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
    }
    assert counted("bad-inputs") == set()


def test_every_exception_has_its_reason() -> None:
    for group in firewall.MANAGED_RULES:
        assert all(len(reason) > 20 for reason in group.counted.values())


def test_the_rules_fit_into_the_capacity_that_is_included() -> None:
    # A rate limit costs 2, a path prefix 2, and an "or" as much as its parts.
    rates = sum(2 + 2 * len(rule.prefixes) for rule in firewall.rate_rules(10, 10))

    assert rates + sum(CAPACITY[group.group] for group in firewall.MANAGED_RULES) <= (
        INCLUDED_CAPACITY
    )


def test_every_rule_and_the_whole_have_a_metric() -> None:
    acl = one(protected(), "WebAcl")

    visible = [acl["visibilityConfig"], *(rule["visibilityConfig"] for rule in rules().values())]
    assert all(part["cloudwatchMetricsEnabled"].value for part in visible)
    assert [str(part["metricName"].value) for part in visible] == ["chat-test", *rules()]
    assert acl["name"].value == acl["visibilityConfig"]["metricName"].value


def test_tokens_are_kept_out_of_the_log_and_of_samples() -> None:
    logging = one(protected(), "WebAclLoggingConfiguration")
    protections = one(protected(), "WebAcl")["dataProtectionConfig"]["dataProtections"].items()

    redacted = logging["redactedFields"].items()
    headers = {str(entry["singleHeader"]["name"].value) for entry in redacted[:-1]}
    assert headers == {"authorization", "cookie"}
    assert not redacted[-1]["queryString"].absent
    fields = [protection["field"] for protection in protections]
    assert fields[0]["fieldKeys"].value == ["authorization", "cookie"]
    assert fields[1]["fieldType"].value == "QUERY_STRING"
    assert {str(protection["action"].value) for protection in protections} == {"SUBSTITUTION"}


def test_the_log_tells_what_was_blocked_and_what_counted_rules_found_in_messages() -> None:
    wanted = one(protected(), "WebAclLoggingConfiguration")["loggingFilter"]

    assert wanted["defaultBehavior"].value == "DROP"
    (kept,) = wanted["filters"].items()
    conditions = kept["conditions"].items()
    assert kept["behavior"].value == "KEEP"
    assert kept["requirement"].value == "MEETS_ANY"
    assert conditions[0]["actionCondition"]["action"].value == "BLOCK"
    labels = {str(one["labelNameCondition"]["labelName"].value) for one in conditions[1:]}
    assert labels == set(firewall.logged_labels())
    bodies = {rule for rule in firewall.COMMON.counted if rule.endswith("_BODY")}
    assert {label.rpartition(":")[2].upper() for label in labels} == {
        rule.upper() for rule in bodies
    }


def test_the_log_has_the_name_that_aws_demands_and_is_kept_encrypted() -> None:
    group = one(protected(), "LogGroup")

    assert group["name"].value == "aws-waf-logs-chat-test"
    assert group["retentionInDays"].value == 30
    assert group["kmsKeyId"].value == KEY
    logging = one(protected(), "WebAclLoggingConfiguration")
    assert logging.references("logDestinationConfigs", group.type) == [group]


def test_only_log_delivery_for_this_account_may_write_the_log_and_a_preview_knows() -> None:
    policy = one(protected(preview=True), "LogResourcePolicy")

    (statement,) = json.loads(str(policy["policyDocument"].value))["Statement"]
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Resource"] == [PLACE.arn("logs", "log-group:aws-waf-logs-chat-test:*")]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert statement["Condition"]["ArnLike"] == {
        "aws:SourceArn": "arn:aws:logs:eu-central-1:123456789012:*"
    }


def test_logging_waits_until_it_may_write() -> None:
    logging = one(protected(), "WebAclLoggingConfiguration")

    assert named(protected(), "firewall-log-policy").urn in logging.dependencies
