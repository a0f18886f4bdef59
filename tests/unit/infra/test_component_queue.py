"""Queues: encrypted, TLS only, and failed messages kept aside."""

from __future__ import annotations

import json
from functools import cache

import pytest

from graph.model import Graph
from infra.components.queue import WorkQueue, WorkQueueArgs
from tests.unit.infra.recorded import CONTEXT, all_of, component_graph, named, one


@cache
def queue(*, preview: bool = False) -> Graph:
    args = WorkQueueArgs(
        context=CONTEXT,
        part="push",
        visibility_seconds=60,
        attempts=5,
        retention_days=4,
        dead_letter_days=14,
    )
    return component_graph(lambda: WorkQueue("push", args), preview=preview)


@pytest.mark.requirement("CHAT-001-147")
def test_a_message_that_fails_five_times_is_kept_aside_for_two_weeks() -> None:
    work, dead = named(queue(), "push-queue"), named(queue(), "push-dead-letters")

    assert json.loads(str(work["redrivePolicy"].value)) == {
        "deadLetterTargetArn": f"arn:aws:sqs:eu-central-1:123456789012:{dead['name'].value}",
        "maxReceiveCount": 5,
    }
    assert work.references("redrivePolicy", work.type) == [dead]
    assert dead["messageRetentionSeconds"].value == 14 * 86_400


def test_where_failed_messages_go_is_known_in_a_preview() -> None:
    assert named(queue(preview=True), "push-queue")["redrivePolicy"].known


def test_only_its_own_queue_may_use_the_dead_letter_queue() -> None:
    allowed = json.loads(str(one(queue(), "RedriveAllowPolicy")["redriveAllowPolicy"].value))

    assert allowed == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:aws:sqs:eu-central-1:123456789012:chat-test-push"],
    }


@pytest.mark.requirement("CHAT-001-148")
def test_both_queues_are_encrypted_and_refuse_calls_without_tls() -> None:
    queues, policies = all_of(queue(), "Queue"), all_of(queue(), "QueuePolicy")

    assert len(queues) == len(policies) == 2
    assert all(one_queue["sqsManagedSseEnabled"].value for one_queue in queues)
    for policy in policies:
        (statement,) = json.loads(str(policy["policy"].value))["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
