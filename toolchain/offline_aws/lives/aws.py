"""AWS clients on the emulator, and what went wrong as one sentence."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Generator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.model import OperationModel

_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|Non[Ee]xistent|\.Malformed|Gone$")
_GONE_WORDS = re.compile(r"\b(does not exist|not found|cannot be found)\b", re.IGNORECASE)
# One try: the emulator is local, and a repeated create would hide what went wrong.
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=64,
    s3={"addressing_style": "path"},
    inject_host_prefix=False,
)


class AwsError(Exception):
    """A call that AWS, or the connection to it, refused."""

    def __init__(self, call: str, code: str, message: str) -> None:
        super().__init__(f"{call}: {code}: {message}" if code else f"{call}: {message}")
        self.code = code
        self.gone = bool(_GONE.search(code)) or bool(_GONE_WORDS.search(message))


class Aws:
    """Clients by service and region, made when first needed and shared by threads."""

    def __init__(self, endpoint: Callable[[], str]) -> None:
        """`endpoint` gives the emulator's URL, and starts it if need be."""
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str, str], BaseClient] = {}
        self._lock = threading.Lock()

    @cached_property
    def _session(self) -> botocore.session.Session:
        return botocore.session.Session()

    def client(self, service: str, region: str, account: str) -> BaseClient:
        """A client; its account is its access key, by which the emulator keeps accounts apart."""
        wanted = (service, region, account)
        with self._lock:
            if wanted not in self._clients:
                self._clients[wanted] = self._session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint(),
                    aws_access_key_id=account,
                    aws_secret_access_key="offline",  # noqa: S106 - the emulator checks none
                    config=_CONFIG,
                )
            return self._clients[wanted]


@contextlib.contextmanager
def _adding(client: BaseClient, headers: Mapping[str, str]) -> Generator[None]:
    """Headers on this thread's requests only: others use the same client at once."""
    if not headers:
        yield
        return
    thread = threading.get_ident()

    def add(params: dict[str, dict[str, str]], **_: object) -> None:
        if threading.get_ident() == thread:
            params["headers"].update(headers)

    client.meta.events.register("before-call", add)
    try:
        yield
    finally:
        client.meta.events.unregister("before-call", add)


def operation(client: BaseClient, call: str) -> OperationModel:
    """The model of a call, by its Python name."""
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[call])


def perform(
    client: BaseClient,
    call: str,
    arguments: Mapping[str, object],
    headers: Mapping[str, str],
) -> dict[str, object]:
    """The response of a call; `AwsError` where it fails."""
    try:
        with _adding(client, headers):
            response = getattr(client, call)(**arguments)
    except ClientError as error:
        said = cast("Mapping[str, str]", error.response.get("Error", {}))
        raise AwsError(call, said.get("Code", ""), said.get("Message", "")) from error
    except BotoCoreError as error:
        # Its text may quote a value, and that value may be a secret.
        text = re.sub(r"value: .*?, type", "type", str(error), flags=re.DOTALL)
        raise AwsError(call, "", text.replace("\n", " ")) from error
    response.pop("ResponseMetadata", None)
    return cast("dict[str, object]", response)
