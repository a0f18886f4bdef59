"""Serves ministack with the complement in front, in one process at one loopback address."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast  # ASGI messages are dictionaries of any shape

from toolchain.emulator import amendments, applications, zones
from toolchain.emulator.background import WHO, endpoint_file
from toolchain.emulator.complement import Complement

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

_WATCH_SECONDS = 2.0


class Front:
    """An ASGI application: the complement's APIs, and everything else to the emulator."""

    def __init__(self, emulator: App, about: dict[str, object]) -> None:
        self._emulator = emulator
        self._about = about
        self._complement = Complement()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        if scope["path"] == WHO:
            await _respond(send, 200, json.dumps(self._about).encode())
            return
        if scope["path"] == "/_ministack/reset":
            self._complement.reset()
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in cast("list[tuple[bytes, bytes]]", scope["headers"])
        }
        zones.choose(zones.wanted(headers))
        if self._complement.answers(headers):
            status, body = self._complement.answer(headers, await _whole(receive))
            await _respond(send, status, body, b"application/x-amz-json-1.1")
            return
        if applications.asked(headers):
            await self._application(scope, headers, await _whole(receive), send)
            return
        await self._emulator(scope, receive, send)

    async def _application(
        self, scope: Message, headers: dict[str, str], body: bytes, send: Send
    ) -> None:
        """The repository of applications, which deploys them by the emulator's CloudFormation."""

        async def ask(wanted: Mapping[str, str], form: bytes) -> tuple[int, bytes]:
            return await _ask(self._emulator, scope, wanted, form)

        status, told, code = await applications.answer(scope["path"], headers, body, ask)
        more = [(b"x-amzn-errortype", code.encode())] if code else []
        await _respond(send, status, told, more=more)


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _ask(
    emulator: App, scope: Message, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """The emulator's answer to a form, sent on behalf of the one who sent `scope`."""
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    root = {"method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "headers": sent}
    await emulator({**scope, **root}, receive, send)
    return int(said[0]["status"]), b"".join(message.get("body", b"") for message in said)


async def _respond(
    send: Send,
    status: int,
    body: bytes,
    kind: bytes = b"application/json",
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _emulator() -> App:
    """Ministack's application; imported here because it reads its settings at import."""
    from ministack.app import app  # pyright: ignore[reportUnknownVariableType]  # it has no types
    from ministack.services import route53

    zones.teach(route53)
    amendments.amend()
    return cast("App", app)


def run(folder: Path, owner: int | None = None) -> None:
    """Serve until a signal, or until the endpoint file or the owning process is gone."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    port = listener.getsockname()[1]
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        MINISTACK_HOST="127.0.0.1",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LOG_LEVEL="WARNING",
    )
    url = f"http://127.0.0.1:{port}"
    about: dict[str, object] = {"pid": os.getpid(), "url": url, "directory": str(folder)}
    front = Front(_emulator(), about)
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(front, listener, endpoint_file(folder), json.dumps(about), owner))


async def _serve(
    front: Front, listener: socket.socket, file: Path, about: str, owner: int | None
) -> None:
    from hypercorn.asyncio import (
        serve,  # pyright: ignore[reportUnknownVariableType]  # takes any kind of application
    )
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    config.graceful_timeout = 1.0
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    temporary = file.with_suffix(".new")
    temporary.write_text(about, encoding="utf-8")
    temporary.replace(file)
    watch = asyncio.create_task(_watch(file, about, owner, stopped))
    await serve(front, config, shutdown_trigger=stopped.wait)  # type: ignore[arg-type]
    watch.cancel()
    _withdraw(file, about)


def _withdraw(file: Path, about: str) -> None:
    """Take back the endpoint file, unless another server has written its own."""
    if _reads(file) == about:
        file.unlink(missing_ok=True)


def _reads(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return None


async def _watch(file: Path, about: str, owner: int | None, stopped: asyncio.Event) -> None:
    """No orphans: a server that nobody can find any more ends itself."""
    while not stopped.is_set() and _reads(file) == about and _lives(owner):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _WATCH_SECONDS)
    stopped.set()


def _lives(process: int | None) -> bool:
    """Whether a process is there; nobody in particular always is."""
    if process is None:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
