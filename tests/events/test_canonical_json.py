"""The quick canonical form is the form of RFC 8785, byte by byte, and refuses what that refuses."""

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from events.canonical_json import canonical_json

TEXTS = st.text() | st.text(alphabet=st.characters(max_codepoint=127)) | st.sampled_from(["1.0", "2e9", "NaN", "\x7f"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(LEAVES, lambda one: st.lists(one) | st.dictionaries(TEXTS, one), max_leaves=20)


@given(VALUES)
@example({"b": [1, {"z": None, "a": True}], 'a\x1f\\"/': "\b\f\n\r\t\u001f"})
@example({"\U00010000": 1, "\uffff": 2})
@example([0.0, -0.0, 1.0, 1e21, 1e-7, 9007199254740993, 2**53, -(2**53)])
@example(["\ud800"])
def test_the_same_bytes_as_the_slow_way_or_the_same_refusal(value: JsonValue) -> None:
    """Given any JSON value, the bytes are those of the library that implements the RFC step by step."""
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_json(value)
    else:
        assert canonical_json(value) == expected
