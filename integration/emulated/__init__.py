"""The life of each resource type, against a real emulator."""
