"""The chat system's Redis: one for everything, or one for each of its two jobs."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from infra.components.cache import Cache, CacheArgs
from infra.config.chat import CacheNodes, ChatConfig, SplitCache
from infra.plan import redis
from infra.systems.chat_foundation import Foundation


def build_caches(
    config: ChatConfig, foundation: Foundation, auth_token: pulumi.Output[str]
) -> dict[str, Cache]:
    """The caches by part: `redis`, or `redis-adapter` and `redis-state`; one token opens all."""
    wanted = _wanted(config.cache)
    return {
        part: Cache(
            part,
            CacheArgs(
                context=foundation.context,
                lifecycle=foundation.lifecycle,
                plan=redis.plan_cache(part, nodes.node_type),
                node_type=nodes.node_type,
                nodes=nodes.nodes,
                subnet_ids=foundation.network.private_subnet_ids,
                security_group_id=foundation.groups.ids[part],
                auth_token=auth_token,
                key_arn=foundation.data_key.arn,
                log_key_arn=foundation.operations_key.arn,
            ),
        )
        for part, nodes in wanted.items()
    }


def adapter_of(caches: Mapping[str, Cache]) -> Cache:
    """The cache through which tasks send each other messages."""
    return caches.get(redis.ADAPTER) or caches[redis.SINGLE]


def state_of(caches: Mapping[str, Cache]) -> Cache:
    """The cache that knows who is there."""
    return caches.get(redis.STATE) or caches[redis.SINGLE]


def _wanted(cache: CacheNodes | SplitCache) -> dict[str, CacheNodes]:
    if isinstance(cache, SplitCache):
        return {redis.ADAPTER: cache.adapter, redis.STATE: cache.state}
    return {redis.SINGLE: cache}
