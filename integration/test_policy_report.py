"""Policy reports by the real engine: each finding has the line that declared its resource."""

import json
from pathlib import Path

from integration.engine import Engine, engine
from toolchain.locations import REPOSITORY
from toolchain.policy_report import policy_report

__all__ = ["engine"]  # a fixture, which pytest finds by name


def test_findings_of_a_preview_name_the_lines_of_our_program(
    engine: Engine, tmp_path: Path
) -> None:
    code = policy_report(["dev", "--out", str(tmp_path / "out"), "--json"])

    content = json.loads((tmp_path / "out" / "policy-report.json").read_text())
    (stack,) = content["stacks"]
    assert code == 0
    assert engine.state.exists()
    assert (stack["source"], stack["profile"], stack["complete"]) == ("preview", "chat", True)
    assert stack["totals"]["resources"] > 100
    assert stack["totals"]["waived"] > 0
    about = [one for one in stack["findings"] if one["urn"] and not one["urn"].endswith("-dev")]
    assert len(about) > 10
    for finding in about:
        for place in (finding["source"], *finding["callers"]):
            lines = (REPOSITORY / place["file"]).read_text().splitlines()
            assert place["file"].startswith("infra/")
            assert 0 < place["line"] <= len(lines)
        assert finding["callers"][-1]["file"] == "infra/__main__.py"

    # The innermost line is the one that makes the resource.
    source = next(one["source"] for one in about if one["rule"] == "rds-multi-az")
    lines = (REPOSITORY / source["file"]).read_text().splitlines()
    assert source["file"] == "infra/components/database.py"
    assert "rds.Instance(" in lines[source["line"] - 1]
