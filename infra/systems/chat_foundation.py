"""What all parts of the chat system stand on."""

from __future__ import annotations

from dataclasses import dataclass

from infra.components.cluster import Cluster, ClusterArgs
from infra.components.encryption_key import EncryptionKey, EncryptionKeyArgs
from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from infra.components.network import Network, NetworkArgs
from infra.components.security_groups import SecurityGroups, SecurityGroupsArgs
from infra.components.service_namespace import ServiceNamespace, ServiceNamespaceArgs
from infra.config.chat import ChatConfig, SplitCache
from infra.plan.capacity import CapacityShare, share_capacity
from infra.plan.connections import ChatParts, plan_connections
from infra.plan.context import Context
from infra.plan.keys import alarms_encryption, logs_encryption
from infra.plan.lifecycle import Lifecycle, lifecycle_of
from infra.plan.subnets import plan_zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """Names, keys, network and cluster of one stack.

    `namespace` is None where services don't call each other.
    """

    context: Context
    lifecycle: Lifecycle
    data_key: EncryptionKey
    operations_key: EncryptionKey
    network: Network
    groups: SecurityGroups
    capacity: tuple[CapacityShare, ...]
    cluster: Cluster
    namespace: ServiceNamespace | None


def parts_of(config: ChatConfig) -> ChatParts:
    """Which parts the stack has that others haven't."""
    return ChatParts(
        proxy=config.database.proxy is not None,
        replica=config.database.read_replica_class is not None,
        # A function in private subnets reaches the API of Secrets Manager by a gateway only.
        rotation=config.nat_gateways > 0,
        split_cache=isinstance(config.cache, SplitCache),
        service_connect=config.service_connect,
    )


def build_foundation(config: ChatConfig, context: Context) -> Foundation:
    """Declare the keys, the network with who may talk to whom in it, and the cluster."""
    lifecycle = lifecycle_of(config.environment)
    data_key = _data_key(context, lifecycle)
    operations_key = _operations_key(context, lifecycle)
    network = Network(
        "network",
        NetworkArgs(
            context=context, zones=plan_zones(config.availability_zones, config.nat_gateways)
        ),
    )
    FlowLogs(
        "flow-logs",
        FlowLogsArgs(
            context=context,
            vpc_id=network.vpc_id,
            retention_days=lifecycle.flow_log_days,
            key_arn=operations_key.arn,
        ),
    )
    capacity = share_capacity(config.spot_weight)
    return Foundation(
        context=context,
        lifecycle=lifecycle,
        data_key=data_key,
        operations_key=operations_key,
        network=network,
        groups=SecurityGroups(
            "security-groups",
            SecurityGroupsArgs(
                context=context,
                vpc_id=network.vpc_id,
                connections=plan_connections(parts_of(config)),
            ),
        ),
        capacity=capacity,
        cluster=Cluster(
            "cluster",
            ClusterArgs(
                context=context,
                capacity=capacity,
                log_days=lifecycle.log_days,
                key_arn=operations_key.arn,
            ),
        ),
        namespace=ServiceNamespace(
            "services",
            ServiceNamespaceArgs(
                context=context, log_days=lifecycle.log_days, log_key_arn=operations_key.arn
            ),
        )
        if config.service_connect
        else None,
    )


def _data_key(context: Context, lifecycle: Lifecycle) -> EncryptionKey:
    return EncryptionKey(
        "data-key",
        EncryptionKeyArgs(
            context=context,
            part="data",
            description="Data at rest: database, cache, secrets",
            users=(),
            deletion_days=lifecycle.key_deletion_days,
        ),
    )


def _operations_key(context: Context, lifecycle: Lifecycle) -> EncryptionKey:
    return EncryptionKey(
        "operations-key",
        EncryptionKeyArgs(
            context=context,
            part="operations",
            description="Logs, shell sessions and alarms",
            users=(logs_encryption(context.place), alarms_encryption()),
            deletion_days=lifecycle.key_deletion_days,
        ),
    )
