"""Remedies for what runs, and for what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Resource
from graph.raw import Raw
from policies.aws import types
from policies.engine.rules import Parameters
from policies.rules.compute import ecs_circuit_breaker, ecs_container_insights
from policies.rules.deployments import codedeploy_rolls_back
from policies.rules.escalation import iam_password_policy
from policies.rules.firewall import waf_metrics
from policies.rules.instances import ebs_encryption_by_default, ebs_snapshots_not_public, ec2_imdsv2
from policies.rules.observability import Retention, alarm_has_action, log_group_retention
from policies.rules.storage import ecr_immutable_tags, kms_key_rotation
from policies.rules.tasks import ecs_newest_platform

# What CloudWatch Logs takes, in days.
_RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653)
_SHORTEST_PASSWORD = 14


@ecs_circuit_breaker.remedy
def break_the_circuit(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


@ecs_container_insights.remedy
def collect_insights(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    """The only setting that AWS has for clusters."""
    return {"settings": [{"name": "containerInsights", "value": "enabled"}]}


@ecs_newest_platform.remedy
def run_on_the_newest(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"platformVersion": "LATEST"}


@ec2_imdsv2.remedy
def demand_a_token(resource: Resource, _: Parameters) -> Mapping[str, Raw] | None:
    """Not for a launch configuration, which would be replaced."""
    if resource.type not in {types.INSTANCE, types.LAUNCH_TEMPLATE}:
        return None
    return {"metadataOptions": {"httpTokens": "required"}}


@ebs_encryption_by_default.remedy
def encrypt_new_volumes(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"enabled": True}


@ebs_snapshots_not_public.remedy
def block_public_snapshots(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"state": "block-all-sharing"}


@ecr_immutable_tags.remedy
def fix_tags(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"imageTagMutability": "IMMUTABLE"}


@kms_key_rotation.remedy
def rotate_the_key(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    return {"enableKeyRotation": True}


@log_group_retention.remedy
def keep_logs_long_enough(_: Resource, parameters: Retention) -> Mapping[str, Raw] | None:
    fitting = next((days for days in _RETENTIONS if days >= parameters.days), None)
    return None if fitting is None else {"retentionInDays": fitting}


@alarm_has_action.remedy
def switch_actions_on(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    """Only helps an alarm that names an action: which one is the program's to say."""
    return {"actionsEnabled": True}


@waf_metrics.remedy
def report_metrics(resource: Resource, _: Parameters) -> Mapping[str, Raw]:
    on: dict[str, Raw] = {"cloudwatchMetricsEnabled": True}
    changes: dict[str, Raw] = {"visibilityConfig": on}
    if not resource["rules"].absent:
        changes["rules"] = [{"visibilityConfig": dict(on)} for _one in resource["rules"].items()]
    return changes


@codedeploy_rolls_back.remedy
def roll_back(_: Resource, _parameters: Parameters) -> Mapping[str, Raw]:
    events: list[Raw] = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
    return {"autoRollbackConfiguration": {"enabled": True, "events": events}}


@iam_password_policy.remedy
def demand_strong_passwords(resource: Resource, _: Parameters) -> Mapping[str, Raw]:
    kinds = ("UppercaseCharacters", "LowercaseCharacters", "Symbols", "Numbers")
    changes: dict[str, Raw] = {f"require{kind}": True for kind in kinds}
    length = resource["minimumPasswordLength"].scalar()
    if not isinstance(length, int) or length < _SHORTEST_PASSWORD:
        changes["minimumPasswordLength"] = _SHORTEST_PASSWORD
    return changes
