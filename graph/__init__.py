"""The resource graph: the one model of a stack that policies, tests and reports read."""
