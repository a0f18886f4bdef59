"""A Pulumi provider named `aws` that needs no account: previews from facts, lives on an emulator."""
