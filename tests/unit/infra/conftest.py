"""Loads pulumi_aws.s3 once, with the warnings of deprecated classes that nobody here uses."""

from __future__ import annotations

import warnings

import pulumi_aws

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    # Modules of pulumi_aws are loaded when something of them is first asked for.
    _ = pulumi_aws.s3.Bucket
