"""What a stack proves: reports over specifications, rules and tests."""
