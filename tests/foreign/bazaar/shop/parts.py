"""All that functions work with."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws

from .cache import Cache
from .database import Database
from .messages import Messages
from .network import Doors, Network
from .settings import Settings
from .storage import Bucket
from .tables import Tables
from .vault import Vault


@dataclass(frozen=True)
class Parts:
    """All that functions work with."""

    shop: Settings
    key: aws.kms.Key
    network: Network
    doors: Doors
    database: Database
    cache: Cache
    tables: Tables
    messages: Messages
    vault: Vault
    uploads: Bucket
    images: aws.ecr.Repository
