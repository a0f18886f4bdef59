"""Caches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.hooks.base import Hook, items, named, strings
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


@named("replication_group")
class ReplicationGroup(Hook):
    """A cache's log deliveries, and the token that only a change of its own rotates."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if "logDeliveryConfigurations" in run.inputs:
            configurations = items(run.inputs["logDeliveryConfigurations"])
            arguments["LogDeliveryConfigurations"] = [self._log(one) for one in configurations]
        if call == "modify_replication_group" and "AuthToken" in arguments:
            strategy = run.inputs.get("authTokenUpdateStrategy") or "ROTATE"
            arguments["AuthTokenUpdateStrategy"] = strategy
        return arguments

    @override
    def changing(self, run: Run, changed: set[str], old: Properties) -> None:
        # Replicas come before the failover that needs them.
        if "numCacheClusters" in changed:
            self._replicas(run, "increase_replica_count", above=True)

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if "numCacheClusters" in changed:
            self._replicas(run, "decrease_replica_count", above=False)

    @staticmethod
    def _replicas(run: Run, call: str, *, above: bool) -> None:
        """More or fewer nodes: a call of its own in AWS, which counts replicas without the primary."""
        who = {"ReplicationGroupId": run.id}
        group = items(run.aws_call("describe_replication_groups", who).get("ReplicationGroups"))[0]
        there, wanted = len(strings(group.get("MemberClusters"))), run.inputs["numCacheClusters"]
        nodes = int(str(wanted))
        if (nodes > there) if above else (nodes < there):
            run.aws_call(call, {**who, "NewReplicaCount": nodes - 1, "ApplyImmediately": True})

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        if nodes := strings(found.get("MemberClusters")):
            out["numCacheClusters"] = len(nodes)

    @staticmethod
    def _log(one: dict[str, Value]) -> dict[str, object]:
        destination = (
            {"CloudWatchLogsDetails": {"LogGroup": one.get("destination")}}
            if one.get("destinationType") == "cloudwatch-logs"
            else {"KinesisFirehoseDetails": {"DeliveryStream": one.get("destination")}}
        )
        return {
            "LogType": one.get("logType"),
            "LogFormat": one.get("logFormat"),
            "DestinationType": one.get("destinationType"),
            "DestinationDetails": destination,
        }
