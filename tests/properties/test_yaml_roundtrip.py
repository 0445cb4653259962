"""YAML written and read again is the same; the schema of answers and their reader agree."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.answers import answers_yaml, parse_answers
from llm_adapt.files.rules import load_rules
from llm_adapt.files.scalar import scalar
from llm_adapt.files.schema import answers_schema
from llm_adapt.files.yaml_file import dump_yaml, read_yaml
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import LARGEST, Unreadable

RULES = load_rules("current")
VALIDATOR = Draft202012Validator(answers_schema(RULES))
QUESTIONS = list(RULES.questions.values())

# YAML can hold neither lone surrogates nor most control characters in plain form; quoted it can.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
tricky = st.sampled_from(
    ["", " ", "no", "on", "~", "null", "true", "7e9", "2_000", "010", "1.10", ".inf", ".nan", "0x1F",
     "- a", "a: b", "a #b", "#", "<<", "=", "!x", "&x", "*x", "%", "@", "`", "|", ">", "'", '"', "\n",
     "a\n\nb\n", "\ta", "\x85", "\ufeff", "\x00", "2024-01-15", "12:30", "٣", "x" * 300, "a b " * 60]
)  # fmt: skip
texts = words | tricky
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(plain.filter(lambda value: value is not None))
@example({"0\x850": ["\u2028", "a\n\nb"]})
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_back(value):
    again = read_yaml(dump_yaml(value), "a.yaml").data
    assert again == value
    assert repr(again) == repr(value)


@given(st.text(max_size=60) | st.text(alphabet="a: -[]{}&*!|>'\"#%,?\n\t 1~<.e_", max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_in_our_own_words(text):
    lines = ["a.yaml:"]
    try:
        assert read_yaml(text, "a.yaml").place(()).line >= 1
    except LlmAdaptError as error:
        lines = error.lines()
    assert all(line.startswith(("a.yaml:", "  hint: ")) for line in lines)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_a_scalar_of_any_text_is_text_or_what_the_text_says(text):
    value = scalar(text, plain=True)
    assert value is None or isinstance(value, bool | int | float) or value == text
    assert scalar(text, plain=False) == text


def raw_answers(question):
    allowed = [*question.values, "yes", "no", "n/a"]
    return st.one_of(
        scalars,
        st.sampled_from(allowed),
        st.lists(st.sampled_from(allowed) | scalars, max_size=4),
        st.integers(-2, 10),
        st.sampled_from(
            [question.minimum, question.maximum, LARGEST, LARGEST + 1, 0.5, 1e18, -0.0]
        ),
        st.sampled_from(
            [
                True,
                False,
                "true",
                "7e9",
                "2_000",
                "010",
                "1e400",
                [],
                {},
                float("nan"),
                float("inf"),
            ]
        ),
    )


questions_and_raws = st.sampled_from(QUESTIONS).flatmap(
    lambda question: st.tuples(st.just(question), raw_answers(question))
)


@given(questions_and_raws)
@example((RULES.questions["labeled_examples"], 10**400))
@settings(max_examples=300, deadline=None)
def test_the_schema_takes_what_the_reader_takes_and_little_else(pair):
    question, raw = pair
    read = question.read(raw)
    valid = VALIDATOR.is_valid({question.id: raw})
    if isinstance(read, Unreadable):
        # A schema cannot tell `many` from `5k`, nor not-a-number from a number.
        assert not valid or isinstance(raw, str | float)
    else:
        assert valid


@given(st.lists(questions_and_raws, max_size=6))
@settings(max_examples=80, deadline=None)
def test_saved_answers_are_the_answers(pairs):
    read = {question.id: question.read(raw) for question, raw in pairs}
    known = {
        name: value
        for name, value in read.items()
        if value is not None and not isinstance(value, Unreadable)
    }
    situation = Situation({name: Answer(value) for name, value in known.items()})
    text = answers_yaml(situation, RULES.questions)
    assert parse_answers(text.encode(), RULES.questions).values() == known
