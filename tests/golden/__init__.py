"""Each stack as its program declares it, kept as a file that a reviewer reads."""
