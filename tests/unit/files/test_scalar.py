import pytest

from llm_adapt.files.scalar import scalar


@pytest.mark.parametrize(
    "word",
    ["no", "1e", "1.2.3", "_1", "1:2", "+", "-", ".", "1,000", "5%", "0b1", "1 2", "--5", "²"],
)
def test_what_is_no_number_stays_text(word):
    assert scalar(word, plain=True) == word


@pytest.mark.parametrize("word", ["5", "true", "null", ""])
def test_a_quoted_word_is_text(word):
    assert scalar(word, plain=False) == word


@pytest.mark.parametrize(
    ("word", "value"), [("1_000", 1000), ("1_000.5", 1000.5), ("-2e-3", -0.002), ("5.", 5.0)]
)
def test_numbers_may_be_grouped_and_have_exponents(word, value):
    assert scalar(word, plain=True) == value
