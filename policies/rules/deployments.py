"""Blue and green: a deployment has a way back, takes it by itself, and is tried before it counts."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Graph, Resource
from graph.truth import Truth
from policies.aws import types
from policies.aws.inputs import given
from policies.engine import Check, Level, Parameters, Severity, rule, stack_rule

_DEPLOYMENTS = "aws:codedeploy/deploymentGroup:DeploymentGroup"
_GROUP = (_DEPLOYMENTS,)
_SPEC = "trading spec, Deployment Requirements: blue-green deployment, traffic shifting"
_PAIR = "targetGroupPairInfo"


@rule(
    "codedeploy-rolls-back",
    applies_to=_GROUP,
    title="A failed deployment goes back by itself",
    why="Until somebody wakes up, users would get the version that has just failed.",
    requirement=f"{_SPEC}; AWS CodeDeploy user guide: automatic rollbacks",
    mend="Set auto_rollback_configuration={'enabled': True, 'events': ['DEPLOYMENT_FAILURE', "
    "'DEPLOYMENT_STOP_ON_ALARM']}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def codedeploy_rolls_back(resource: Resource, _: Parameters) -> Iterator[Check]:
    """It is switched on for failures, and for alarms where the group watches any."""
    rollback, alarms = resource["autoRollbackConfiguration"], resource["alarmConfiguration"]
    events = rollback["events"]
    failing = rollback["enabled"].is_true(default=False) & events.contains("DEPLOYMENT_FAILURE")
    yield Check(failing, "it does not roll back when a deployment fails", rollback.path)
    watching = alarms["enabled"].is_true(default=False)
    answered = ~watching | events.contains("DEPLOYMENT_STOP_ON_ALARM")
    yield Check(answered, "it does not roll back when an alarm goes off", rollback.path)


@rule(
    "codedeploy-watches-alarms",
    applies_to=_GROUP,
    title="Alarms stop a deployment",
    why="A version that starts well and then answers with errors would be shifted to all users.",
    requirement=f"{_SPEC}; AWS CodeDeploy user guide: monitoring with alarms",
    mend="Set alarm_configuration={'enabled': True, 'alarms': [errors.name]}.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def codedeploy_watches_alarms(resource: Resource, _: Parameters) -> Iterator[Check]:
    """Some alarm is named, the watch is on, and it holds when alarms cannot be asked."""
    watch = resource["alarmConfiguration"]
    listed = watch["alarms"]
    some = Truth.UNKNOWN if listed.unknown else Truth.of(bool(listed.items()))
    on = watch["enabled"].is_true(default=False)
    yield Check(on & some, "no alarm stops it", "alarmConfiguration")
    blind = watch["ignorePollAlarmFailure"].is_true(default=False)
    yield Check(~blind, "it goes on when its alarms cannot be asked", "alarmConfiguration")


@stack_rule(
    "codedeploy-two-target-groups",
    title="Deployments of ECS services shift traffic between two target groups",
    why="With one target group there is no other side to try, or to go back to.",
    requirement=f"{_SPEC}; AWS CodeDeploy user guide: deployment groups for Amazon ECS",
    mend="Name two aws.lb.TargetGroup and the listener in load_balancer_info's "
    "target_group_pair_info.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
)
def codedeploy_two_target_groups(graph: Graph, _: Parameters) -> Iterator[Check]:
    """Two different groups of one protocol and port are paired, behind a listener."""
    for deployment in graph.of_type(_DEPLOYMENTS):
        if given(deployment, "ecsService").absent:
            continue
        key = "loadBalancerInfo"
        pair = given(deployment, key)[_PAIR]
        if pair["targetGroups"].unknown:
            yield Check(Truth.UNKNOWN, "its target groups are not known", key, deployment)
            continue
        listed = [one["name"] for one in pair["targetGroups"].items()]
        names = {text for one in listed if isinstance(text := one.scalar(), str)}
        groups = deployment.references(key, types.TARGET_GROUP)
        distinct = max(len(names), len(groups))
        truth = Truth.of(len(listed) == 2)  # noqa: PLR2004 (blue and green)
        unsure = any(one.unknown for one in listed) and not groups
        truth &= Truth.UNKNOWN if unsure else Truth.of(distinct == len(listed))
        yield Check(truth, "it has no two target groups", key, deployment)
        routed = pair["prodTrafficRoute"]["listenerArns"]
        served = Truth.UNKNOWN if routed.unknown else Truth.of(bool(routed.items()))
        yield Check(served, "no listener sends it traffic", key, deployment)
        if len(groups) == 2:  # noqa: PLR2004 (blue and green)
            yield from _alike(deployment, groups[0], groups[1])


def _alike(deployment: Resource, blue: Resource, green: Resource) -> Iterator[Check]:
    for key in ("protocol", "port", "targetType"):
        one, other = given(blue, key), given(green, key)
        value = other.scalar()
        same = Truth.UNKNOWN
        if one.absent or other.absent:
            same = Truth.of(one.absent and other.absent)
        elif value is not None:
            same = one.equals(value)
        message = f"{blue.name} and {green.name} differ in {key}"
        yield Check(same, message, "loadBalancerInfo", deployment)


@stack_rule(
    "codedeploy-test-listener",
    title="A new version is tried on a listener of its own first",
    why="Without a test route the first requests of a new version are those of users.",
    requirement=f"{_SPEC}; AWS CodeDeploy user guide: test traffic",
    mend="Name a second aws.lb.Listener in test_traffic_route's listener_arns.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def codedeploy_test_listener(graph: Graph, _: Parameters) -> Iterator[Check]:
    """A test route is named, and it is another listener than that of production."""
    for deployment in graph.of_type(_DEPLOYMENTS):
        if given(deployment, "ecsService").absent:
            continue
        pair = given(deployment, "loadBalancerInfo")[_PAIR]
        test = pair["testTrafficRoute"]["listenerArns"]
        live = pair["prodTrafficRoute"]["listenerArns"]
        some = Truth.UNKNOWN if test.unknown else Truth.of(bool(test.items()))
        yield Check(some, "it has no test listener", "loadBalancerInfo", deployment)
        shared = {*test.texts()} & {*live.texts()}
        message = "its test listener is that of production"
        yield Check(Truth.of(not shared), message, "loadBalancerInfo", deployment)


@stack_rule(
    "codedeploy-drives-its-service",
    title="Services that CodeDeploy deploys leave their deployments to it",
    why="ECS refuses a deployment by CodeDeploy while the service deploys by itself.",
    requirement="AWS ECS developer guide: CodeDeploy blue/green deployments",
    mend="Set deployment_controller={'type': 'CODE_DEPLOY'} on the aws.ecs.Service.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
)
def codedeploy_drives_its_service(graph: Graph, _: Parameters) -> Iterator[Check]:
    """The controller of the service that a deployment group names is CODE_DEPLOY."""
    for deployment in graph.of_type(_DEPLOYMENTS):
        for service in deployment.references("ecsService", types.SERVICE):
            controller = given(service, "deploymentController")["type"]
            message = f"its deployment controller is {controller.text()}"
            driven = controller.equals("CODE_DEPLOY")
            yield Check(driven, message, "deploymentController", service)


@stack_rule(
    "ecs-blue-green",
    title="Services behind a load balancer are deployed blue and green",
    why="Tasks that are replaced in place cannot be tried before, nor gone back to at once.",
    requirement=_SPEC,
    mend="Set deployment_configuration={'strategy': 'BLUE_GREEN', …} with advanced_configuration in "
    "load_balancers, or make an aws.codedeploy.DeploymentGroup for the service.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    profiles=("trading",),
)
def ecs_blue_green(graph: Graph, _: Parameters) -> Iterator[Check]:
    """ECS shifts the traffic itself between two target groups, or a deployment group does."""
    deployed = {
        one.urn
        for group in graph.of_type(_DEPLOYMENTS)
        for one in group.references("ecsService", types.SERVICE)
    }
    for service in graph.of_type(types.SERVICE):
        entries = given(service, "loadBalancers")
        if not entries.unknown and not entries.items():
            continue
        strategy = given(service, "deploymentConfiguration")["strategy"]
        shifting = strategy.is_in(("BLUE_GREEN", "LINEAR", "CANARY"))
        other = entries.all(
            lambda one: one["advancedConfiguration"]["alternateTargetGroupArn"].is_set()
        )
        truth = Truth.of(service.urn in deployed) | (shifting & other)
        yield Check(truth, "its tasks are replaced in place", "deploymentConfiguration", service)
