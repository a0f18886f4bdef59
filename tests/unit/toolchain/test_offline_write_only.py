"""A write-only property is sent and kept nowhere: its version says when it is sent anew."""

from toolchain.offline_aws import facts
from toolchain.offline_aws.diff import diff
from toolchain.offline_aws.preview import planned
from toolchain.offline_aws.wire import Properties, Secret

_INSTANCE = facts.resource("aws:rds/instance:Instance")


def _given(password: str, version: int) -> Properties:
    return {
        "instanceClass": "db.t4g.medium",
        "passwordWo": Secret(password),
        "passwordWoVersion": version,
    }


def test_another_password_alone_is_no_change() -> None:
    found = diff(_INSTANCE, _given("one", 1), {}, _given("two", 1))

    assert found.changes == {}


def test_another_version_is_a_change_in_place() -> None:
    found = diff(_INSTANCE, _given("one", 1), {}, _given("two", 2))

    assert found.properties == ["passwordWoVersion"]
    assert found.replaces == []


def test_a_preview_promises_no_password() -> None:
    promised = planned(_INSTANCE, _given("one", 1), region="eu-west-1")

    assert "passwordWo" not in promised
    assert promised["passwordWoVersion"] == 1
