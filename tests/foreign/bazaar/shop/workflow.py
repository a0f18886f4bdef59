"""Refunds: an event on the bus starts a workflow."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from .identity import Statement, make_role, may, trusted
from .messages import Messages, let_into_failures
from .settings import YEAR_OF_LOGS, Settings, faulty

_RETRY = {
    "ErrorEquals": ["Lambda.ServiceException", "Lambda.TooManyRequestsException"],
    "IntervalSeconds": 2,
    "MaxAttempts": 5,
    "BackoffRate": 2,
}


def _definition(function: str, topic: str) -> str:
    pay: dict[str, object] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$.detail"},
        "TimeoutSeconds": 45,
        "Next": "Tell",
    }
    if not faulty("workflow-gives-up-silently"):
        pay["Retry"] = [_RETRY]
        pay["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]
    tell = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": topic, "Message.$": "$.Payload"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 3}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
        "End": True,
    }
    failed = {"Type": "Fail", "Error": "Refund", "Cause": "The refund could not be made"}
    return json.dumps({"StartAt": "Pay", "States": {"Pay": pay, "Tell": tell, "Failed": failed}})


def _role_of_workflow(
    shop: Settings, key: aws.kms.Key, messages: Messages, refund: aws.lambda_.Function
) -> aws.iam.Role:
    delivering = [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ]
    statements: list[Statement] = [
        may("sns:Publish", messages.order_events.arn),
        may(["kms:Decrypt", "kms:GenerateDataKey"], key.arn),
        # Neither can be confined to a resource.
        may(delivering, "*"),
        may(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]
    if not faulty("workflow-may-not-invoke"):
        statements.append(may("lambda:InvokeFunction", refund.arn))
    return make_role(
        "refunds", trusted("states", account=shop.account), statements, opts=shop.here()
    )


def make_refunds(
    shop: Settings, key: aws.kms.Key, messages: Messages, refund: aws.lambda_.Function
) -> aws.sfn.StateMachine:
    """The workflow, and the rule that starts it."""
    logs = aws.cloudwatch.LogGroup(
        "refunds",
        name=f"/aws/vendedlogs/states/{shop.named('refunds')}",
        retention_in_days=YEAR_OF_LOGS,
        kms_key_id=key.arn,
        opts=shop.here(),
    )
    role = _role_of_workflow(shop, key, messages, refund)
    machine = aws.sfn.StateMachine(
        "refunds",
        name=shop.named("refunds"),
        role_arn=role.arn,
        definition=pulumi.Output.all(refund.arn, messages.order_events.arn).apply(
            lambda arns: _definition(arns[0], arns[1])
        ),
        logging_configuration=None
        if faulty("workflow-unlogged")
        else {
            "level": "ALL",
            "include_execution_data": False,
            "log_destination": pulumi.Output.concat(logs.arn, ":*"),
        },
        tracing_configuration={"enabled": not faulty("workflow-untraced")},
        encryption_configuration={
            "type": "CUSTOMER_MANAGED_KMS_KEY",
            "kms_key_id": key.arn,
            "kms_data_key_reuse_period_seconds": 900,
        },
        opts=shop.here(),
    )
    rule = aws.cloudwatch.EventRule(
        "cancelled",
        name=shop.named("cancelled"),
        event_bus_name=messages.bus.name,
        event_pattern=json.dumps({"source": ["bazaar.ledger"], "detail-type": ["order cancelled"]}),
        opts=shop.here(),
    )
    starting = "states:StopExecution" if faulty("rule-may-not-start") else "states:StartExecution"
    starter = make_role(
        "cancelled",
        trusted("events", account=shop.account),
        [may(starting, machine.arn)],
        opts=shop.here(),
    )
    let_into_failures(messages, shop, rule)
    unkept = faulty("rule-without-dead-letters")
    aws.cloudwatch.EventTarget(
        "cancelled",
        rule=rule.name,
        event_bus_name=messages.bus.name,
        arn=machine.arn,
        role_arn=starter.arn,
        retry_policy={"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 20},
        dead_letter_config=None if unkept else {"arn": messages.failures.arn},
        opts=shop.here(),
    )
    return machine
