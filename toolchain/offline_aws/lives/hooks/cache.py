"""Caches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.hooks.base import Hook, items, named
from toolchain.offline_aws.wire import Value

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
