"""Requirements files are read whole or refused with every problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import ReportError
from reports.requirements.model import Scope
from reports.requirements.reading import read_all
from tests.unit.reports.requirement_files import SOUND, folder


def problems_of(root: Path, **files: str) -> tuple[str, ...]:
    with pytest.raises(ReportError) as refused:
        read_all(folder(root, **files))
    return refused.value.problems


def changed(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


def test_statements_are_read_with_section_scope_and_what_overrules_them(tmp_path: Path) -> None:
    (specification,) = read_all(folder(tmp_path, chat=SOUND))

    first, second, third = specification.requirements
    assert (specification.name, specification.title) == ("000", "A chat")
    assert (first.id, first.spec, first.section) == ("CHAT-000-01", "000", "Network")
    assert (first.scope, first.text) == (Scope.INFRASTRUCTURE, "There is a VPC.")
    assert (second.scope, second.reason) == (Scope.SERVICES, "Clients are programs of others.")
    assert third.section == "Data"
    assert third.superseded is not None
    assert third.superseded.instead == "There is one."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (changed("There is a VPC.", '""'), "chat.yaml:6: 'text' is empty"),
        (changed("      text: There is a VPC.\n", ""), "chat.yaml:5: 'text' is missing"),
        (changed("text: There", "txt: There"), "chat.yaml:6: unknown key 'txt'"),
        (changed("There is a VPC.", "true"), "chat.yaml:6: 'text' must be text"),
        (changed('"000"', "000"), "chat.yaml:1: 'spec' must be text"),
        (changed("title: A chat\n", ""), "chat.yaml:1: 'title' is missing"),
        (changed("title: A chat", "title: A chat\ntitle: B"), "chat.yaml:3: 'title' stands there twice"),
        (changed("CHAT-000-02", "CHAT-000-01"), "CHAT-000-01 is at chat.yaml:5 already"),
        (changed("CHAT-000-02", "CHAT-001-02"), "CHAT-001-02 is not of spec 000"),
        (changed("CHAT-000-02", "chat-2"), "'chat-2' is no id"),
        (changed("scope: services", "scope: nobody"), "scope 'nobody' does not exist"),
        (changed("      reason: Clients are programs of others.\n", ""), "CHAT-000-02 needs a `reason`"),
        (changed("      scope: services\n", ""), "CHAT-000-02 gives a reason"),
        (changed("        instead: There is one.\n", ""), "'instead' is missing"),
        (changed("why.md#", "how.md#"), "the page docs/how.md#one-database cannot be found"),
        (changed("#one-database", "#two"), "why.md has no heading #two"),
        (changed("  Data:", "  Network:"), "'Network' stands there twice"),
        ("", "chat.yaml: it is empty"),
        ("spec: [", "chat.yaml: it is not YAML"),
        ("- spec\n", "chat.yaml:1: here must be keys"),
        ('spec: "000"\ntitle: A\nsections:\n  Data: none\n', "section 'Data' must be a list"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    problems = problems_of(tmp_path, chat=text)

    assert any(problem in told for told in problems), problems


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        chat=changed("There is a VPC.", '""'),
        more=SOUND.replace("scope: services", "scope: nobody"),
    )

    assert [problem.partition(":")[0] for problem in problems] == ["chat.yaml", *["more.yaml"] * 5]
    assert "CHAT-000-03 is at chat.yaml:12 already" in "\n".join(problems)


def test_a_folder_without_requirements_is_refused(tmp_path: Path) -> None:
    assert "there is no requirements file" in problems_of(tmp_path)[0]
