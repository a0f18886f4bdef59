"""The Pulumi program: what is built on AWS, and from which configuration."""
