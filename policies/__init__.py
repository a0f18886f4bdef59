"""The CrossGuard pack: it judges a stack by its resource graph and knows nothing of its program."""
