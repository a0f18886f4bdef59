"""What the chat profile says of the system's own figures is what the system's own files say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from policies.profiles.chat import PROFILE

METRICS = Path(__file__).parents[2] / "apps" / "chat" / "metrics.json"


def test_the_custom_metrics_are_those_that_the_services_report() -> None:
    reported = cast("dict[str, object]", json.loads(METRICS.read_text(encoding="utf-8")))
    dimensions = cast("list[dict[str, str]]", reported["dimensions"])

    configured = PROFILE.parameters["custom-metrics-reported"]

    assert configured == {
        "namespaces": (reported["namespace"],),
        "metrics": tuple(cast("dict[str, object]", reported["metrics"])),
        "dimensions": tuple(one["name"] for one in dimensions),
    }
