"""The wiring of each system, and its outputs."""
