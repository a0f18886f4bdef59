"""Flow logs: all traffic, into an encrypted log that only their own role may write."""

from __future__ import annotations

import json

import pytest

from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from tests.unit.infra.recorded import CONTEXT, KEY, component_graph, one


@pytest.mark.requirement("CHAT-001-105")
def test_all_traffic_is_kept_for_as_long_as_asked_and_encrypted() -> None:
    args = FlowLogsArgs(context=CONTEXT, vpc_id="vpc-1", retention_days=30, key_arn=KEY)

    graph = component_graph(lambda: FlowLogs("flow-logs", args))

    log, group = one(graph, "FlowLog"), one(graph, "LogGroup")
    assert log["trafficType"].value == "ALL"
    assert log.references("logDestination", group.type) == [group]
    assert group["retentionInDays"].value == 30
    assert group["kmsKeyId"].value == KEY


def test_the_role_writes_this_log_and_nothing_else() -> None:
    args = FlowLogsArgs(context=CONTEXT, vpc_id="vpc-1", retention_days=30, key_arn=KEY)

    graph = component_graph(lambda: FlowLogs("flow-logs", args), preview=True)

    policy = json.loads(str(one(graph, "RolePolicy")["policy"].value))
    arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/vpc/chat-test/flow-logs"
    assert [statement["Resource"] for statement in policy["Statement"]] == [[arn, f"{arn}:*"]]
