"""Serving: the pack as a process that the language host started."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent import futures
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, cast

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.engine.crashes import CRASHES
from policies.engine.discovery import checked, discover
from policies.engine.environment import choose_profile, stack_of
from policies.engine.errors import PackError
from policies.engine.pack import policies_of
from policies.engine.profiles import Profile, known_profiles, unknown_rules
from policies.engine.record import RECORD_VARIABLE, write_record
from policies.engine.rules import Rule
from policies.engine.servicer import Servicer
from policies.engine.session import Session
from policies.engine.summary import SUMMARY_VARIABLE, ToldFile, write_summary
from policies.engine.waiver_entries import Waivers
from policies.engine.waivers_file import load_waivers, load_yaml

PACK: Final = Path(__file__).resolve().parents[1]
WAIVERS_VARIABLE: Final = "PLUMBLINE_WAIVERS"
# As pulumi_policy has it: whole stacks arrive in one message.
_LARGEST_MESSAGE: Final = 400 * 1024 * 1024
_PARENT_CHECK_SECONDS: Final = 1.0
# A run allocates for seconds and ends; collecting as often as Python does by itself finds nothing.
_COLLECTED_AFTER: Final = (50_000, 20, 100)


def main(parent: int, more: Iterable[Rule] = ()) -> int:
    """Serve the pack until the engine cancels it or the parent is gone; prints the port on stdout.

    `more` are the rules of a pack that builds on this one.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # The engine interrupts its plugins when it is done with them.
        signal.signal(number, lambda _number, _frame: stopped.set())
    try:
        servicer = load(os.environ, stopped, more)
        server, port = serve(servicer)
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    print(port, flush=True)
    collect_seldom()
    while not stopped.wait(_PARENT_CHECK_SECONDS):
        # Whoever started the pack is gone, and with it everyone who could ask it anything.
        if os.getppid() != parent:
            break
    servicer.finish()
    server.stop(grace=1).wait()
    return 0


def collect_seldom() -> None:
    """Have Python look for garbage as seldom as a run of the pack needs it.

    What was imported lives as long as the process: the collector need not look at it again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


def load(
    environ: Mapping[str, str], stopped: threading.Event, more: Iterable[Rule] = ()
) -> Servicer:
    """The service with every rule of the pack; PackError if the pack itself is at fault."""
    rules = discover()
    try:
        added = [("the pack that builds on this one", rule) for rule in more]
    except CRASHES as error:
        problem = f"{type(error).__name__}: {error}"
        raise PackError("The pack that builds on this one names no rules:", [problem]) from error
    if added:
        rules = checked([*(("this pack", rule) for rule in rules), *added])
    profiles = known_profiles()
    check_profiles(profiles, rules)
    return servicer_of(rules, profiles, environ, stopped)


def serve(servicer: Servicer) -> tuple[grpc.Server, int]:
    """A server with this service on a free port of this machine."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def servicer_of(
    rules: tuple[Rule, ...],
    profiles: Mapping[str, Profile],
    environ: Mapping[str, str],
    stopped: threading.Event,
) -> Servicer:
    """The service for a set of rules."""
    today = datetime.now(UTC).date()
    by_name = {rule.name: rule for rule in rules}
    paths = waiver_paths(environ)

    def waivers_of(project: str) -> Waivers:
        return load_waivers(paths, project, by_name, today)

    try:
        profile = choose_profile(profiles, stack_of(environ), None, environ)
        levels = dict(profile.levels)
    except PackError:
        # Told when the engine configures the pack: only then can it show a message of ours.
        levels = {}
    session = Session(rules, profiles, waivers_of, environ, today)
    version = pack_version()
    return Servicer(
        session,
        rules,
        policies_of(rules, levels, profiles),
        levels=levels,
        version=version,
        stop=stopped.set,
        told=told_files(session, environ),
    )


def told_files(session: Session, environ: Mapping[str, str]) -> list[ToldFile]:
    """The files in which whoever started the run wants to read what was said."""
    writers = {SUMMARY_VARIABLE: write_summary, RECORD_VARIABLE: write_record}
    return [
        ToldFile(Path(path), session.totals, write)
        for variable, write in writers.items()
        if (path := environ.get(variable))
    ]


def waiver_paths(environ: Mapping[str, str]) -> list[Path]:
    """The pack's own waivers, and the file that the environment adds."""
    extra = environ.get(WAIVERS_VARIABLE)
    return [PACK / "waivers.yaml", *([Path(extra)] if extra else [])]


def check_profiles(profiles: Mapping[str, Profile], rules: tuple[Rule, ...]) -> None:
    """PackError if a profile speaks of rules that there are not."""
    problems = [
        f"profile {profile.name}: there is no rule {name!r}"
        for profile in profiles.values()
        for name in unknown_rules(profile, rules)
    ]
    if problems:
        raise PackError("The pack's profiles do not fit its rules:", problems)


@cache
def pack_version() -> str:
    """The version in PulumiPolicy.yaml."""
    described = cast("dict[str, object]", load_yaml(PACK / "PulumiPolicy.yaml"))
    return str(described["version"])
