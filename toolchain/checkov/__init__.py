"""checkov in a locked environment of its own, and its runs over plans, Dockerfiles and workflows."""
