"""SARIF's taxonomies: the frameworks whose entries a run's rules decide or lead to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from policies.frameworks import Framework, Reference, tables
from policies.frameworks.model import BEST_PRACTICES, SECURITY_HUB, natural
from reports.results import JudgedRule

_OWN: Final = frozenset({BEST_PRACTICES, SECURITY_HUB})
_USER_GUIDE: Final = "https://docs.aws.amazon.com/securityhub/latest/userguide"


@final
class Taxonomies:
    """The frameworks of one run, each with the entries that its rules speak of.

    A label that is no entry of a known framework, as another tool may use it, is left out.
    """

    def __init__(self, rules: Iterable[JudgedRule]) -> None:
        known = tables()
        named = {label for rule in rules for label in rule.controls}
        found = [known.references[label] for label in named if label in known.references]
        self._entries: dict[Framework, list[Reference]] = {
            framework: sorted(of_it, key=lambda one: natural(one.id))
            for framework in known.frameworks.values()
            if (of_it := [one for one in found if one.framework == framework])
        }
        self._places = {
            entry.label: (number, place, framework)
            for number, (framework, entries) in enumerate(self._entries.items())
            for place, entry in enumerate(entries)
        }

    @property
    def components(self) -> list[dict[str, object]]:
        """What stands in a run under `taxonomies`."""
        return [_component(one, entries) for one, entries in self._entries.items()]

    @property
    def supported(self) -> list[dict[str, object]]:
        """What stands in a run's driver under `supportedTaxonomies`."""
        return [
            {"name": framework.name, "index": number}
            for number, framework in enumerate(self._entries)
        ]

    def relationships(self, rule: JudgedRule) -> list[dict[str, object]]:
        """Which entries a rule speaks of: controls that hold it, and what AWS relates to those."""
        related: list[dict[str, object]] = []
        for label in rule.controls:
            if label not in self._places:
                continue
            number, place, framework = self._places[label]
            target = {
                "id": self._entries[framework][place].id,
                "index": place,
                "toolComponent": {"name": framework.name, "index": number},
            }
            kind = "superset" if framework.id in _OWN else "relevant"
            related.append({"target": target, "kinds": [kind]})
        return related


def help_page(rule: JudgedRule) -> str:
    """AWS's own page about the first control that a rule decides; empty where there is none."""
    for label in rule.controls:
        entry = tables().references.get(label)
        if entry is not None and entry.framework.id in _OWN:
            return _page(entry)
    return ""


def _page(entry: Reference) -> str:
    service, _, number = entry.id.lower().partition(".")
    return f"{_USER_GUIDE}/{service}-controls.html#{service}-{number}"


def _component(framework: Framework, entries: Iterable[Reference]) -> dict[str, object]:
    return {
        "name": framework.name,
        "version": framework.version,
        "organization": framework.publisher,
        "informationUri": framework.source,
        "shortDescription": {"text": f"{framework.name}, {framework.version}"},
        # Only what the rules of this run speak of.
        "isComprehensive": False,
        "taxa": [_taxon(one) for one in entries],
    }


def _taxon(entry: Reference) -> dict[str, object]:
    described: dict[str, object] = {"id": entry.id}
    if entry.title:
        described["shortDescription"] = {"text": entry.title}
    if entry.framework.id in _OWN:
        described["helpUri"] = _page(entry)
    return described
