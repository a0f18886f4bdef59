"""A stack file is read whole: all that is wrong with it is told at once."""

from __future__ import annotations

from infra.config.fields import Field, Raw, When, read
from infra.config.kinds import Flag, Whole

SPLIT = Field("our:split", Flag(), "whether there are two")
NODES = Field("our:nodes", Whole(1, 3), "how many")
REPLICAS = Field("our:replicas", Whole(0, 5), "how many more", when=When("our:split"))
SIZE = Field("our:size", Whole(1, 9), "how great", when=When("our:single", value=False))
SINGLE = Field("our:single", Flag(), "whether there is one")
FIELDS: tuple[Field[object], ...] = (SPLIT, NODES, REPLICAS)
BOTH_WAYS: tuple[Field[object], ...] = (SIZE, SINGLE)


def problems_of(values: dict[str, str], secrets: frozenset[str] = frozenset()) -> dict[str, str]:
    _, problems = read(FIELDS, Raw(values=values, secrets=secrets), ("our",))
    return {problem.key: problem.told() for problem in problems}


def test_values_that_fit_are_read_into_their_types() -> None:
    values, problems = read(FIELDS, Raw({"our:split": "false", "our:nodes": "2"}), ("our",))

    assert problems == []
    assert values[SPLIT] is False
    assert values[NODES] == 2


def test_all_problems_of_a_file_are_told_at_once() -> None:
    problems = problems_of({"our:split": "maybe", "our:nodes": "9", "our:other": "1"})

    assert set(problems) == {"our:split", "our:nodes", "our:other"}


def test_a_problem_names_key_value_reason_and_mending() -> None:
    told = problems_of({"our:split": "false", "our:nodes": "9"})["our:nodes"]

    assert told == (
        "  - our:nodes = '9'\n"
        "      why:  it is out of bounds\n"
        "      mend: write a whole number from 1 to 3"
    )


def test_a_missing_key_is_told_with_its_meaning() -> None:
    told = problems_of({"our:split": "false"})["our:nodes"]

    assert "it is missing" in told
    assert "how many" in told


def test_a_misspelt_key_is_told_with_the_one_that_was_meant() -> None:
    told = problems_of({"our:split": "false", "our:nodes": "1", "our:nodez": "1"})["our:nodez"]

    assert "did you mean our:nodes?" in told


def test_a_key_that_resembles_none_is_to_be_removed() -> None:
    told = problems_of({"our:split": "false", "our:nodes": "1", "our:xyz": "1"})["our:xyz"]

    assert "mend: remove it" in told


def test_keys_of_other_namespaces_are_not_judged() -> None:
    assert problems_of({"our:split": "false", "our:nodes": "1", "aws:profile": "x"}) == {}


def test_a_conditional_key_is_required_while_its_condition_holds() -> None:
    problems = problems_of({"our:split": "true", "our:nodes": "1"})

    assert set(problems) == {"our:replicas"}


def test_a_conditional_key_is_refused_while_its_condition_does_not_hold() -> None:
    told = problems_of({"our:split": "false", "our:nodes": "1", "our:replicas": "2"})

    assert "no meaning while our:split is false" in told["our:replicas"]


def test_a_key_can_be_required_while_a_flag_is_false() -> None:
    _, missing = read(BOTH_WAYS, Raw({"our:single": "false"}), ("our",))
    _, needless = read(BOTH_WAYS, Raw({"our:single": "true", "our:size": "1"}), ("our",))
    values, problems = read(BOTH_WAYS, Raw({"our:single": "false", "our:size": "1"}), ("our",))

    assert [problem.key for problem in missing] == ["our:size"]
    assert "it is missing" in missing[0].why
    assert "no meaning while our:single is true" in needless[0].why
    assert needless[0].mend == "remove it, or set our:single to false"
    assert problems == []
    assert values[SIZE] == 1


def test_a_conditional_key_is_not_judged_while_its_condition_is_unreadable() -> None:
    assert set(problems_of({"our:split": "maybe", "our:nodes": "1"})) == {"our:split"}


def test_the_value_of_a_secret_is_never_shown() -> None:
    told = problems_of(
        {"our:split": "false", "our:nodes": "hunter2"}, secrets=frozenset({"our:nodes"})
    )

    assert "hunter2" not in told["our:nodes"]
    assert "our:nodes = [secret]" in told["our:nodes"]
