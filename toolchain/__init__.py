"""What makes the tools run anywhere: Pulumi CLI, language host, offline AWS provider, emulator."""
