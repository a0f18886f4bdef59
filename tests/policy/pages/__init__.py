"""The page of each rule, whose examples are programs made of its fixtures, and run."""
