"""A Pulumi program of the database alone."""
