"""Patterns of users: refused where they are given, or matched in a time that grows with the text alone."""

import re
import time

import pytest
from chassis.patterns import MOST_CHARACTERS, Pattern, whole
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

GIVEN = TypeAdapter(Pattern)
# Each takes Python's own engine longer than anybody waits on a few dozen letters.
EXPLODING = (
    "(a+)+b",
    "(a|a)*b",
    "(a|aa)+b",
    "(.*)*b",
    "([a-z]+)*=",
    r"(\w+\s?)*!",
    "(a*)*(a*)*b",
    "(?:a?){400}a{400}b",
)


@pytest.mark.parametrize("pattern", EXPLODING)
def test_no_pattern_makes_a_long_text_take_more_than_its_length(pattern: str) -> None:
    matches = whole(GIVEN.validate_python(pattern))
    for length in (40, 4_000, 400_000):
        began = time.process_time()
        assert not matches("a" * length)
        # A wide bound: what backtracks would be at it for longer than the test may run.
        assert time.process_time() - began < 20, length


@pytest.mark.parametrize("pattern", [
    r"(a)\1", "(?=a)b", "(?<!a)b", "(?>a+)b", "(", "a{1001}", "((a{100}){100}){100}", "x" * (MOST_CHARACTERS + 1),
    "[", "a**", r"\pX",
])  # fmt: skip
def test_what_cannot_be_bounded_is_refused_where_it_is_given(pattern: str) -> None:
    with pytest.raises(ValidationError):
        GIVEN.validate_python(pattern)


@given(
    st.lists(st.sampled_from(["a", "b", "1", ".", "a*", "b?", "[a-c]", "(?:a|bc)", "A", "-", "ß"]), max_size=6).map(
        "".join
    ),
    st.text(alphabet="abcABC1-.ß ", max_size=12),
)
def test_what_both_engines_read_they_read_alike(pattern: str, text: str) -> None:
    assert whole(GIVEN.validate_python(pattern))(text) is (re.fullmatch(pattern, text, re.IGNORECASE) is not None)


def test_long_texts_are_not_remembered() -> None:
    matches = whole("a*")
    assert all(matches("a" * length) for length in (3, 3, 1_000_000, 1_000_000))
