"""The program of whichever system a stack is one of."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import cast

import pulumi
import pulumi_aws as aws

from infra.config.chat import ChatConfig
from infra.config.load import load
from infra.plan.context import Context, Place
from infra.systems import chat


def run() -> None:
    """Read the running stack's configuration, declare its resources, export its outputs.

    Raises `ConfigError`, which Pulumi shows without a traceback, before any resource is declared.
    """
    config = load()
    outputs = chat.build(config, _context(config))
    for field in fields(outputs):
        value = cast("pulumi.Input[object]", getattr(outputs, field.name))
        pulumi.export(re.sub(r"_([a-z])", lambda match: match[1].upper(), field.name), value)


def _context(config: ChatConfig) -> Context:
    return Context(
        project=pulumi.get_project(),
        system="chat",
        stack=pulumi.get_stack(),
        environment=config.environment,
        place=Place(
            account=aws.get_caller_identity().account_id,
            region=config.region,
            partition=aws.get_partition().partition,
        ),
    )
