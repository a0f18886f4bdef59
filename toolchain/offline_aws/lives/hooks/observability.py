"""Logs and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


@named("log_group")
class LogGroup(Hook):
    """Found by prefix, so the exact one must be picked."""

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        response = run.aws_call("describe_log_groups", {"logGroupNamePrefix": run.id})
        for group in items(response.get("logGroups")):
            if group.get("logGroupName") == run.id:
                return {**group}
        return None

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        arn = str(found.get("arn", "")).removesuffix(":*")
        out["arn"] = arn
        response = run.aws_call("list_tags_for_resource", {"resourceArn": arn})
        tags = response.get("tags")
        out["tags"] = {**tags} if isinstance(tags, dict) else {}


@named("metric_filter")
class MetricFilter(Hook):
    """Found in its group by name; its metric's members have longer names in AWS."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        block = run.inputs.get("metricTransformation")
        metric = block if isinstance(block, dict) else {}
        default = metric.get("defaultValue")
        arguments["metricTransformations"] = [
            only(
                {
                    "metricName": metric.get("name"),
                    "metricNamespace": metric.get("namespace"),
                    "metricValue": metric.get("value"),
                    "unit": metric.get("unit"),
                    "dimensions": metric.get("dimensions"),
                }
            )
            | ({"defaultValue": float(str(default))} if default not in (None, "") else {})
        ]
        return arguments

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        response = run.aws_call(
            "describe_metric_filters",
            {"logGroupName": run.scope.get("logGroupName"), "filterNamePrefix": run.id},
        )
        for one in items(response.get("metricFilters")):
            if one.get("filterName") == run.id:
                return {**one}
        return None

    @override
    def imported(self, run: Run) -> None:
        run.inputs["logGroupName"], _, name = run.id.partition(":")
        run.id = name


@named("log_resource_policy")
class LogResourcePolicy(Hook):
    """One of the account's policies, found by its name."""

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        response = run.aws_call("describe_resource_policies", {})
        for one in items(response.get("resourcePolicies")):
            if one.get("policyName") == run.id:
                return {**one}
        return None


def _dimensions(value: Value) -> list[dict[str, object]]:
    if not isinstance(value, dict):
        return []
    return [{"Name": str(name), "Value": str(item)} for name, item in sorted(value.items())]


def _query(query: dict[str, Value]) -> dict[str, object]:
    out = only(
        {
            "Id": query.get("id"),
            "Expression": query.get("expression"),
            "Label": query.get("label"),
            "Period": query.get("period"),
            "AccountId": query.get("accountId"),
        }
    )
    out["ReturnData"] = query.get("returnData") is True
    metric = query.get("metric")
    if isinstance(metric, dict):
        inner = only({"MetricName": metric.get("metricName"), "Namespace": metric.get("namespace")})
        inner["Dimensions"] = _dimensions(metric.get("dimensions"))
        out["MetricStat"] = only(
            {
                "Metric": inner,
                "Period": metric.get("period"),
                "Stat": metric.get("stat"),
                "Unit": metric.get("unit"),
            }
        )
    return out


@named("metric_alarm")
class MetricAlarm(Hook):
    """Metric math, and dimensions as AWS lists them."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        queries = items(run.inputs.get("metricQueries"))
        if queries:
            arguments["Metrics"] = [_query(query) for query in queries]
            for name in ("Period", "Statistic", "Dimensions"):
                arguments.pop(name, None)
        elif "dimensions" in run.inputs:
            arguments["Dimensions"] = _dimensions(run.inputs["dimensions"])
        return arguments

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        dimensions = items(found.get("Dimensions"))
        out["dimensions"] = {str(one["Name"]): one.get("Value") for one in dimensions}
