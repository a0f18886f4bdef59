"""Documents that AWS reads: policies, container definitions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.plan import task_policies
from infra.plan.access_logs import bucket_policy
from infra.plan.container import Container, render
from infra.plan.iam import Statement, document, encrypted_transport_only, trust
from infra.plan.images import PLACEHOLDER, Image
from infra.plan.routing import health_command
from tests.unit.infra.recorded import PLACE

# What is compared here is JSON, read back from its text.
Json = Any


def as_json(value: object) -> Json:
    return json.loads(json.dumps(value))


def test_a_statement_has_only_the_parts_that_it_was_given() -> None:
    statement = Statement(sid="Read", actions=("s3:GetObject",), resources=("arn:x",))

    assert statement.render() == {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:x"],
    }


def test_a_role_is_trusted_on_behalf_of_this_account_only() -> None:
    policy = as_json(trust("ecs-tasks", PLACE, PLACE.arn("ecs", "*")))

    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-central-1:123456789012:*"},
    }


def test_calls_without_tls_are_refused_to_everybody() -> None:
    (statement,) = as_json(document([encrypted_transport_only("sqs:*", "arn:q")]))["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_load_balancers_may_write_below_this_accounts_prefix_only() -> None:
    write = as_json(bucket_policy(PLACE, "logs"))["Statement"][0]

    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Resource"] == ["arn:aws:s3:::logs/AWSLogs/123456789012/*"]


def test_only_actions_that_take_no_resource_stand_with_any_resource() -> None:
    statements = (
        *task_policies.pull_and_log("arn:repository", "arn:log", "arn:proxy-log"),
        *task_policies.read_secrets(PLACE, ("arn:secret",), "arn:key"),
        *task_policies.open_shell("arn:audit"),
        *task_policies.encrypt_shell("arn:key"),
        *task_policies.send_to("arn:queue"),
        *task_policies.consume("arn:queue"),
        *task_policies.publish_metrics("Chat"),
    )

    for statement in statements:
        everything = "*" in statement.resources
        assert everything == statement.sid.endswith("NoResource")
        assert not any("*" in action for action in statement.actions)


@pytest.mark.requirement("CHAT-001-173")
def test_metrics_go_into_the_systems_own_namespace_only() -> None:
    (statement,) = as_json(document(task_policies.publish_metrics("Chat")))["Statement"]

    assert statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Chat"}}


def container(**changes: object) -> Container[str]:
    fields: dict[str, Json] = {
        "name": "api",
        "image": "repository:1",
        "command": (),
        "port": 3000,
        "protocol": None,
        "environment": {"B": "2", "A": "1"},
        "secrets": {"TOKEN": "arn:secret"},
        "health_command": health_command(3000, "/health"),
        "start_period_seconds": 60,
        "stop_timeout_seconds": 30,
        "shell": True,
        "log_group": "/ecs/api",
        "region": "eu-central-1",
        **changes,
    }
    return Container[str](**fields)


def test_a_container_runs_without_root_on_a_read_only_file_system() -> None:
    rendered = as_json(render(container()))

    assert rendered["user"] == "1000:1000"
    assert rendered["readonlyRootFilesystem"] is True
    assert {mount["containerPath"] for mount in rendered["mountPoints"]} == {
        "/var/lib/amazon",
        "/var/log/amazon",
    }


def test_the_environment_is_in_order_whatever_order_it_was_given_in() -> None:
    one = render(container(environment={"A": "1", "B": "2"}))
    other = render(container(environment={"B": "2", "A": "1"}))

    assert json.dumps(one) == json.dumps(other)
    assert as_json(one)["environment"][0] == {"name": "A", "value": "1"}


@pytest.mark.requirement("CHAT-000-39")
def test_a_secret_is_given_by_reference() -> None:
    assert as_json(render(container()))["secrets"] == [{"name": "TOKEN", "valueFrom": "arn:secret"}]


def test_the_start_period_never_passes_what_ecs_takes() -> None:
    rendered = as_json(render(container(start_period_seconds=900)))

    assert rendered["healthCheck"]["startPeriod"] == 300


def test_a_container_without_a_port_opens_none() -> None:
    assert "portMappings" not in render(container(port=None))


def test_without_a_shell_nothing_in_a_container_can_be_written() -> None:
    rendered = as_json(render(container(shell=False)))

    assert rendered["readonlyRootFilesystem"] is True
    assert rendered["mountPoints"] == []


def test_a_port_says_what_is_spoken_only_to_service_connect() -> None:
    plain = as_json(render(container()))["portMappings"][0]
    spoken = as_json(render(container(protocol="http")))["portMappings"][0]

    assert "appProtocol" not in plain
    assert spoken == {**plain, "appProtocol": "http"}


@pytest.mark.requirement("CHAT-001-164")
def test_an_image_that_was_pushed_runs_its_own_command() -> None:
    image = Image.tagged("1.4.0")

    assert (image.tag, image.stand_in, image.command) == ("1.4.0", None, ())


@pytest.mark.requirement("CHAT-001-161")
def test_before_the_first_push_a_stand_in_answers_the_health_checks() -> None:
    image = Image.tagged(PLACEHOLDER)

    assert image.tag is None
    assert image.stand_in == "public.ecr.aws/docker/library/node:24-alpine"
    assert image.command[:2] == ("node", "--eval")
    assert "process.env.PORT" in image.command[2]
