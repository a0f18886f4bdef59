"""The profile of the realtime chat system of chat specs 000, 001 and 004."""

from policies.engine import Profile

PROFILE = Profile(name="chat")
