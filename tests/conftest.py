"""What every suite runs under."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from tests.kit.sharing import share

# Generated cases are the same on every machine, and a slow machine is no failure.
settings.register_profile("plumbline", deadline=None, derandomize=True)
settings.load_profile("plumbline")


def pytest_configure(config: pytest.Config) -> None:
    # Importing a module of pulumi_aws warns of every deprecated class in it, used or not.
    config.addinivalue_line(
        "filterwarnings", r"ignore:\S+ has been deprecated in favor of:DeprecationWarning"
    )
    share(config)
    # Collection imports some hundred thousand objects that stay: looking for garbage among them,
    # now and in each recording later, would take a third of a suite's time.
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
