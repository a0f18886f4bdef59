"""What integration tests share: one emulator of their own, and the user's hosted zone in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.inventory import Aws
from toolchain import emulator
from toolchain.offline_aws.places import DEFAULT_REGION


@pytest.fixture(scope="session")
def aws_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulator that nobody else uses."""
    folder: Path = tmp_path_factory.mktemp("emulator")
    running = emulator.start(folder, owner=os.getpid())
    yield running.url
    emulator.stop(folder)


@pytest.fixture(scope="session")
def hosted_zone(aws_endpoint: str) -> str:
    """The id of the zone that the stack's owner has before there is a stack."""
    client = Aws(aws_endpoint, DEFAULT_REGION).client("route53")
    made = client.create_hosted_zone(Name="dev.chat.example.com", CallerReference="integration")
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]
