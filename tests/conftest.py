"""What every suite runs under."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Generated cases are the same on every machine, and a slow machine is no failure.
settings.register_profile("plumbline", deadline=None, derandomize=True)
settings.load_profile("plumbline")


def pytest_configure(config: pytest.Config) -> None:
    # Importing a module of pulumi_aws warns of every deprecated class in it, used or not.
    config.addinivalue_line(
        "filterwarnings", r"ignore:\S+ has been deprecated in favor of:DeprecationWarning"
    )
