"""Trading: what its spec demands of the rules that everybody is only advised to keep."""

from __future__ import annotations

from policies.engine import Profile

PROFILE = Profile(name="trading")
