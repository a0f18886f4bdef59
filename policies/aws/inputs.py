"""What the program itself gave a resource, as against what AWS will fill in."""

from __future__ import annotations

from collections.abc import Callable

from graph.model import Resource
from graph.truth import Truth
from graph.values import Property


def given(resource: Resource, key: str) -> Property:
    """A top-level property that the program gave; absent where only AWS fills it in.

    Stack rules see outputs, and among them what the provider computes. Where the inputs are known
    too they tell the two apart. Where not: before a deployment every computed output is unknown,
    and a value that the program gave and that is not known yet comes from another resource, so
    the engine recorded a dependency for it. An empty text is how the provider says "not set".
    """
    value, inputs = resource[key], resource.declaration.inputs
    if inputs is not None and inputs.get(key) is None:
        return Property(None, key)
    computed = value.unknown and not resource.property_dependencies.get(key)
    return Property(None, key) if computed or value.scalar() == "" else value


def written(holder: Resource, key: str, *own: str) -> Property:
    """A document that a resource of its own kind, a BucketPolicy say, is there to hold.

    No provider computes it: while it is not known it was given all the same, wherever it comes
    from. Resources of the types `own` hold one beside much else, as `given` has it.
    """
    return given(holder, key) if holder.type in own else holder[key]


def all_given(resource: Resource) -> list[tuple[str, Property]]:
    """Every top-level property that the program gave."""
    keys = [key for key, _ in resource.properties.entries()]
    return [(key, value) for key in keys if not (value := given(resource, key)).absent]


def named_by(
    resource: Resource,
    key: str,
    elements: Property,
    types: tuple[str, ...],
    ask: Callable[[Resource], Truth],
) -> Truth:
    """Whether the answer is YES for each resource that a list of ids names.

    `key` is the top-level property, `elements` the list in it. Known ids are followed one by
    one; unknown ones through the property's dependencies. A program that picks a few out of many
    leaves more dependencies than elements: with mixed answers it is then unknown which were
    picked. An id that names nothing in the stack gives an unknown, never a pass.
    """
    found = resource.references(key, *types)
    by_id = {text: one for one in found if isinstance(text := one.id.scalar(), str)}
    if elements.unknown or elements.absent:
        return _unresolved(found, ask, None)
    answers: list[Truth] = []
    open_ends = 0
    for element in elements.items():
        text = element.scalar()
        if element.unknown:
            open_ends += 1
        elif isinstance(text, str) and text in by_id:
            answers.append(ask(by_id[text]))
        else:
            answers.append(Truth.UNKNOWN)
    if open_ends:
        answers.append(_unresolved(found, ask, open_ends))
    return Truth.all(answers) if answers else Truth.UNKNOWN


def _unresolved(
    found: list[Resource], ask: Callable[[Resource], Truth], count: int | None
) -> Truth:
    answers = [ask(one) for one in found]
    if not answers:
        return Truth.UNKNOWN
    verdict = Truth.all(answers)
    if verdict is Truth.YES or Truth.any(answers) is Truth.NO:
        complete = count is None or count <= len(answers)
        return verdict if complete else verdict & Truth.UNKNOWN
    return verdict if count is not None and count >= len(answers) else Truth.UNKNOWN
