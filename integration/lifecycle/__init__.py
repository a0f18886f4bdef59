"""The lives of ephemeral chat stacks: up, what AWS then holds, changed, no drift, down, nothing left."""
