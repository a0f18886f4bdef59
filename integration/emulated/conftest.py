"""What the tests of lives share: samples on an emulator of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.emulated.world import World
from toolchain import emulator
from toolchain.offline_aws.lives import AwsLives


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An empty world; what a module makes in it stays until the module's end."""
    folder: Path = tmp_path_factory.mktemp("emulator")
    url = emulator.start(folder, owner=os.getpid()).url
    yield World(AwsLives(lambda: url))
    emulator.stop(folder)
