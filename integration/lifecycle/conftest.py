"""Ephemeral stacks, each brought up once for all tests that look at it, each in an emulator of its own."""

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager

import pytest

from integration.harness import EphemeralStack
from integration.inventory import Aws, inventory
from toolchain import emulator
from toolchain.offline_aws.places import DEFAULT_REGION

Folders = pytest.TempPathFactory


@contextmanager
def ephemeral(
    folders: Folders, like: str, settings: Mapping[str, object] | None = None
) -> Generator[EphemeralStack]:
    """A stack with the configuration of another, up in an emulator that holds nothing else but a zone."""
    folder = folders.mktemp(like)
    running = emulator.start(folder / "emulator", owner=os.getpid())
    try:
        route53 = Aws(running.url, DEFAULT_REGION).client("route53")
        zone = route53.create_hosted_zone(Name="chat.example.com", CallerReference="integration")
        identity = str(zone["HostedZone"]["Id"]).rpartition("/")[2]
        given = {**(settings or {}), "plumbline:hostedZoneId": identity}
        stack = EphemeralStack(folder / "stack", running.url, like=like, settings=given)
        before = inventory(stack.aws)
        with stack:
            stack.up()
            yield stack
        assert inventory(stack.aws) == before
    finally:
        emulator.stop(folder / "emulator")


@pytest.fixture(scope="session")
def dev(tmp_path_factory: Folders) -> Iterator[EphemeralStack]:
    """A stack like `dev`."""
    with ephemeral(tmp_path_factory, "dev") as stack:
        yield stack


@pytest.fixture(scope="session")
def large(tmp_path_factory: Folders) -> Iterator[EphemeralStack]:
    """A stack like `100k-dau`, with everything that a stack can have."""
    settings = {"plumbline:enableServiceConnect": True}
    with ephemeral(tmp_path_factory, "100k-dau", settings) as stack:
        yield stack


@pytest.fixture(scope="session")
def growing(tmp_path_factory: Folders) -> Iterator[EphemeralStack]:
    """A stack like `5k-dau`, which is to grow."""
    with ephemeral(tmp_path_factory, "5k-dau") as stack:
        yield stack
