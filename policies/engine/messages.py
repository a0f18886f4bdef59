"""What a user reads of a finding: what, where, why, how to mend it."""

from __future__ import annotations

from policies.engine.judging import Finding
from policies.engine.waiving import WaiverSource

_PLACES = {WaiverSource.FILE: "waivers.yaml", WaiverSource.CODE: "the program"}


def compose(finding: Finding) -> str:
    """The whole message of a finding, its rule's title first."""
    rule = finding.active.rule
    lines = [rule.title]
    if finding.waiver is not None:
        waiver = finding.waiver
        lines[0] += (
            f" (waived in {_PLACES[waiver.source]} until {waiver.expires} by {waiver.owner}, "
            f"{waiver.ticket}: {waiver.reason})"
        )
    lines.append(f"What: {finding.message}")
    where = f"{finding.type} {finding.name!r}" if finding.name else "the stack as a whole"
    lines.append(f"Where: {where}, property {finding.path}" if finding.path else f"Where: {where}")
    lines.append(f"Why: {rule.why} ({rule.requirement})")
    if finding.crashed:
        lines.append("Mend: this is a fault of the rule, not of the stack; mend the rule there")
    else:
        lines.append(f"Mend: {rule.mend}")
    return "\n".join(lines)
