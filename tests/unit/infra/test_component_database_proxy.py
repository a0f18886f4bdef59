"""RDS Proxy: TLS in, the services' user only, one secret to read."""

from __future__ import annotations

import json
from functools import cache

from graph.model import Graph
from infra.components.database_proxy import DatabaseProxy, DatabaseProxyArgs
from tests.unit.infra.recorded import CONTEXT, KEY, component_graph, one

_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:service"


@cache
def proxy(zones: tuple[str, ...] = ("eu-central-1a", "eu-central-1b")) -> Graph:
    args = DatabaseProxyArgs(
        context=CONTEXT,
        database_identifier="chat-test-postgres",
        secret_arn=_SECRET,
        key_arn=KEY,
        max_connections_percent=75,
        idle_client_timeout=1800,
        zones=zones,
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_id="sg-proxy",
        log_days=30,
        log_key_arn=KEY,
    )
    return component_graph(lambda: DatabaseProxy("proxy", args))


def test_clients_need_tls_and_a_scram_password() -> None:
    made = one(proxy(), "Proxy")

    assert made["requireTls"].value
    (way,) = made["auths"].items()
    assert way["authScheme"].value == "SECRETS"
    assert way["clientPasswordAuthType"].value == "POSTGRES_SCRAM_SHA_256"
    assert way["iamAuth"].value == "DISABLED"
    assert way["secretArn"].value == _SECRET


def test_the_proxy_may_read_its_one_secret_and_nothing_else() -> None:
    policy = json.loads(str(one(proxy(), "RolePolicy")["policy"].value))

    assert [(statement["Action"], statement["Resource"]) for statement in policy["Statement"]] == [
        (["secretsmanager:GetSecretValue"], [_SECRET]),
        (["kms:Decrypt"], [KEY]),
    ]


def test_only_rds_may_act_with_the_proxys_role() -> None:
    trust = json.loads(str(one(proxy(), "Role")["assumeRolePolicy"].value))

    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "rds.amazonaws.com"}
    # RDS isn't documented to say for whom it acts here: what it says, if it does, must fit.
    assert statement["Condition"] == {"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}}


def test_the_proxy_leads_to_the_instance_and_shares_its_connections() -> None:
    pool = one(proxy(), "ProxyDefaultTargetGroup")["connectionPoolConfig"]
    target = one(proxy(), "ProxyTarget")

    assert pool["maxConnectionsPercent"].value == 75
    assert pool["maxIdleConnectionsPercent"].value == 37
    assert pool["connectionBorrowTimeout"].value == 30
    assert target["dbInstanceIdentifier"].value == "chat-test-postgres"
    assert target["targetGroupName"].value == one(proxy(), "ProxyDefaultTargetGroup")["name"].value


def test_statements_are_not_logged_and_the_log_is_ours() -> None:
    made, log = one(proxy(), "Proxy"), one(proxy(), "LogGroup")

    assert made["debugLogging"].value is False
    assert made["idleClientTimeout"].value == 1800
    assert log["name"].value == f"/aws/rds/proxy/{made['name'].value}"
    assert log["kmsKeyId"].value == KEY
    assert log.urn in made.dependencies


def test_the_proxy_waits_for_its_permission() -> None:
    assert one(proxy(), "RolePolicy").urn in one(proxy(), "Proxy").dependencies


def test_another_zone_makes_another_proxy_that_can_stand_beside_the_old_one() -> None:
    three = proxy(("eu-central-1a", "eu-central-1b", "eu-central-1c"))

    assert one(proxy(), "Proxy")["name"].value == "chat-test-postgres-ab"
    assert one(three, "Proxy")["name"].value == "chat-test-postgres-abc"
    assert one(three, "LogGroup")["name"].value == "/aws/rds/proxy/chat-test-postgres-abc"
