"""The pack learns the stack and its profile from where Pulumi puts them."""

from __future__ import annotations

import json

import pytest

from policies.engine import Profile
from policies.engine.environment import choose_profile, stack_of
from policies.engine.errors import PackError

KNOWN = {name: Profile(name=name) for name in ("chat", "common", "trading")}


def environ(config: dict[str, str], *secret: str, **others: str) -> dict[str, str]:
    return {
        "PULUMI_CONFIG": json.dumps(config),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(secret),
        "PULUMI_STACK": "dev",
        "PULUMI_PROJECT": "shop",
        "PULUMI_DRY_RUN": "true",
        **others,
    }


def chosen(variables: dict[str, str], configured: str | None = None) -> str:
    return choose_profile(KNOWN, stack_of(variables), configured, variables).name


def test_the_stack_and_its_configuration_are_read() -> None:
    stack = stack_of(environ({"shop:a": "1", "shop:b": "hunter2-canary"}, "shop:b"))

    assert (stack.project, stack.name, stack.dry_run) == ("shop", "dev", True)
    assert not stack.config["shop:a"].secret
    assert stack.config["shop:b"].secret
    assert "hunter2" not in repr(stack)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null"])
def test_an_environment_that_says_nothing_useful_is_an_unnamed_stack(text: str) -> None:
    stack = stack_of({"PULUMI_CONFIG": text, "PULUMI_CONFIG_SECRET_KEYS": text})

    assert (stack.name, stack.project, dict(stack.config)) == ("", "", {})


def test_the_stacks_own_system_wins() -> None:
    variables = environ({"plumbline:system": "chat"}, PLUMBLINE_PROFILE="common")

    assert chosen(variables, "trading") == "chat"


def test_the_policy_configuration_comes_before_the_environment() -> None:
    assert chosen(environ({}, PLUMBLINE_PROFILE="chat"), "trading") == "trading"


def test_the_environment_comes_before_the_common_rules() -> None:
    assert chosen(environ({}, PLUMBLINE_PROFILE="chat")) == "chat"
    assert chosen(environ({}, PLUMBLINE_PROFILE="")) == "common"
    assert chosen(environ({})) == "common"


@pytest.mark.parametrize(
    ("variables", "configured", "source"),
    [
        (environ({"plumbline:system": "chess"}), None, "configuration plumbline:system"),
        (environ({}), "chess", "the policy configuration"),
        (environ({}, PLUMBLINE_PROFILE="chess"), None, "PLUMBLINE_PROFILE"),
    ],
)
def test_a_profile_that_there_is_not_is_one_error_with_those_that_there_are(
    variables: dict[str, str], configured: str | None, source: str
) -> None:
    with pytest.raises(PackError) as caught:
        _ = chosen(variables, configured)

    assert "There is no profile 'chess'" in str(caught.value)
    assert source in str(caught.value)
    assert "known profiles: chat, common, trading" in str(caught.value)


def test_a_secret_in_the_place_of_a_profile_is_not_repeated() -> None:
    variables = environ({"plumbline:system": "hunter2-canary"}, "plumbline:system")

    with pytest.raises(PackError) as caught:
        _ = chosen(variables)

    assert "hunter2" not in str(caught.value)
