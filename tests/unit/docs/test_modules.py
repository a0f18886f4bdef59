"""Every module of chat spec 004's index is in the largest stack, and its page says what it is."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.pages import INDEX, INFRASTRUCTURE, section, tables
from tests.unit.infra.recorded import stack_graph

MODULES = {
    "01": ("ec2/vpc:Vpc", "ec2/subnet:Subnet", "ec2/natGateway:NatGateway", "ec2/flowLog:FlowLog"),
    "02": (
        "ec2/securityGroup:SecurityGroup",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ),
    "03": ("rds/instance:Instance", "rds/parameterGroup:ParameterGroup", "rds/proxy:Proxy"),
    "04": ("elasticache/replicationGroup:ReplicationGroup",),
    "05": ("sqs/queue:Queue", "sqs/redriveAllowPolicy:RedriveAllowPolicy"),
    "06": ("iam/role:Role", "iam/rolePolicy:RolePolicy"),
    "07": ("ecr/repository:Repository", "ecr/lifecyclePolicy:LifecyclePolicy"),
    "08": (
        "ecs/cluster:Cluster",
        "ecs/clusterCapacityProviders:ClusterCapacityProviders",
    ),
    "09": ("ecs/service:Service", "ecs/taskDefinition:TaskDefinition"),
    "10": ("ecs/service:Service", "appautoscaling/target:Target"),
    "11": ("lb/loadBalancer:LoadBalancer", "lb/listener:Listener", "lb/listenerRule:ListenerRule"),
    "12": ("acm/certificate:Certificate", "acm/certificateValidation:CertificateValidation"),
    "13": ("route53/record:Record",),
    "14": ("wafv2/webAcl:WebAcl", "wafv2/webAclAssociation:WebAclAssociation"),
    "15": ("cloudwatch/dashboard:Dashboard", "cloudwatch/metricAlarm:MetricAlarm"),
    "16": ("backup/vault:Vault", "backup/plan:Plan", "backup/selection:Selection"),
}
"""What a stack has of each module."""


@pytest.mark.parametrize(
    ("number", "types"),
    [
        pytest.param(
            number,
            types,
            marks=pytest.mark.requirement(f"CHAT-004-{int(number) + 1:02}"),
            id=number,
        )
        for number, types in MODULES.items()
    ],
)
def test_a_module_is_in_the_stack_and_has_a_page_that_links_its_code(
    number: str, types: tuple[str, ...]
) -> None:
    graph = stack_graph("100k-dau")
    ((_, *rows),) = tables(section(INDEX, "## Index"))
    (code,) = [row[2] for row in rows if row[0] == number]
    (page,) = INFRASTRUCTURE.glob(f"{number}-*.md")
    text = page.read_text()

    for token in types:
        assert graph.of_type(f"aws:{token}"), token
    assert text.startswith(f"# {number} ")
    for file in re.findall(r"`(\w+\.py)`", code):
        assert file in text, f"{page.name} does not name {file}"
