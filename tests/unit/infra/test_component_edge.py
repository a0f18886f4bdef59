"""The way in: certificate, load balancer, targets, and the log of every request."""

from __future__ import annotations

import json
from functools import cache

import pytest

from graph.model import Graph
from infra.components.access_log_bucket import AccessLogBucket, AccessLogBucketArgs
from infra.components.alias_record import AliasRecord, AliasRecordArgs
from infra.components.certificate import Certificate, CertificateArgs
from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from infra.components.routed_target import RoutedTarget, RoutedTargetArgs
from infra.plan.routing import REALTIME
from tests.unit.infra.recorded import CONTEXT, component_graph, named, one


@cache
def balancer() -> Graph:
    args = LoadBalancerArgs(
        context=CONTEXT,
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_id="sg-1",
        certificate_arn="arn:certificate",
        log_bucket="logs",
        deletion_protection=True,
    )
    return component_graph(lambda: LoadBalancer("alb", args, wait_for=[]))


@cache
def bucket(*, preview: bool = False) -> Graph:
    args = AccessLogBucketArgs(context=CONTEXT, retention_days=90, force_destroy=False)
    return component_graph(lambda: AccessLogBucket("logs", args), preview=preview)


def target(sticky_seconds: int | None) -> Graph:
    args = RoutedTargetArgs(
        context=CONTEXT,
        part="realtime",
        vpc_id="vpc-1",
        listener_arn="arn:listener",
        route=REALTIME,
        deregistration_delay=120,
        sticky_seconds=sticky_seconds,
    )
    return component_graph(lambda: RoutedTarget("realtime", args))


@pytest.mark.requirement("CHAT-000-17", "CHAT-001-108")
def test_silent_websockets_live_for_five_minutes() -> None:
    assert one(balancer(), "LoadBalancer")["idleTimeout"].value == 300


@pytest.mark.requirement("CHAT-001-111")
def test_the_load_balancer_is_guarded_logged_and_strict_about_headers() -> None:
    found = one(balancer(), "LoadBalancer")

    assert found["enableDeletionProtection"].value
    assert found["dropInvalidHeaderFields"].value
    assert found["accessLogs"]["enabled"].value
    assert found["accessLogs"]["bucket"].value == "logs"
    assert not found["internal"].value


@pytest.mark.requirement("CHAT-001-114")
def test_http_is_sent_to_https_for_good() -> None:
    listener = named(balancer(), "alb-http")

    assert listener["port"].value == 80
    action = listener["defaultActions"][0]
    assert action["type"].value == "redirect"
    assert action["redirect"]["protocol"].value == "HTTPS"
    assert action["redirect"]["statusCode"].value == "HTTP_301"


@pytest.mark.requirement("CHAT-000-13", "CHAT-001-124")
def test_https_speaks_tls_1_3_and_answers_not_found_to_what_nobody_claims() -> None:
    listener = named(balancer(), "alb-https")

    assert listener["sslPolicy"].value == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener["certificateArn"].value == "arn:certificate"
    assert listener["defaultActions"][0]["fixedResponse"]["statusCode"].value == "404"


@pytest.mark.requirement("CHAT-001-111", "CHAT-001-123")
def test_the_log_bucket_is_private_encrypted_and_forgets() -> None:
    block = one(bucket(), "BucketPublicAccessBlock")
    expiry = one(bucket(), "BucketLifecycleConfiguration")["rules"][0]
    encryption = one(bucket(), "BucketServerSideEncryptionConfiguration")["rules"][0]

    assert all(
        block[key].value
        for key in (
            "blockPublicAcls",
            "blockPublicPolicy",
            "ignorePublicAcls",
            "restrictPublicBuckets",
        )
    )
    assert expiry["expiration"]["days"].value == 90
    assert encryption["applyServerSideEncryptionByDefault"]["sseAlgorithm"].value == "AES256"


def test_who_may_write_logs_is_known_in_a_preview() -> None:
    policy = one(bucket(preview=True), "BucketPolicy")

    statements = json.loads(str(policy["policy"].value))["Statement"]
    assert [statement["Effect"] for statement in statements] == ["Allow", "Deny"]


@pytest.mark.requirement("CHAT-001-017", "CHAT-001-109")
def test_realtime_keeps_a_client_at_one_task_while_it_polls() -> None:
    group = one(target(3600), "TargetGroup")

    assert group["stickiness"]["enabled"].value
    assert group["stickiness"]["type"].value == "lb_cookie"
    assert group["stickiness"]["cookieDuration"].value == 3600


def test_a_target_without_stickiness_says_so() -> None:
    assert one(target(None), "TargetGroup")["stickiness"]["enabled"].value is False


@pytest.mark.requirement("CHAT-001-110")
def test_a_target_group_takes_addresses_drains_and_checks_health() -> None:
    group = one(target(None), "TargetGroup")

    assert group["targetType"].value == "ip"
    assert str(group["deregistrationDelay"].value) == "120"
    assert group["healthCheck"]["path"].value == "/health"


def test_a_target_groups_name_leaves_its_successor_room() -> None:
    group = one(target(None), "TargetGroup")

    assert group.name == "chat-test-realtime"
    assert str(group["name"].value).startswith("chat-test-realtime-")
    assert len(str(group["name"].value)) <= 32


@pytest.mark.requirement("CHAT-000-15", "CHAT-001-107")
def test_all_paths_of_a_route_lead_to_its_target_group() -> None:
    graph = target(None)

    rule, group = one(graph, "ListenerRule"), one(graph, "TargetGroup")
    assert rule["priority"].value == 200
    assert rule["conditions"][0]["pathPattern"]["values"].value == ["/socket.io/*", "/ws/*"]
    assert rule.references("actions", group.type) == [group]


@pytest.mark.requirement("CHAT-001-106")
def test_a_certificate_is_proven_by_a_record_in_the_zone() -> None:
    args = CertificateArgs(context=CONTEXT, domain_name="api.chat.example", hosted_zone_id="Z1")

    graph = component_graph(lambda: Certificate("certificate", args))

    certificate = one(graph, "Certificate")
    record = one(graph, "Record")
    validation = one(graph, "CertificateValidation")
    assert certificate["validationMethod"].value == "DNS"
    assert record["zoneId"].value == "Z1"
    assert record["allowOverwrite"].value
    assert record.references("name", certificate.type) == [certificate]
    assert validation.references("validationRecordFqdns", record.type) == [record]


@pytest.mark.requirement("CHAT-001-158")
@pytest.mark.parametrize("kind", ["A"])
def test_the_host_name_is_an_alias_of_the_load_balancer(kind: str) -> None:
    args = AliasRecordArgs(
        domain_name="api.chat.example",
        hosted_zone_id="Z1",
        target_dns_name="alb.example",
        target_zone_id="Z2",
    )

    record = one(component_graph(lambda: AliasRecord("dns", args)), "Record")

    assert record["type"].value == kind
    assert record["aliases"][0]["name"].value == "alb.example"
    assert record["aliases"][0]["zoneId"].value == "Z2"
