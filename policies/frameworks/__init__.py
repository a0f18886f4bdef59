"""Public frameworks: which of their controls a rule decides, and what these lead to.

For reports and pages; the pack itself never reads these tables.
"""

from __future__ import annotations

from functools import cache

from policies.engine.errors import PackError
from policies.engine.rules import Rule
from policies.frameworks.model import Control, Framework, Reference, Tables, natural
from policies.frameworks.reading import read_tables

__all__ = ["Control", "Framework", "Reference", "Tables", "controls_of", "tables"]


@cache
def tables() -> Tables:
    """The pack's own tables, read once."""
    return read_tables()


def controls_of(rule: Rule, known: Tables | None = None) -> tuple[Reference, ...]:
    """What a rule decides, and what that leads to in every framework, each once.

    First the controls that the rule names, as it names them; then the entries of CIS, NIST and PCI
    that AWS relates to them, framework by framework. PackError naming the controls that are none.
    """
    held = tables() if known is None else known
    unknown = [label for label in rule.controls if label not in held.controls]
    if unknown:
        raise PackError(f"{rule.name} decides controls that are none:", unknown)
    own = [held.controls[label] for label in rule.controls]
    order = {name: place for place, name in enumerate(held.frameworks)}
    related = {one for control in own for one in control.relations}
    ranked = sorted(related, key=lambda one: (order[one.framework.id], natural(one.id)))
    return (*dict.fromkeys(control.reference for control in own), *ranked)
