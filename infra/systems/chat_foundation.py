"""What all parts of the chat system stand on."""

from __future__ import annotations

from dataclasses import dataclass

from infra.components.cluster import Cluster
from infra.components.encryption_key import EncryptionKey
from infra.components.network import Network
from infra.components.security_groups import SecurityGroups
from infra.plan.capacity import CapacityShare
from infra.plan.context import Context
from infra.plan.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """Names, keys, network and cluster of one stack."""

    context: Context
    lifecycle: Lifecycle
    data_key: EncryptionKey
    operations_key: EncryptionKey
    network: Network
    groups: SecurityGroups
    capacity: tuple[CapacityShare, ...]
    cluster: Cluster
