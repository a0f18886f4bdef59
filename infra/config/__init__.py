"""The typed configuration of each system, and the only reader of Pulumi's."""
