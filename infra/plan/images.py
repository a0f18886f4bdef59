"""Which image a service runs, also before its first one has been pushed."""

from __future__ import annotations

from dataclasses import dataclass

PLACEHOLDER = "placeholder"
"""The image tag that says: nothing has been pushed yet.

The service then runs a few lines of Node.js that answer its health checks and nothing else, so
that a first deployment becomes steady, and the repository's tags stay immutable: no stand-in
image ever takes a tag that a release will need.
"""

EXPIRING_PREFIX = "ci-"
"""Tags of builds that nobody released: the repository forgets them, and no stack may run one."""

_EXPIRING_IMAGES = 50
_UNTAGGED_DAYS = 7

_PUBLIC_NODE = "public.ecr.aws/docker/library/node:24-alpine"
_ANSWER_HEALTH_CHECKS = (
    "require('node:http').createServer((request, response) => {"
    " response.statusCode = request.url.endsWith('/health') ? 200 : 503;"
    " response.end();"
    "}).listen(Number(process.env.PORT))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a container runs: `tag` of the service's own repository, or the stand-in."""

    tag: str | None
    stand_in: str | None
    command: tuple[str, ...]

    @staticmethod
    def tagged(tag: str) -> Image:
        """The image that a configured tag means."""
        if tag != PLACEHOLDER:
            return Image(tag=tag, stand_in=None, command=())
        return Image(
            tag=None, stand_in=_PUBLIC_NODE, command=("node", "--eval", _ANSWER_HEALTH_CHECKS)
        )


def repository_lifecycle() -> dict[str, object]:
    """Which images a repository forgets: never one that a stack may run.

    ECR can't know which images are in use: a release that has run unchanged for months, and to
    which any task may be restarted, is the oldest image of all. So neither age nor number expires
    a release; only what can't be one does. An image that a multi-architecture one refers to is
    untagged, but stays as long as that.
    """
    return {
        "rules": [
            _expire(
                1,
                "What a failed or repeated push has left behind",
                {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": _UNTAGGED_DAYS,
                },
            ),
            _expire(
                2,
                "Builds that nobody released",
                {
                    "tagStatus": "tagged",
                    "tagPrefixList": [EXPIRING_PREFIX],
                    "countType": "imageCountMoreThan",
                    "countNumber": _EXPIRING_IMAGES,
                },
            ),
        ]
    }


def _expire(priority: int, description: str, selection: dict[str, object]) -> dict[str, object]:
    return {
        "rulePriority": priority,
        "description": description,
        "selection": selection,
        "action": {"type": "expire"},
    }
