"""What a sample is, and what several samples share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias

from toolchain.offline_aws.wire import Value


@dataclass(frozen=True)
class Of:
    """An output of another sample; a dot leads into a map."""

    sample: str
    output: str


@dataclass(frozen=True)
class Json:
    """A JSON document of other samples' outputs."""

    document: Given


Given: TypeAlias = "Value | Of | Json | list[Given] | dict[str, Given]"


@dataclass(frozen=True)
class Sample:
    """A resource: its type and inputs; `change` alters what can change in place."""

    type: str
    inputs: dict[str, Given]
    change: dict[str, Given] | None = None


def policy(action: str, principal: str | None = None) -> str:
    """A policy document that allows one action, to a service where one is named."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    if principal:
        statement = {"Effect": "Allow", "Action": action, "Principal": {"Service": principal}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TAGS: dict[str, Given] = {"Name": "sample", "system": "test"}
RETAGGED: dict[str, Given] = {"Name": "changed", "owner": "test"}
CONTAINERS = json.dumps(
    [
        {
            "name": "app",
            "image": "example/app:1",
            "essential": True,
            "portMappings": [{"name": "http", "containerPort": 3000, "protocol": "tcp"}],
            "environment": [{"name": "A", "value": "b"}],
        }
    ]
)
