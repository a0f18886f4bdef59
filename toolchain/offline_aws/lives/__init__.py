"""Lives of resources on an AWS emulator: one engine, tables for each type, few named hooks."""

from toolchain.offline_aws.lives.engine import AwsLives

__all__ = ["AwsLives"]
