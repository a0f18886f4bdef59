"""Keys that are renewed, and secrets that nobody has seen."""

from __future__ import annotations

import json

from graph.model import Graph
from infra.components.encryption_key import EncryptionKey, EncryptionKeyArgs
from infra.components.generated_secret import GeneratedSecret, GeneratedSecretArgs
from infra.plan.keys import alarms_encryption, logs_encryption
from tests.unit.infra.recorded import CONTEXT, KEY, PLACE, component_graph, one


def secret(*, preview: bool = False) -> Graph:
    args = GeneratedSecretArgs(
        context=CONTEXT,
        part="redis-token",
        description="AUTH token",
        length=64,
        key_arn=KEY,
        recovery_days=30,
    )
    return component_graph(lambda: GeneratedSecret("token", args), preview=preview)


def test_a_key_is_renewed_every_year_and_has_an_alias() -> None:
    args = EncryptionKeyArgs(
        context=CONTEXT,
        part="operations",
        description="Logs",
        users=(logs_encryption(PLACE), alarms_encryption()),
        deletion_days=30,
    )

    graph = component_graph(lambda: EncryptionKey("key", args))

    key = one(graph, "Key")
    assert key["enableKeyRotation"].value
    assert key["deletionWindowInDays"].value == 30
    assert one(graph, "Alias")["name"].value == "alias/chat-test-operations"


def test_only_this_account_and_the_named_services_may_use_a_key() -> None:
    args = EncryptionKeyArgs(
        context=CONTEXT,
        part="operations",
        description="Logs",
        users=(logs_encryption(PLACE),),
        deletion_days=30,
    )

    graph = component_graph(lambda: EncryptionKey("key", args))

    policy = json.loads(str(one(graph, "Key")["policy"].value))
    assert [statement["Principal"] for statement in policy["Statement"]] == [
        {"AWS": "arn:aws:iam::123456789012:root"},
        {"Service": "logs.eu-central-1.amazonaws.com"},
    ]
    assert policy["Statement"][1]["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": (
                "arn:aws:logs:eu-central-1:123456789012:log-group:*"
            )
        }
    }


def test_a_secrets_value_is_marked_secret_in_a_preview_and_afterwards() -> None:
    for preview in (True, False):
        value = one(secret(preview=preview), "SecretVersion")["secretString"]

        assert value.secret
        assert value.text() in {"[secret]", "unknown"}


def test_a_secret_keeps_its_first_value_however_often_the_program_runs() -> None:
    version = one(secret(), "SecretVersion")

    assert set(version.options.ignore_changes) == {"secretString", "versionStages"}


def test_a_secrets_first_version_is_never_forgotten_by_aws() -> None:
    labels = {str(label.value) for label in one(secret(), "SecretVersion")["versionStages"].items()}

    assert labels == {"AWSCURRENT", "first-value"}


def test_a_secret_is_encrypted_with_the_given_key_and_can_be_recovered() -> None:
    container = one(secret(), "Secret")

    assert container["kmsKeyId"].value == KEY
    assert container["recoveryWindowInDays"].value == 30
    assert container["name"].value == "chat-test/redis-token"


def test_a_replaced_first_value_gives_up_its_label_before_the_new_one_takes_it() -> None:
    assert one(secret(), "SecretVersion").options.delete_before_replace
