"""Ephemeral stacks and previews, by the real engine."""
