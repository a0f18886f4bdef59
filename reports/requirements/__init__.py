"""Which requirement of the specifications is held by which rules and proven by which tests."""
