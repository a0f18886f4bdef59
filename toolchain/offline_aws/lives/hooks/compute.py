"""Containers and load balancing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


@named("task_definition")
class TaskDefinition(Hook):
    """A family's newest revision."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        arn = str(found.get("taskDefinitionArn", ""))
        out["arnWithoutRevision"] = arn.rpartition(":")[0]

    @override
    def delete(self, run: Run) -> bool:
        return run.state.get("skipDestroy") is True


@named("service")
class Service(Hook):
    """A public address is a word in ECS, not a boolean."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        network = arguments.get("networkConfiguration")
        if isinstance(network, dict):
            inner = cast("dict[str, dict[str, str]]", network).get("awsvpcConfiguration", {})
            if "assignPublicIp" in inner:
                public = inner["assignPublicIp"] in ("true", "ENABLED")
                inner["assignPublicIp"] = "ENABLED" if public else "DISABLED"
        if call == "update_service":
            arguments.pop("launchType", None)
        self._connect(run, call, arguments)
        return arguments

    def _connect(self, run: Run, call: str, arguments: dict[str, object]) -> None:
        """Service Connect: one alias in Terraform, a list in AWS; its ports are the task's, by name."""
        given = run.inputs.get("serviceConnectConfiguration")
        told = items(given.get("services")) if isinstance(given, dict) else []
        sent = cast("dict[str, object]", arguments.get("serviceConnectConfiguration") or {})
        ports = self._port_names(run) if told else set[str]()
        for one, service in zip(told, items(sent.get("services")), strict=False):
            if one.get("portName") not in ports:
                raise AwsError(
                    call,
                    "InvalidParameterException",
                    f"portName {one.get('portName')} of serviceConnectConfiguration names no port "
                    "mapping of the task definition",
                )
            alias = one.get("clientAlias")
            if aliases := [alias] if isinstance(alias, dict) else items(alias):
                service["clientAliases"] = [
                    cast("Value", only({"port": said.get("port"), "dnsName": said.get("dnsName")}))
                    for said in aliases
                ]

    @staticmethod
    def _port_names(run: Run) -> set[str]:
        """The names of the ports of the service's task."""
        who = {"taskDefinition": run.inputs.get("taskDefinition")}
        task = run.aws_call("describe_task_definition", who).get("taskDefinition")
        containers = items(cast("dict[str, object]", task or {}).get("containerDefinitions"))
        return {
            str(port.get("name"))
            for container in containers
            for port in items(container.get("portMappings"))
        }

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        # ECS tells the cluster's ARN; the program may have given its name.
        if cluster := found.get("clusterArn"):
            given = str(run.scope.get("cluster") or cluster)
            out["cluster"] = given if str(cluster).endswith(given) else str(cluster)


@named("load_balancer")
class LoadBalancer(Hook):
    """Its scheme is a boolean in Pulumi, its subnets are zones in AWS."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        internal = run.inputs.get("internal") is True
        return {**arguments, "Scheme": "internal" if internal else "internet-facing"}

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        out["internal"] = found.get("Scheme") == "internal"
        zones = items(found.get("AvailabilityZones"))
        if subnets := [zone["SubnetId"] for zone in zones if zone.get("SubnetId")]:
            out["subnets"] = subnets
        out["arnSuffix"] = run.id.partition("loadbalancer/")[2]


@named("target_group")
class TargetGroup(Hook):
    """Its ARN's end names it in metrics."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        out["arnSuffix"] = run.id.rpartition(":")[2]


def _camel_keys(block: object, **names: str) -> dict[str, object]:
    """A block's members in Pascal case, some under another name."""
    if not isinstance(block, dict):
        return {}
    return {
        names.get(key, key[:1].upper() + key[1:]): value
        for key, value in cast("dict[str, Value]", block).items()
        if value not in (None, "")
    }


def _forward(action: dict[str, Value]) -> dict[str, object]:
    block = action.get("forward")
    if not isinstance(block, dict):
        return {}
    groups = [
        only({"TargetGroupArn": group.get("arn"), "Weight": group.get("weight")})
        for group in items(block.get("targetGroups"))
    ]
    sticky = block.get("stickiness")
    config: dict[str, object] = {"TargetGroups": groups}
    if isinstance(sticky, dict):
        config["TargetGroupStickinessConfig"] = {
            "Enabled": bool(sticky.get("enabled")),
            "DurationSeconds": sticky.get("duration"),
        }
    return {"ForwardConfig": config}


def _action(action: dict[str, Value]) -> dict[str, object]:
    out = only(
        {
            "Type": action.get("type"),
            "TargetGroupArn": action.get("targetGroupArn"),
            "Order": action.get("order"),
            "RedirectConfig": _camel_keys(action.get("redirect")),
            "FixedResponseConfig": _camel_keys(action.get("fixedResponse")),
        }
    )
    return {**out, **_forward(action)}


def _condition(condition: dict[str, Value]) -> dict[str, object]:
    for name, value in condition.items():
        if name.startswith("__") or not value:
            continue
        if name == "queryStrings":
            pairs = [_camel_keys(pair) for pair in items(value)]
            return {"Field": "query-string", "QueryStringConfig": {"Values": pairs}}
        field = re.sub(r"([A-Z])", r"-\1", name).lower()
        field = "http-request-method" if name == "httpRequestMethod" else field
        block = _camel_keys(value)
        return {"Field": field, name[:1].upper() + name[1:] + "Config": block}
    return {}


@named("listener")
class Listener(Hook):
    """Actions and conditions, which AWS spells otherwise than Terraform."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if call == "set_rule_priorities":
            return arguments
        for name, member in (("defaultActions", "DefaultActions"), ("actions", "Actions")):
            if name in run.inputs:
                arguments[member] = [_action(action) for action in items(run.inputs[name])]
        if "conditions" in run.inputs:
            conditions = items(run.inputs["conditions"])
            arguments["Conditions"] = [_condition(condition) for condition in conditions]
        if run.inputs.get("certificateArn"):
            arguments["Certificates"] = [{"CertificateArn": run.inputs["certificateArn"]}]
        if call == "create_rule" and "Priority" not in arguments:
            arguments["Priority"] = self._next(run)
        return arguments

    @staticmethod
    def _next(run: Run) -> int:
        response = run.aws_call("describe_rules", {"ListenerArn": run.inputs.get("listenerArn")})
        taken = [str(rule.get("Priority")) for rule in items(response.get("Rules"))]
        return max([int(number) for number in taken if number.isdigit()], default=0) + 1


@named("namespace")
class Namespace(Hook):
    """Created by an operation that names it when it is done."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        return {**arguments, **only({"Vpc": run.inputs.get("vpc")})}

    @override
    def identify(self, run: Run) -> str:
        operation = run.aws_call(
            "get_operation", {"OperationId": run.response.get("OperationId")}
        ).get("Operation")
        targets = cast("dict[str, dict[str, str]]", operation or {}).get("Targets", {})
        return targets.get("NAMESPACE", "")
