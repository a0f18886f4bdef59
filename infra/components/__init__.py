"""Component resources, one a file, each with a narrow set of arguments."""
