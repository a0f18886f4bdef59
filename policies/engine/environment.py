"""What the pack learns from its environment: the stack, its configuration, the profile's name."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Final, cast

from graph.model import ConfigValue, Stack
from policies.engine.errors import PackError
from policies.engine.profiles import Profile
from policies.engine.rules import COMMON

SYSTEM_KEY: Final = "plumbline:system"
PROFILE_VARIABLE: Final = "PLUMBLINE_PROFILE"


def stack_of(environ: Mapping[str, str]) -> Stack:
    """The stack that the language host started the pack for; empty names where it did not say.

    Secret values are decrypted in here. They are compared with, and never shown.
    """
    values = _json(environ.get("PULUMI_CONFIG"))
    secret_keys = _json(environ.get("PULUMI_CONFIG_SECRET_KEYS"))
    return Stack(
        organization=environ.get("PULUMI_ORGANIZATION", "organization"),
        project=environ.get("PULUMI_PROJECT", ""),
        name=environ.get("PULUMI_STACK", ""),
        dry_run=environ.get("PULUMI_DRY_RUN", "").lower() == "true",
        config=config_of(
            cast("dict[object, object]", values) if isinstance(values, dict) else {},
            cast("list[object]", secret_keys) if isinstance(secret_keys, list) else [],
        ),
    )


def config_of(
    values: Mapping[object, object] | Mapping[str, str], secret_keys: Collection[object]
) -> dict[str, ConfigValue]:
    """A configuration as Pulumi hands it over, each value with its secrecy."""
    return {
        str(key): ConfigValue(
            value if isinstance(value, str) else json.dumps(value), key in secret_keys
        )
        for key, value in values.items()
    }


def choose_profile(
    known: Mapping[str, Profile], stack: Stack, configured: str | None, environ: Mapping[str, str]
) -> Profile:
    """The profile to judge by: the stack's own system, else what the user named, else common.

    PackError, listing the known ones, for a name that is none.
    """
    system = stack.config.get(SYSTEM_KEY)
    candidates = [
        (system.value if system is not None else None, f"the stack's configuration {SYSTEM_KEY}"),
        (configured, "the policy configuration"),
        (environ.get(PROFILE_VARIABLE), f"the environment variable {PROFILE_VARIABLE}"),
        (COMMON, "the pack"),
    ]
    name, source = next((name, source) for name, source in candidates if name)
    if name in known:
        return known[name]
    # The value comes from a place that may be encrypted; then it must not be repeated.
    shown = "[secret]" if system is not None and system.secret and name == system.value else name
    raise PackError(
        f"There is no profile {shown!r}, which {source} names.",
        [f"known profiles: {', '.join(sorted(known))}"],
    )


def _json(text: str | None) -> object:
    if not text:
        return None
    try:
        return cast("object", json.loads(text))
    except ValueError:
        return None
