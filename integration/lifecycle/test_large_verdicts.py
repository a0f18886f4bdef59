"""What the pack says of a stack like `100k-dau` that is up, by every way there is."""

from pathlib import Path

from integration.agreement import as_reported, decided, reported
from integration.harness import EphemeralStack
from integration.lifecycle.analyzing import analyzed, exported, in_process, renamed
from tests.unit.infra.recorded import changed_graph


def test_the_stack_its_exported_state_and_our_report_of_that_come_to_the_same(
    large: EphemeralStack, tmp_path: Path
) -> None:
    state = exported(large, tmp_path)

    live = analyzed(large, tmp_path, "--stack", large.name)
    of_file = analyzed(large, tmp_path, "--file", str(state))

    assert len(decided(live)) > 500
    assert of_file.findings == live.findings
    # What is still encrypted in the file may be undecided.
    assert decided(of_file).items() <= decided(live).items()
    assert reported(state, tmp_path / "out", "--profile", "chat") == as_reported(of_file)


def test_what_is_decided_of_the_program_is_decided_alike_of_the_stack_that_is_up(
    large: EphemeralStack, tmp_path: Path
) -> None:
    recorded = in_process(changed_graph("100k-dau", enableServiceConnect="true"))

    live = renamed(analyzed(large, tmp_path, "--stack", large.name), large.name, "100k-dau")

    assert live.levels == recorded.levels
    assert live.findings == recorded.findings
    both = decided(live).keys() & decided(recorded).keys()
    assert len(both) > 500
    assert [one for one in both if live.verdicts[one] != recorded.verdicts[one]] == []
