"""What a question offers to choose from, with and without arrow keys."""

import pytest

from llm_adapt.ask.conversation import Conversation
from llm_adapt.ask.order import Depth, Setting, State
from llm_adapt.ask.reading import read_answer
from llm_adapt.ask.talk import question_menu
from llm_adapt.rules.model import Kind
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import NOT_APPLICABLE, Unreadable
from llm_adapt.usecases.advise import program_for


@pytest.fixture(scope="module")
def program():
    return program_for("current")


def test_every_row_of_every_question_is_a_reply_that_is_understood(program) -> None:
    for question in program.rules.questions.values():
        menu = question_menu(question, None, ())
        for row in menu.rows:
            wanted = (row.reply,) if question.kind is Kind.SEVERAL else row.reply
            assert read_answer(question, row.reply) == wanted, question.id
        replies = [row.reply for row in menu.extras]
        assert replies[-3:] == ["?", "n/a", "later"]
        assert read_answer(question, "n/a") == NOT_APPLICABLE
        for reply in replies[:-3]:
            assert not isinstance(read_answer(question, reply), Unreadable)


def test_the_answer_there_is_already_is_where_one_starts(program) -> None:
    questions = program.rules.questions
    assert question_menu(questions["training_allowed"], "no", ()).at == 1
    several = question_menu(questions["capability_gap"], ("domain_jargon", "missing_facts"), ())
    assert several.ticked == {0, 2}
    assert several.at == 0
    assert question_menu(questions["labeled_examples"], 5, ()).at is None


def test_nothing_is_chosen_before_somebody_chooses(program) -> None:
    for question in program.rules.questions.values():
        menu = question_menu(question, None, ())
        assert menu.at is None, question.id
        assert not menu.ticked


def test_numbered_lines_show_the_values_and_how_to_give_several(program) -> None:
    lines = question_menu(program.rules.questions["capability_gap"], None, ()).lines()
    assert lines[0].text == "1  It does not know the facts  (missing_facts)"
    assert lines[-1].text == "Several: 1 3 or 1,3. none if none applies."
    assert "I do not know" not in {line.text for line in lines}


def test_at_the_review_each_answer_can_be_chosen_to_change_it(program) -> None:
    settled = {
        "knowledge_need": "core",
        "knowledge_change": "daily",
        "training_allowed": "no",
        "base_checkpoint": "chat",
    }
    given = {name: Answer(value) for name, value in settled.items()}
    conversation = Conversation(Setting(program, lambda s: s), State(Situation(given), Depth.PROOF))
    assert conversation.current is None
    menu = conversation.menu()
    assert {row.reply for row in menu.rows} == {f"change {name}" for name in settled}
    assert menu.at is not None
    assert [*menu.rows, *menu.extras][menu.at].reply == "accept"
    conversation.reply("change training_allowed")
    assert conversation.current is not None
    assert conversation.current.id == "training_allowed"
