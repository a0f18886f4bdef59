"""The provider's own configuration: region, default tags, and what it may talk to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolchain.offline_aws import places
from toolchain.offline_aws.functions import Context
from toolchain.offline_aws.wire import UNKNOWN, Properties, Value, plain


@dataclass(frozen=True)
class Configuration:
    """What Configure was given, as far as the offline provider reads it."""

    region: Value = places.DEFAULT_REGION
    """The region's name, or `UNKNOWN`."""
    default_tags: Properties = field(default_factory=dict[str, Value])

    @property
    def context(self) -> Context:
        """For functions; an unknown region reads as the default one."""
        region = self.region if isinstance(self.region, str) else places.DEFAULT_REGION
        return Context(region, places.ACCOUNT, self.default_tags)


def _parsed(value: Value) -> Value:
    """Nested configuration arrives as JSON text or as it is."""
    if isinstance(value, str) and value[:1] in "{[" and value:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def configuration(settings: Mapping[str, Value]) -> Configuration:
    """From the provider's inputs; where they name no region, from the environment as AWS tools do."""
    values = {name: _parsed(plain(value)) for name, value in settings.items()}
    region = values.get("region") or os.environ.get("AWS_REGION")
    region = region or os.environ.get("AWS_DEFAULT_REGION") or places.DEFAULT_REGION
    if not isinstance(region, str):
        region = UNKNOWN
    wrapped = values.get("defaultTags")
    tags = wrapped.get("tags") if isinstance(wrapped, dict) else None
    return Configuration(region, tags if isinstance(tags, dict) else Properties())
