"""Which image a service runs, also before its first one has been pushed."""

from __future__ import annotations

from dataclasses import dataclass

PLACEHOLDER = "placeholder"
"""The image tag that says: nothing has been pushed yet.

The service then runs a few lines of Node.js that answer its health checks and nothing else, so
that a first deployment becomes steady, and the repository's tags stay immutable: no stand-in
image ever takes a tag that a release will need.
"""

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
