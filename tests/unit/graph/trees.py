"""Generated raw trees: everything that a decoder can meet."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from graph.decoding import OUTPUT_VALUE, RESOURCE_REFERENCE, SECRET, SIGNATURE, UNKNOWN_TEXTS
from graph.raw import UNKNOWN, Raw, Secret, has_unknown

_NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not number.is_integer()
)
_TEXTS = st.text(max_size=12).filter(lambda text: text not in UNKNOWN_TEXTS)
_KEYS = st.text(min_size=1, max_size=8).filter(lambda key: not key.startswith("__"))
_LEAVES = st.none() | st.booleans() | _NUMBERS | _TEXTS | st.just(UNKNOWN)


def _nested(inner: SearchStrategy[Raw]) -> SearchStrategy[Raw]:
    return (
        st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4) | inner.map(Secret)
    )


RAW: SearchStrategy[Raw] = st.recursive(_LEAVES, _nested, max_leaves=12)
PROPERTIES: SearchStrategy[dict[str, Raw]] = st.dictionaries(_KEYS, RAW, max_size=5)
KNOWN: SearchStrategy[Raw] = RAW.filter(lambda raw: not has_unknown(raw))

_SIGNATURES = st.sampled_from([SECRET, OUTPUT_VALUE, RESOURCE_REFERENCE, "", "something else"])


def _odd(inner: SearchStrategy[object]) -> SearchStrategy[object]:
    """Maps that carry Pulumi's signature key, with whatever beside it."""
    keys = st.sampled_from([SIGNATURE, "value", "secret", "urn", "id", "plaintext", "x"])
    marked = st.dictionaries(keys, inner | _SIGNATURES, max_size=5)
    return st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3) | marked


JSON: SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS | st.sampled_from(sorted(UNKNOWN_TEXTS)),
    _odd,
    max_leaves=12,
)
