"""By what the chat system's services grow and shrink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from infra.components.service_scaling import ServiceScaling, ServiceScalingArgs
from infra.config.chat import ChatConfig
from infra.plan.scaling import (
    Scaling,
    plan_api_scaling,
    plan_realtime_scaling,
    plan_workers_scaling,
)
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge
from infra.systems.chat_foundation import Foundation
from infra.systems.chat_services import Service, Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalings:
    """The bounds and targets of each service; alarms follow from them as well."""

    api: Scaling
    realtime: Scaling
    workers: Scaling

    def of(self, part: str) -> Scaling:
        """The scaling of a service by its part."""
        return {"api": self.api, "realtime": self.realtime, "workers": self.workers}[part]

    def all(self) -> tuple[Scaling, ...]:
        """All of them."""
        return (self.api, self.realtime, self.workers)


def plan_scalings(config: ChatConfig) -> Scalings:
    """What the configuration means for each service."""
    realtime, workers = config.realtime, config.workers
    return Scalings(
        api=plan_api_scaling(config.api.desired_count, config.api.size.cpu),
        realtime=plan_realtime_scaling(
            realtime.desired_count,
            connections=realtime.max_connections_per_task,
            lag_ms=realtime.event_loop_lag_ms,
            by_connections=realtime.scale_on_connections,
        ),
        workers=plan_workers_scaling(
            workers.desired_count,
            depth=workers.queue_depth,
            age_seconds=workers.oldest_message_age,
            by_queue=workers.scale_on_queue,
        ),
    )


def scale(
    config: ChatConfig, foundation: Foundation, edge: Edge, data: Data, services: Services
) -> Scalings:
    """Declare the scaling of all services, once they are there."""
    scalings = plan_scalings(config)
    label = pulumi.Output.concat(edge.balancer.arn_suffix, "/", edge.api.arn_suffix)
    queues = {"push": data.push.name, "offline": data.offline.name}
    _scale(foundation, services.api, scalings.api, request_label=label)
    _scale(foundation, services.realtime, scalings.realtime)
    _scale(foundation, services.workers, scalings.workers, queues=queues)
    return scalings


def _scale(
    foundation: Foundation,
    service: Service,
    scaling: Scaling,
    *,
    request_label: pulumi.Input[str] | None = None,
    queues: Mapping[str, pulumi.Input[str]] | None = None,
) -> None:
    ServiceScaling(
        f"{service.part}-scaling",
        ServiceScalingArgs(
            context=foundation.context,
            part=service.part,
            cluster_name=foundation.cluster.name,
            service_name=service.service.name,
            scaling=scaling,
            request_label=request_label,
            queues=queues or {},
        ),
    )
