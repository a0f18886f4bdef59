"""Reads the running stack's configuration; the one place that asks Pulumi for it."""

from __future__ import annotations

from typing import cast

import pulumi
from pulumi.runtime import config as engine_config

from infra.config import chat_fields
from infra.config.chat import ChatConfig, chat_config
from infra.config.chat_checks import cross_checks
from infra.config.fields import Raw, read
from infra.config.problems import ConfigError, Problem
from infra.plan.names import STACK_NAME

STACK_NAME_LIMIT = 40


def load() -> ChatConfig:
    """The configuration of the stack that is running; `ConfigError` where it can't be used."""
    return parse(pulumi.get_stack(), running_configuration())


def running_configuration() -> Raw:
    """Every key that the engine has passed to this program.

    `pulumi.Config` answers for keys that one knows already, and a misspelt one would go
    unnoticed; below it lies the whole of what was passed.
    """
    passed = engine_config.get_config_env() | engine_config.CONFIG.get()
    values = cast("dict[str, str]", passed)
    secrets = set(engine_config.get_config_secret_keys_env())
    secrets.update(key for key in values if engine_config.is_config_secret(key))
    return Raw(values=values, secrets=frozenset(secrets))


def parse(stack: str, raw: Raw) -> ChatConfig:
    """The configuration that `raw` means; raises `ConfigError` with all that is wrong with it."""
    values, problems = read(chat_fields.FIELDS, raw, namespaces=(chat_fields.NAMESPACE,))
    problems.extend(_stack_name(stack))
    problems.extend(cross_checks(values, raw))
    if problems:
        raise ConfigError(stack, problems)
    return chat_config(values)


def _stack_name(stack: str) -> list[Problem]:
    if STACK_NAME.fullmatch(stack) and len(stack) <= STACK_NAME_LIMIT:
        return []
    return [
        Problem(
            key="the stack's name",
            value=repr(stack),
            why="it goes into the names of resources, and RDS and S3 take neither capitals nor "
            "underscores, dots, or doubled hyphens",
            mend="call the stack by lower-case letters, digits and single hyphens, at most "
            f"{STACK_NAME_LIMIT} characters",
        )
    ]
