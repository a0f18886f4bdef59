"""What each service of the chat system has that the others haven't."""

from __future__ import annotations

from dataclasses import dataclass, replace

from infra.components.fargate_service import Rollout
from infra.components.routed_target import RoutedTarget
from infra.config.chat import ChatConfig, ServiceConfig
from infra.plan.iam import Statement
from infra.plan.metrics import chat_metrics
from infra.plan.routing import API, REALTIME, WORKERS_HEALTH_PORT
from infra.plan.task_policies import consume, publish_metrics, send_to
from infra.systems.chat_data import Data
from infra.systems.chat_edge import Edge

SHELLS = True
"""Whether ECS Exec may open a shell in a task, which IAM grants and the audit log records.

False takes it from all services: the permission of their tasks, and what they could write to.
"""

_WORKERS_STOP_SECONDS = 60
"""As long as a message is invisible: what a worker has taken, it can finish."""

_FULL_ROLLOUT = Rollout(min_healthy_percent=100, max_percent=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """One service; `target` is None where nothing calls it, `work` is what its tasks may do."""

    part: str
    config: ServiceConfig
    port: int
    health_path: str
    rollout: Rollout
    stop_timeout: int
    target: RoutedTarget | None
    work: tuple[Statement[str], ...]


def plan_services(config: ChatConfig, edge: Edge, data: Data) -> tuple[ServicePlan, ...]:
    """The services, each after those that it calls where services call each other."""
    plans = (_realtime(config, edge, data), _api(config, edge, data), _workers(config, data))
    metrics = publish_metrics(chat_metrics().namespace)
    return tuple(replace(plan, work=(*plan.work, *metrics)) for plan in plans)


def _realtime(config: ChatConfig, edge: Edge, data: Data) -> ServicePlan:
    return ServicePlan(
        part="realtime",
        config=config.realtime,
        port=REALTIME.port,
        health_path=REALTIME.health_path,
        rollout=Rollout(
            min_healthy_percent=config.realtime.min_healthy_percent,
            max_percent=config.realtime.max_percent,
        ),
        stop_timeout=config.realtime.stop_timeout,
        target=edge.realtime,
        # Whoever isn't connected gets a message through this queue.
        work=send_to(data.offline.arn),
    )


def _api(config: ChatConfig, edge: Edge, data: Data) -> ServicePlan:
    return ServicePlan(
        part="api",
        config=config.api,
        port=API.port,
        health_path=API.health_path,
        rollout=_FULL_ROLLOUT,
        stop_timeout=config.api.stop_timeout,
        target=edge.api,
        work=send_to(data.push.arn, data.offline.arn),
    )


def _workers(config: ChatConfig, data: Data) -> ServicePlan:
    return ServicePlan(
        part="workers",
        config=config.workers,
        port=WORKERS_HEALTH_PORT,
        health_path="/health",
        rollout=_FULL_ROLLOUT,
        stop_timeout=_WORKERS_STOP_SECONDS,
        target=None,
        # A message fanned out to somebody offline becomes a push notification.
        work=(*consume(data.push.arn, data.offline.arn), *send_to(data.push.arn)),
    )
