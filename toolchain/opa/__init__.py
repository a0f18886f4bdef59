"""OPA, the Open Policy Agent, built from its own source at the version that go.mod pins."""
