"""Previews of one stack and of several, by a stand-in for the CLI."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.toolchain.stand_in import seen
from toolchain import preview
from toolchain.errors import ToolchainError
from toolchain.locations import REPOSITORY
from toolchain.stacks import find_project

__all__ = ["seen"]  # a fixture, which pytest finds by name

JUDGED = """echo '{"rules": 1}' > "$PLUMBLINE_SUMMARY"; """


def test_a_preview_reports_the_packs_figures_as_json_and_nothing_else(
    seen: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    figures: dict[str, object] = {
        "resources": 3,
        "rules": 2,
        "violations": 0,
        "waived": 1,
        "unknown": 4,
        "findings": [],
    }
    monkeypatch.setenv(
        "BEHAVIOUR", f"echo noise; echo '{json.dumps(figures)}' > \"$PLUMBLINE_SUMMARY\""
    )

    code = preview.preview(["dev", "prod", "--json"])

    stacks = json.loads(capfd.readouterr().out)["stacks"]
    assert code == 0
    assert [stack["stack"] for stack in stacks] == ["dev", "prod"]
    for stack in stacks:
        assert stack.pop("seconds") >= 0
        assert {key: stack[key] for key in stack if key != "stack"} == {
            key: figures[key] for key in ("resources", "rules", "violations", "waived", "unknown")
        }
    assert seen.exists()


def test_production_is_previewed_where_no_stack_is_named(
    seen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEHAVIOUR", 'echo \'{"rules": 1}\' > "$PLUMBLINE_SUMMARY"')

    preview.preview(["--json"])

    arguments = seen.read_text().splitlines()
    assert arguments[arguments.index("--stack") + 1] == "prod"
    assert arguments[arguments.index("--policy-pack") + 1] == str(REPOSITORY / "policies")


def test_a_failed_preview_fails_shows_why_and_claims_no_figures(
    seen: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BEHAVIOUR", "echo 'error: it is broken'; exit 3")

    code = preview.preview(["dev", "--json"])

    output = capfd.readouterr()
    assert code == 3
    assert json.loads(output.out)["stacks"][0]["violations"] is None
    assert "it is broken" in output.err
    assert seen.exists()


def test_a_preview_that_the_pack_did_not_judge_is_no_success(
    seen: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = preview.preview(["dev", "--json"])

    assert code == 1
    assert "judged nothing in stack dev" in capfd.readouterr().err
    assert seen.exists()


def test_an_unknown_stack_stops_the_whole_preview_before_it_starts(seen: Path) -> None:
    with pytest.raises(ToolchainError, match="There is no stack 'nope'"):
        preview.preview(["dev", "nope"])

    assert not seen.exists()
    assert os.environ["SEEN"] == str(seen)


def test_several_previews_are_shown_whole_and_in_order(
    seen: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # The first takes longer than the second, and both write in two goes.
    slowly = (
        'case "$*" in *"--stack dev"*) sleep 0.4;; esac; echo "begun $*"; sleep 0.2; echo "ended"'
    )
    monkeypatch.setenv("BEHAVIOUR", JUDGED + slowly)

    code = preview.preview(["dev", "prod"])

    output = capfd.readouterr()
    blocks = re.findall(
        r"^=== (\S+) ===\nbegun .*--stack (\S+) .*\nended$", output.out, re.MULTILINE
    )
    assert code == 0
    assert blocks == [("dev", "dev"), ("prod", "prod")]
    assert "2 stacks in" in output.out
    assert "Previewing dev" in output.err
    assert seen.exists()


def test_one_failed_preview_of_several_fails_the_whole_and_hides_no_other(
    seen: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fails = 'case "$*" in *"--stack dev"*) echo broken; exit 255;; esac'
    monkeypatch.setenv("BEHAVIOUR", JUDGED + fails)

    code = preview.preview(["dev", "prod", "--json"])

    output = capfd.readouterr()
    assert code == 255
    assert [one["rules"] for one in json.loads(output.out)["stacks"]] == [1, 1]
    assert "stack dev:\nbroken" in output.err
    assert "stack prod" not in output.err
    assert seen.exists()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT as on a terminal: what a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_what_runs_and_begins_nothing_else(
    seen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("LOG", str(log))
    monkeypatch.setenv(
        "BEHAVIOUR", 'echo "$$" >> "$LOG"; sleep 60 & trap "kill $!; exit 3" TERM; wait'
    )
    monkeypatch.setattr("toolchain.launch._OWN_SECONDS", 0.1)

    def interrupt() -> None:
        until = time.monotonic() + 10
        while (not log.exists() or not log.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        preview.preview(["--all", "--json"])

    begun = log.read_text().split()
    alive = [number for number in begun if _is_alive(int(number))]
    # Two run at once, where there are two processors.
    assert 1 <= len(begun) <= 2
    assert alive == []
    assert seen.exists()


def test_all_stacks_come_in_the_order_in_which_people_count() -> None:
    names = [name for name in find_project(REPOSITORY).stack_files() if name.endswith("k-dau")]

    assert names == sorted(names, key=lambda name: int(name.removesuffix("k-dau")))
    assert names[0] == "1k-dau"


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.usefixtures("seen")
def test_what_the_pack_says_of_each_stack_is_kept_where_the_user_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BEHAVIOUR", f'{JUDGED} echo "said" > "$PLUMBLINE_REPORT"')
    monkeypatch.setenv("PLUMBLINE_INVOKED_FROM", str(tmp_path))

    codes = [
        preview.preview([*stacks, *options, "--records", "new/records"])
        for stacks in (["dev"], ["dev", "prod"])
    ]

    assert codes == [0, 0]
    kept = sorted(file.name for file in (tmp_path / "new" / "records").iterdir())
    assert kept == ["dev.record.json", "prod.record.json"]


def test_records_that_cannot_be_kept_stop_the_whole_preview_before_it_starts(
    seen: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(ToolchainError, match="cannot be made"):
        preview.preview(["dev", "--records", str(blocked / "records")])

    assert not seen.exists()
