"""A container image repository."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.base import Component
from infra.plan.context import Context
from infra.plan.images import repository_lifecycle
from infra.plan.names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryArgs:
    """Whose images it holds, and whether destroying the stack may delete them."""

    context: Context
    part: str
    force_delete: bool


class Repository(Component):
    """An ECR repository: a tag once pushed stays what it is, and images are scanned on arrival."""

    arn: str
    url: pulumi.Output[str]

    def __init__(
        self, name: str, args: RepositoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Repository", name, args, opts)
        repository_name = args.context.path(Kind.REPOSITORY, args.part)
        repository = aws.ecr.Repository(
            f"{name}-repository",
            name=repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "AES256"}],
            force_delete=args.force_delete,
            tags=args.context.tags(),
            opts=self.child(),
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=json.dumps(repository_lifecycle()),
            opts=self.child(),
        )
        self.arn = args.context.place.arn("ecr", f"repository/{repository_name}")
        self.url = repository.repository_url
        self.register_outputs({"url": self.url})
