"""The shop's parts, one module a subject."""
