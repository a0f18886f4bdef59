"""APIs that the emulator lacks, answered in its place: Application Auto Scaling, WAF logging.

Both speak AWS's JSON protocol: a POST whose X-Amz-Target names service and operation.  State is
kept by account and region, in memory, as the emulator keeps its own.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

Body: TypeAlias = dict[str, object]
_SCALING = "AnyScaleFrontendService."
_WAF = "AWSWAF_20190729."
_IDENTITY = ("ServiceNamespace", "ResourceId", "ScalableDimension")


class Refusal(Exception):  # noqa: N818 - named for what AWS does
    """An error as AWS answers it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Region:
    """What one account has in one region."""

    account: str
    name: str
    targets: dict[tuple[str, ...], Body] = field(default_factory=dict[tuple[str, ...], Body])
    policies: dict[tuple[str, ...], Body] = field(default_factory=dict[tuple[str, ...], Body])
    actions: dict[tuple[str, ...], Body] = field(default_factory=dict[tuple[str, ...], Body])
    tags: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    logging: dict[str, Body] = field(default_factory=dict[str, Body])

    def arn(self, kind: str) -> str:
        return f"arn:aws:application-autoscaling:{self.name}:{self.account}:{kind}"


def _identity(body: Body, *more: str) -> tuple[str, ...]:
    missing = [name for name in (*_IDENTITY, *more) if not body.get(name)]
    if missing:
        raise Refusal("ValidationException", f"missing: {', '.join(missing)}")
    return tuple(str(body[name]) for name in (*_IDENTITY, *more))


def _matching(
    entries: Mapping[tuple[str, ...], Body], body: Body, plural: str, name: str
) -> list[Body]:
    """Entries that a Describe call asks for."""
    wanted = cast("list[str]", body.get(plural) or [])
    return [
        entry
        for entry in entries.values()
        if all(not body.get(key) or entry.get(key) == body[key] for key in _IDENTITY)
        and (not wanted or entry.get(name) in wanted)
    ]


def _register(region: Region, body: Body) -> Body:
    who = _identity(body)
    before = region.targets.get(who, {})
    after = {**before, **{k: v for k, v in body.items() if k != "Tags" and v is not None}}
    low, high = after.get("MinCapacity"), after.get("MaxCapacity")
    if low is None or high is None:
        raise Refusal("ValidationException", "MinCapacity and MaxCapacity are required")
    if cast("int", low) > cast("int", high):
        raise Refusal(
            "ValidationException", "Maximum capacity cannot be less than minimum capacity"
        )
    after.setdefault("CreationTime", time.time())
    after.setdefault("ScalableTargetARN", region.arn(f"scalable-target/{uuid.uuid4().hex[:24]}"))
    after.setdefault("RoleARN", f"arn:aws:iam::{region.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService")  # fmt: skip # noqa: E501
    after.setdefault(
        "SuspendedState",
        {
            "DynamicScalingInSuspended": False,
            "DynamicScalingOutSuspended": False,
            "ScheduledScalingSuspended": False,
        },
    )
    region.targets[who] = after
    arn = str(after["ScalableTargetARN"])
    region.tags.setdefault(arn, {}).update(cast("dict[str, str]", body.get("Tags") or {}))
    return {"ScalableTargetARN": arn}


def _deregister(region: Region, body: Body) -> Body:
    who = _identity(body)
    if region.targets.pop(who, None) is None:
        raise Refusal("ObjectNotFoundException", f"No scalable target found for {' '.join(who)}")
    for entries in (region.policies, region.actions):
        for key in [key for key in entries if key[:3] == who]:
            del entries[key]
    return {}


def _need_target(region: Region, body: Body) -> None:
    who = _identity(body)
    if who not in region.targets:
        raise Refusal(
            "ObjectNotFoundException", f"No scalable target registered for {' '.join(who)}"
        )


def _put_policy(region: Region, body: Body) -> Body:
    _need_target(region, body)
    who = _identity(body, "PolicyName")
    name = str(body["PolicyName"])
    before = region.policies.get(who, {})
    arn = before.get("PolicyARN") or (
        f"arn:aws:autoscaling:{region.name}:{region.account}:scalingPolicy:{uuid.uuid4()}"
        f":resource/{who[0]}/{who[1]}:policyName/{name}"
    )
    created = before.get("CreationTime") or time.time()
    entry: Body = {
        "PolicyType": "StepScaling",
        **body,
        "PolicyARN": arn,
        "CreationTime": created,
        "Alarms": [],
    }
    region.policies[who] = entry
    return {"PolicyARN": arn, "Alarms": []}


def _put_action(region: Region, body: Body) -> Body:
    _need_target(region, body)
    who = _identity(body, "ScheduledActionName")
    before = region.actions.get(who, {})
    arn = before.get("ScheduledActionARN") or (
        f"arn:aws:autoscaling:{region.name}:{region.account}:scheduledAction:{uuid.uuid4()}"
        f":resource/{who[0]}/{who[1]}:scheduledActionName/{who[3]}"
    )
    created = before.get("CreationTime") or time.time()
    entry = {**before, **body, "ScheduledActionARN": arn, "CreationTime": created}
    region.actions[who] = entry
    return {}


def _drop(kind: str, name: str) -> Callable[[Region, Body], Body]:
    def drop(region: Region, body: Body) -> Body:
        entries = cast("dict[tuple[str, ...], Body]", getattr(region, kind))
        who = _identity(body, name)
        if entries.pop(who, None) is None:
            raise Refusal("ObjectNotFoundException", f"No {name} found for {' '.join(who)}")
        return {}

    return drop


def _tag(region: Region, body: Body) -> Body:
    tags = region.tags.setdefault(str(body.get("ResourceARN")), {})
    tags.update(cast("dict[str, str]", body.get("Tags") or {}))
    return {}


def _untag(region: Region, body: Body) -> Body:
    tags = region.tags.setdefault(str(body.get("ResourceARN")), {})
    for name in cast("list[str]", body.get("TagKeys") or []):
        tags.pop(name, None)
    return {}


def _put_logging(region: Region, body: Body) -> Body:
    entry = cast("Body", body.get("LoggingConfiguration") or {})
    region.logging[str(entry.get("ResourceArn"))] = entry
    return {"LoggingConfiguration": entry}


def _logging_of(region: Region, body: Body) -> Body:
    arn = str(body.get("ResourceArn"))
    if arn not in region.logging:
        raise Refusal("WAFNonexistentItemException", f"{arn} has no logging configuration")
    return region.logging[arn]


def _delete_logging(region: Region, body: Body) -> Body:
    _logging_of(region, body)
    del region.logging[str(body.get("ResourceArn"))]
    return {}


_OPERATIONS: dict[str, Callable[[Region, Body], Body]] = {
    _SCALING + "RegisterScalableTarget": _register,
    _SCALING + "DeregisterScalableTarget": _deregister,
    _SCALING + "DescribeScalableTargets": lambda region, body: {
        "ScalableTargets": _matching(
            region.targets, {**body, "ResourceId": None}, "ResourceIds", "ResourceId"
        )
    },
    _SCALING + "PutScalingPolicy": _put_policy,
    _SCALING + "DeleteScalingPolicy": _drop("policies", "PolicyName"),
    _SCALING + "DescribeScalingPolicies": lambda region, body: {
        "ScalingPolicies": _matching(region.policies, body, "PolicyNames", "PolicyName")
    },
    _SCALING + "PutScheduledAction": _put_action,
    _SCALING + "DeleteScheduledAction": _drop("actions", "ScheduledActionName"),
    _SCALING + "DescribeScheduledActions": lambda region, body: {
        "ScheduledActions": _matching(
            region.actions, body, "ScheduledActionNames", "ScheduledActionName"
        )
    },
    _SCALING + "DescribeScalingActivities": lambda _region, _body: {"ScalingActivities": []},
    _SCALING + "TagResource": _tag,
    _SCALING + "UntagResource": _untag,
    _SCALING + "ListTagsForResource": lambda region, body: {
        "Tags": region.tags.get(str(body.get("ResourceARN")), {})
    },
    _WAF + "PutLoggingConfiguration": _put_logging,
    _WAF + "GetLoggingConfiguration": lambda region, body: {
        "LoggingConfiguration": _logging_of(region, body)
    },
    _WAF + "DeleteLoggingConfiguration": _delete_logging,
    _WAF + "ListLoggingConfigurations": lambda region, _body: {
        "LoggingConfigurations": [*region.logging.values()]
    },
}


class Complement:
    """The added APIs, by account and region."""

    def __init__(self) -> None:
        self._regions: dict[tuple[str, str], Region] = {}

    def answers(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers (names in lower case) is for the complement."""
        return headers.get("x-amz-target", "") in _OPERATIONS

    def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the response."""
        signed = re.search(r"Credential=([^/]+)/\d+/([^/]+)/", headers.get("authorization", ""))
        account, name = (signed[1], signed[2]) if signed else ("000000000000", "us-east-1")
        if not re.fullmatch(r"\d{12}", account):
            account = "000000000000"
        region = self._regions.setdefault((account, name), Region(account, name))
        try:
            request = cast("Body", json.loads(body or b"{}"))
            result = _OPERATIONS[headers["x-amz-target"]](region, request)
        except Refusal as refusal:
            said = {"__type": refusal.code, "message": str(refusal), "Message": str(refusal)}
            return 400, json.dumps(said).encode()
        return 200, json.dumps(result).encode()

    def reset(self) -> None:
        """Forget everything."""
        self._regions.clear()
