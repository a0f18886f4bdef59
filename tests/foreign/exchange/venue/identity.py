"""Roles: what runs as whom."""

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from .common import Settings, document, faulty, later

TASKS = "ecs-tasks.amazonaws.com"


def trust(service: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )


def service_role(
    settings: Settings,
    what: str,
    service: str,
    statements: list[Mapping[str, object]] | None = None,
    *,
    opts: pulumi.ResourceOptions | None = None,
) -> aws.iam.Role:
    """A role that one AWS service takes, with at most one inline policy."""
    role = aws.iam.Role(
        f"{what}-role",
        name=settings.called(what),
        assume_role_policy=trust(service),
        tags=settings.tags(f"{what}-role"),
        opts=opts,
    )
    if statements:
        aws.iam.RolePolicy(what, role=role.id, policy=document(*statements), opts=opts)
    return role


def execution_role(
    settings: Settings,
    what: str,
    *,
    repository: aws.ecr.Repository,
    logs: pulumi.Input[str],
    secrets: list[pulumi.Input[str]],
    key: aws.kms.Key,
    opts: pulumi.ResourceOptions,
) -> aws.iam.Role:
    """What ECS itself needs to start a service's tasks: its image, its log, its secrets."""
    statements: list[Mapping[str, object]] = [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchGetImage",
            ],
            "Resource": repository.arn,
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(logs, ":*"),
        },
    ]
    if secrets:
        statements += [
            {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secrets},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key.arn},
        ]
    return service_role(settings, f"{what}-execution", TASKS, statements, opts=opts)


def deployer(settings: Settings) -> aws.iam.Role:
    """CodeDeploy moves the web API's traffic from blue to green."""
    role = service_role(settings, "deployer", "codedeploy.amazonaws.com")
    aws.iam.RolePolicyAttachment(
        "deployer",
        role=role.name,
        policy_arn="arn:aws:iam::aws:policy/AWSCodeDeployRoleForECSLimited",
    )
    aws.iam.RolePolicy(
        "deployer-pass",
        role=role.id,
        policy=document(
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": [
                    pulumi.Output.concat(
                        "arn:aws:iam::", settings.account, ":role/", settings.called(one)
                    )
                    for one in ("web-api-task", "web-api-execution")
                ],
                "Condition": {"StringEquals": {"iam:PassedToService": TASKS}},
            }
        ),
    )
    return role


def release_pipeline(settings: Settings) -> None:
    """The pipeline of the neighbouring account publishes releases; this is its way in."""
    partner = pulumi.Config("exchange").get("pipelineAccount") or "210987654321"
    if faulty("trust-any-account"):
        principal = aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="AWS", identifiers=["*"])
        conditions = []
    else:
        principal = aws.iam.GetPolicyDocumentStatementPrincipalArgs(
            type="AWS", identifiers=[f"arn:aws:iam::{partner}:role/release-pipeline"]
        )
        conditions = [
            aws.iam.GetPolicyDocumentStatementConditionArgs(
                test="StringEquals", variable="sts:ExternalId", values=["exchange-releases"]
            )
        ]
    trusted = aws.iam.get_policy_document_output(
        statements=[
            aws.iam.GetPolicyDocumentStatementArgs(
                actions=["sts:AssumeRole"], principals=[principal], conditions=conditions
            )
        ]
    )
    role = aws.iam.Role(
        "release-role",
        name=settings.called("release"),
        assume_role_policy=trusted.json,
        max_session_duration=3600,
        tags=settings.tags("release-role"),
    )
    may = aws.iam.get_policy_document_output(statements=_release_statements(settings))
    policy = aws.iam.Policy(
        "release",
        name=settings.called("release"),
        description="Publish images and start deployments",
        policy=may.json,
        tags=settings.tags("release"),
    )
    aws.iam.RolePolicyAttachment("release", role=role.name, policy_arn=policy.arn)
    if faulty("role-administrator"):
        aws.iam.RolePolicyAttachment(
            "release-everything",
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
        )
    if faulty("user-with-keys"):
        _robot(settings, policy)


def _release_statements(
    settings: Settings,
) -> list[aws.iam.GetPolicyDocumentStatementArgs]:
    statements = [
        aws.iam.GetPolicyDocumentStatementArgs(
            sid="Images",
            actions=[
                "ecr:PutImage",
                "ecr:InitiateLayerUpload",
                "ecr:UploadLayerPart",
                "ecr:CompleteLayerUpload",
                "ecr:BatchCheckLayerAvailability",
            ],
            resources=[later(settings.arn("ecr", "repository/exchange/*"))],
        ),
        aws.iam.GetPolicyDocumentStatementArgs(
            sid="Deployments",
            actions=["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
            resources=[
                later(
                    settings.arn(
                        "codedeploy",
                        f"deploymentgroup:{settings.called('web-api')}/{settings.called('web-api')}",
                    )
                )
            ],
        ),
    ]
    if faulty("role-passes-any-role"):
        statements.append(
            aws.iam.GetPolicyDocumentStatementArgs(
                sid="Tasks",
                actions=["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"],
                resources=["*"],
            )
        )
    if faulty("decrypt-with-any-key"):
        statements.append(
            aws.iam.GetPolicyDocumentStatementArgs(
                sid="Read", actions=["kms:Decrypt", "kms:ReEncryptFrom"], resources=["*"]
            )
        )
    return statements


def _robot(settings: Settings, policy: aws.iam.Policy) -> None:
    robot = aws.iam.User(
        "release-robot", name=settings.called("robot"), tags=settings.tags("release-robot")
    )
    aws.iam.UserPolicyAttachment("release-robot", user=robot.name, policy_arn=policy.arn)
    aws.iam.AccessKey("release-robot", user=robot.name)
