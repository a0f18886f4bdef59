"""checkov's verdicts on our graph, Dockerfiles and workflows: read, weighed, excused, joined with source lines."""
