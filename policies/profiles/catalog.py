"""Catalog: what its spec demands of the rules that everybody is only advised to keep."""

from __future__ import annotations

from policies.engine import Level, Profile

_DEMANDED = ()

PROFILE = Profile(name="catalog", levels=dict.fromkeys(_DEMANDED, Level.MANDATORY))
