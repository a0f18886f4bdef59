"""The profile of every program that names no other: what any AWS stack should hold to."""

from policies.engine import Profile

PROFILE = Profile(name="common")
