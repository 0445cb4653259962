import pytest

from llm_adapt.errors import FaultsError, LlmAdaptError, UsageError
from llm_adapt.files.answers import answers_yaml, parse_answers, read_answers, with_options
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import NOT_APPLICABLE


@pytest.fixture(scope="module")
def questions():
    return load_rules("current").questions


@pytest.fixture
def read(questions):
    return lambda text: parse_answers(text.encode(), questions, "a.yaml")


@pytest.fixture
def told(read):
    def lines(text):
        with pytest.raises(LlmAdaptError) as caught:
            read(text)
        return caught.value.lines()

    return lines


def test_answers_carry_value_origin_and_place(read):
    situation = read("task_type: qa\ncitations: no\nlabeled_examples: 2_000\n")
    assert situation.values() == {"task_type": "qa", "citations": "no", "labeled_examples": 2000}
    answer = situation.answers["citations"]
    assert answer.origin is Origin.FILE
    assert str(answer.where) == "a.yaml:2:12"


def test_null_is_unknown_and_n_a_is_an_answer(read):
    situation = read("task_type: ~\nlatency_p95_ms: n/a\n")
    assert situation.values() == {"latency_p95_ms": NOT_APPLICABLE}


def test_a_file_may_hold_more_than_its_answers(read):
    assert read("title: x\nanswers:\n  task_type: qa\n").values() == {"task_type": "qa"}


def test_an_answer_beside_the_frame_is_not_passed_over(told):
    assert told("task_type: qa\nanswers: {citations: no}\n") == [
        "a.yaml:1:1: error: task_type stands beside answers",
        "  hint: move it under answers",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("- task_type\n", "a.yaml:1:1: error: answers are `field: value` lines, not a list"),
        ("qa\n", "a.yaml:1:1: error: answers are `field: value` lines, not a list"),
        ("{}\n", "a.yaml:1:1: error: there are no answers here"),
        ("answers: [a]\n", "a.yaml:1:10: error: answers are `field: value` lines, not a list"),
        ("answers: {}\n", "a.yaml:1:10: error: there are no answers here"),
        ("labeled_examples: 1e400\n", "a.yaml:1:19: error: labeled_examples is too large"),
        (
            "labeled_examples: 2.000\n",
            "a.yaml:1:19: error: labeled_examples: '2.000' can be 2 or 2000",
        ),
        ("labeled_examples: .nan\n", "a.yaml:1:19: error: labeled_examples cannot be nan"),
        ("labeled_examples: -5\n", "a.yaml:1:19: error: labeled_examples cannot be -5"),
        ("labeled_examples: 2.5\n", "a.yaml:1:19: error: labeled_examples cannot be 2.5"),
        (
            "labeled_examples: 2024-01-15\n",
            "a.yaml:1:19: error: labeled_examples: '-01-15' is no scale or unit here",
        ),
        ("team_skills: {a: b}\n", "a.yaml:1:14: error: team_skills needs a list, not a mapping"),
        ("baseline_score: 1.5\n", "a.yaml:1:17: error: baseline_score cannot be 1.5"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_place(told, text, first):
    assert told(text)[0] == first


def test_a_misspelt_question_gets_the_nearest_one(told):
    assert told("labelled_examples: 5\n") == [
        "a.yaml:1:1: error: there is no question 'labelled_examples'",
        "  hint: did you mean labeled_examples?",
    ]


def test_a_question_like_no_other_gets_the_way_to_the_list(told):
    assert told("zzz: 5\n")[1] == "  hint: they are listed by: llm-adapt questions"


def test_a_wrong_value_gets_the_nearest_and_the_allowed_ones(told):
    fault, hint = told("task_type: summarisation\n")
    assert fault == "a.yaml:1:12: error: task_type cannot be 'summarisation'"
    assert hint.startswith(
        "  hint: did you mean summarization? It takes one of classification, extraction"
    )


def test_every_fault_is_told_at_once_in_the_order_of_the_file(told):
    lines = told(
        "capability_gap: [missing_facts, stile, new_languag]\nfoo: 1\ncitations: maybe\nlabeled_examples: -1\n"
    )
    places = [line.split(": error")[0] for line in lines if "error" in line]
    assert places == ["a.yaml:1:33", "a.yaml:1:40", "a.yaml:2:1", "a.yaml:3:12", "a.yaml:4:19"]


def test_a_hundred_thousand_unknown_questions_are_cut_short(told):
    lines = told("".join(f"k{index}: 1\n" for index in range(90_000)))
    assert len(lines) <= 102
    assert "too many faults" in lines[-2]


def test_hostile_values_make_short_messages_in_time(told):
    for text in (
        f"task_type: {'x' * 1_000_000}\n",
        "task_type: &a [x]\nteam_skills: [" + "*a," * 50_000 + "]\n",
        f"a: &a {'x' * 100_000}\nteam_skills: [{'*a,' * 50_000}]\n",
        'task_type: "\\e[31m\\n red"\n',
    ):
        lines = told(text)
        assert len("".join(lines)) < 60_000
        assert all(line.isprintable() for line in lines)


def test_a_file_is_read_from_its_path(tmp_path, questions):
    path = tmp_path / "a.yaml"
    path.write_text("task_type: qa\n")
    assert read_answers(path, questions).values() == {"task_type": "qa"}


class TestOptions:
    def test_an_option_wins_over_the_file(self, read, questions):
        situation = with_options(
            read("task_type: qa\n"), ["task_type=code", "citations=no"], questions
        )
        assert situation.values() == {"task_type": "code", "citations": "no"}
        assert situation.answers["task_type"].origin is Origin.OPTION

    @pytest.mark.parametrize("nothing", ["", "?", "null", "~"])
    def test_an_option_can_make_an_answer_unknown(self, read, questions, nothing):
        assert (
            with_options(read("task_type: qa\n"), [f"task_type={nothing}"], questions).values()
            == {}
        )

    @pytest.mark.parametrize(
        "written",
        [
            "prompting,serving",
            "[prompting, serving]",
            " serving , prompting ",
            "['prompting', \"serving\"]",
        ],
    )
    def test_a_list_is_written_as_people_write_lists(self, questions, written):
        situation = with_options(Situation(), [f"team_skills={written}"], questions)
        assert situation.values() == {"team_skills": ("prompting", "serving")}

    def test_an_empty_list_is_an_answer(self, questions):
        assert with_options(Situation(), ["team_skills=[]"], questions).values() == {
            "team_skills": ()
        }

    def test_an_option_may_not_apply(self, questions):
        assert with_options(Situation(), ["team_skills=n/a"], questions).values() == {
            "team_skills": NOT_APPLICABLE
        }

    def test_the_last_of_two_options_wins(self, questions):
        settings = ["labeled_examples=5", "labeled_examples=7e3"]
        assert with_options(Situation(), settings, questions).values() == {"labeled_examples": 7000}

    def test_a_value_may_hold_an_equals_sign(self, questions):
        with pytest.raises(UsageError, match="cannot be 'a=b'"):
            with_options(Situation(), ["task_type=a=b"], questions)

    @pytest.mark.parametrize(
        ("setting", "lines"),
        [
            (
                "task_type",
                ["error: --set 'task_type' has no value", "  hint: write --set field=value"],
            ),
            ("", ["error: --set '' has no value", "  hint: write --set field=value"]),
            (
                "task_typ=qa",
                [
                    "error: --set: there is no question 'task_typ'",
                    "  hint: did you mean task_type?",
                ],
            ),
            (
                "labeled_examples=-1",
                [
                    "error: --set: labeled_examples cannot be -1",
                    "  hint: write a whole number of 0 or more (examples)",
                ],
            ),
        ],
    )
    def test_a_wrong_option_is_told_with_the_way_out(self, questions, setting, lines):
        with pytest.raises(UsageError) as caught:
            with_options(Situation(), [setting], questions)
        assert caught.value.lines() == lines

    def test_every_wrong_option_is_told_at_once(self, questions):
        with pytest.raises(FaultsError) as caught:
            with_options(Situation(), ["a=1", "task_type=b", "c"], questions)
        assert len(caught.value.faults) == 3
        assert all(isinstance(fault, UsageError) for fault in caught.value.faults)


class TestWriting:
    def test_what_is_saved_is_read_back(self, read, questions):
        situation = read(
            "task_type: qa\nteam_skills: []\ncitations: no\nlatency_p95_ms: n/a\nunlabeled_tokens: 7e9\nbaseline_score: 0.5\n"
        )
        assert read(answers_yaml(situation, questions)).values() == situation.values()

    def test_answers_are_saved_in_the_order_of_the_questions(self, read, questions):
        text = answers_yaml(read("citations: no\ntask_type: qa\n"), questions)
        assert text == "task_type: qa\ncitations: 'no'\n"

    def test_nothing_known_is_saved_so_that_it_can_be_read_again(self, read, questions):
        text = answers_yaml(Situation(), questions)
        assert read(text) == Situation()

    def test_an_answer_that_no_question_asks_for_is_not_saved(self, questions):
        text = answers_yaml(Situation({"gone": Answer("x"), "task_type": Answer("qa")}), questions)
        assert text == "task_type: qa\n"
