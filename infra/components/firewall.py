"""AWS WAF before a load balancer: rate limits, AWS's own rule groups, and a log of what it found."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan import firewall
from infra.plan.context import Context
from infra.plan.firewall import ManagedRules, RateRule
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallArgs:
    """What it stands before, how much an address may ask for, and how its log is kept.

    Limits are requests of one address in five minutes.
    """

    context: Context
    load_balancer_arn: pulumi.Input[str]
    api_rate_limit: int
    socket_rate_limit: int
    log_days: int
    log_key_arn: pulumi.Input[str]


class Firewall(Component):
    """A web ACL that allows what none of its rules blocks.

    CloudWatch knows it by `name` (dimension WebACL) and each rule by its entry of `rule_metrics`
    (dimension Rule).
    """

    name: str
    rule_metrics: dict[str, str]
    arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Firewall", name, args, opts)
        self._args = args
        self._name = name
        self.name = args.context.name(Kind.WEB_ACL)
        self._limits = firewall.rate_rules(args.api_rate_limit, args.socket_rate_limit)
        self.rule_metrics = {
            rule.part: rule.part for rule in (*self._limits, *firewall.MANAGED_RULES)
        }
        acl = self._acl()
        self.arn = acl.arn
        aws.wafv2.WebAclAssociation(
            f"{name}-association",
            resource_arn=args.load_balancer_arn,
            web_acl_arn=acl.arn,
            opts=self.child(),
        )
        self.log_group_name = self._log(acl).name
        self.register_outputs({"arn": self.arn, "logGroupName": self.log_group_name})

    def _acl(self) -> aws.wafv2.WebAcl:
        confidential: list[aws.wafv2.WebAclDataProtectionConfigDataProtectionArgsDict] = [
            {
                "action": "SUBSTITUTION",
                "field": {
                    "field_type": "SINGLE_HEADER",
                    "field_keys": list(firewall.CONFIDENTIAL_HEADERS),
                },
            },
            {"action": "SUBSTITUTION", "field": {"field_type": "QUERY_STRING"}},
        ]
        return aws.wafv2.WebAcl(
            f"{self._name}-acl",
            name=self.name,
            description="What may reach the load balancer",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[
                *(_limited(rule) for rule in self._limits),
                *(_managed(rules) for rules in firewall.MANAGED_RULES),
            ],
            custom_response_bodies=[
                {
                    "key": firewall.RATE_LIMITED,
                    "content": firewall.RATE_LIMITED_BODY,
                    "content_type": "APPLICATION_JSON",
                }
            ],
            # Unlike the redaction of a log, this also holds for samples in AWS's console.
            data_protection_config={"data_protections": confidential},
            visibility_config=_visible(self.name),
            tags=self._args.context.tags("firewall"),
            opts=self.child(),
        )

    def _log(self, acl: aws.wafv2.WebAcl) -> aws.cloudwatch.LogGroup:
        context = self._args.context
        group_name = firewall.LOG_GROUP_PREFIX + context.name(Kind.FIREWALL_LOG_GROUP)
        group = aws.cloudwatch.LogGroup(
            f"{self._name}-log",
            name=group_name,
            retention_in_days=self._args.log_days,
            kms_key_id=self._args.log_key_arn,
            tags=context.tags(),
            opts=self.child(),
        )
        group_arn = context.place.arn("logs", f"log-group:{group_name}")
        # AWS WAF would make a policy itself, one for all firewalls of the account.
        policy = aws.cloudwatch.LogResourcePolicy(
            f"{self._name}-log-policy",
            policy_name=context.name(Kind.LOG_POLICY, "firewall"),
            policy_document=json.dumps(firewall.log_policy(context.place, group_arn)),
            opts=self.child(),
        )
        aws.wafv2.WebAclLoggingConfiguration(
            f"{self._name}-logging",
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[
                *({"single_header": {"name": name}} for name in firewall.CONFIDENTIAL_HEADERS),
                {"query_string": {}},
            ],
            # What is simply allowed stands in the load balancer's own log, which costs no ingestion.
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [
                            {"action_condition": {"action": "BLOCK"}},
                            *(
                                {"label_name_condition": {"label_name": label}}
                                for label in firewall.logged_labels()
                            ),
                        ],
                    }
                ],
            },
            opts=self.child(depends_on=[policy]),
        )
        return group


def _visible(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {
        "metric_name": metric,
        "cloudwatch_metrics_enabled": True,
        "sampled_requests_enabled": True,
    }


def _limited(rule: RateRule) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": rule.part,
        "priority": rule.priority,
        "action": {
            "block": {
                "custom_response": {
                    "response_code": firewall.TOO_MANY_REQUESTS,
                    "custom_response_body_key": firewall.RATE_LIMITED,
                    "response_headers": [
                        {"name": "Retry-After", "value": str(firewall.RETRY_AFTER_SECONDS)}
                    ],
                }
            }
        },
        "statement": {
            "rate_based_statement": {
                # The load balancer sees clients themselves: nothing stands before it.
                "aggregate_key_type": "IP",
                "evaluation_window_sec": firewall.WINDOW_SECONDS,
                "limit": rule.limit,
                "scope_down_statement": _any_of(rule.prefixes),
            }
        },
        "visibility_config": _visible(rule.part),
    }


_Scope = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgsDict
_Match = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementByteMatchStatementArgsDict


def _any_of(prefixes: tuple[str, ...]) -> _Scope:
    """Paths that begin with one of `prefixes`; AWS takes no "or" of a single statement."""
    matches = [_begins_with(prefix) for prefix in prefixes]
    if len(matches) == 1:
        return {"byte_match_statement": matches[0]}
    return {"or_statement": {"statements": [{"byte_match_statement": one} for one in matches]}}


def _begins_with(prefix: str) -> _Match:
    return {
        "field_to_match": {"uri_path": {}},
        "positional_constraint": "STARTS_WITH",
        "search_string": prefix,
        "text_transformations": [{"priority": 0, "type": "NONE"}],
    }


def _managed(rules: ManagedRules) -> aws.wafv2.WebAclRuleArgsDict:
    level = rules.inspection_level
    configs: list[
        aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArgsDict
    ] = (
        []
        if level is None
        else [{"aws_managed_rules_bot_control_rule_set": {"inspection_level": level}}]
    )
    return {
        "name": rules.part,
        "priority": rules.priority,
        # The group's own actions hold, but for the rules that are overridden one by one.
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": rules.group,
                "managed_rule_group_configs": configs or None,
                "rule_action_overrides": [
                    {"name": rule, "action_to_use": {"count": {}}} for rule in sorted(rules.counted)
                ],
            }
        },
        "visibility_config": _visible(rules.part),
    }
