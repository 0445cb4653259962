"""The conversation: what is asked, what is taken, how one moves about in it."""

import pytest

from llm_adapt.ask.conversation import Conversation
from llm_adapt.ask.order import STOPS, Depth, Setting, State
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import NOT_APPLICABLE
from llm_adapt.usecases.advise import program_for, with_assumptions


@pytest.fixture(scope="module")
def program():
    return program_for("current")


def talk(program, depth: Depth = Depth.PROOF, **answers: object) -> Conversation:
    setting = Setting(program, lambda s: with_assumptions(program.rules, s))
    given = {name: Answer(value) for name, value in answers.items()}  # type: ignore[arg-type]
    return Conversation(setting, State(Situation(given), depth))


def said(lines: list) -> str:
    return "\n".join(line.text for line in lines)


def at(conversation: Conversation) -> str | None:
    return conversation.ahead.question


def test_an_answer_is_echoed_as_understood_and_the_next_question_comes(program) -> None:
    conversation = talk(program)
    conversation.reply("go labeled_examples")
    assert at(conversation) == "labeled_examples"
    assert said(conversation.reply("5k")) == "labeled_examples: 5k = 5,000 examples"
    assert at(conversation) != "labeled_examples"
    answer = conversation.state.situation.answers["labeled_examples"]
    assert answer == Answer(5000, Origin.ASKED)


def test_what_is_not_understood_is_asked_again(program) -> None:
    conversation = talk(program)
    before = at(conversation)
    assert "Not understood" in said(conversation.reply("banana"))
    assert "Type an answer" in said(conversation.reply(""))
    assert at(conversation) == before
    assert not conversation.state.situation.answers


def test_what_is_not_known_is_not_asked_again(program) -> None:
    conversation = talk(program)
    asked: list[str] = []
    while (name := at(conversation)) is not None:
        asked.append(name)
        conversation.reply("?")
    assert len(asked) == len(set(asked))
    assert conversation.state.unknown == tuple(asked)
    assert "Worth finding out" in said(conversation.asking())


def test_does_not_apply_is_an_answer(program) -> None:
    conversation = talk(program)
    name = at(conversation)
    conversation.reply("n/a")
    assert conversation.state.situation.answers[str(name)].value == NOT_APPLICABLE


def test_what_is_put_off_comes_back_when_nothing_else_matters(program) -> None:
    conversation = talk(program, knowledge_need="none", capability_gap=("style_or_format",))
    conversation.reply("go training_allowed")
    assert said(conversation.reply("later")) == "training_allowed: later."
    asked: list[str] = []
    while conversation.current is not None:
        question = conversation.current
        asked.append(question.id)
        conversation.reply(question.example if question.numeric else "1")
    assert asked[-1] == "training_allowed"
    assert len(asked) > 1


def test_going_back_shows_the_answer_and_enter_keeps_it(program) -> None:
    conversation = talk(program)
    first = at(conversation)
    conversation.reply("1")
    second = at(conversation)
    conversation.reply("back")
    assert at(conversation) == first
    assert "Enter keeps it." in said(conversation.asking())
    conversation.reply("")
    assert at(conversation) == second
    conversation.reply("back")
    assert "first question" in said(conversation.reply("back"))


def test_an_answer_that_no_longer_counts_is_kept_and_marked(program) -> None:
    conversation = talk(program)
    conversation.reply("change training_allowed yes")
    conversation.reply("change base_model_params_b 7B")
    conversation.reply("change training_allowed=no")
    assert conversation.state.situation.answers["base_model_params_b"].value == 7
    review = said(conversation.reply("review"))
    assert "base_model_params_b: 7 billion parameters  [you; makes no difference so far]" in review
    assert "training_allowed: no  [you]" in review.lower()


def test_a_change_of_the_answer_to_not_known(program) -> None:
    conversation = talk(program, training_allowed="yes")
    conversation.reply("change training_allowed ?")
    assert "training_allowed" not in conversation.state.situation.answers
    assert "training_allowed" in conversation.state.unknown


def test_fields_are_found_by_the_start_of_their_names(program) -> None:
    conversation = talk(program)
    conversation.reply("go labeled")
    assert at(conversation) == "labeled_examples"
    assert "could be" in said(conversation.reply("go label"))
    assert "There is no question nonsense" in said(conversation.reply("go nonsense"))


def test_help_says_what_depends_on_it_and_where_the_limits_lie(program) -> None:
    conversation = talk(program)
    help_ = said(conversation.reply("h labeled_examples"))
    assert "Count what is there today" in help_
    assert "Is behaviour to be trained, and worth training?" in help_
    assert "50 (few_labels)" in help_
    assert "For example: 300" in help_
    assert " of base_model_params_b" in said(conversation.reply("h gpu_memory_gb"))
    assert "go FIELD" in said(conversation.reply("h"))


def test_the_leader_is_named_only_when_asked_for(program) -> None:
    conversation = talk(program)
    shown = said(conversation.opening()) + said(conversation.asking())
    shown += said(conversation.reply("1")) + said(conversation.asking())
    titles = [strategy.title for strategy in program.rules.strategies.values()]
    assert not any(title in shown for title in titles)
    assert any(title in said(conversation.reply("leader")) for title in titles)


def test_it_ends_with_what_was_not_asked_and_why(program) -> None:
    conversation = talk(program)
    conversation.reply("change training_allowed no")
    while at(conversation) is not None:
        conversation.reply("?" if at(conversation) != "retrieval_status" else "none")
    closing = said(conversation.asking())
    assert "questions not asked can change first place" in closing
    assert not conversation.done
    conversation.reply("")
    assert conversation.done
    assert conversation.accepted


def test_a_change_at_the_review_asks_only_what_matters_anew(program) -> None:
    settled = {"knowledge_need": "core", "base_checkpoint": "chat", "knowledge_change": "daily"}
    conversation = talk(program, training_allowed="no", **settled)
    assert at(conversation) is None
    conversation.reply("change training_allowed yes")
    assert at(conversation) not in {None, "training_allowed", *settled}


def test_all_asks_every_question_in_order(program) -> None:
    conversation = talk(program, Depth.ALL)
    asked: list[str] = []
    while (name := at(conversation)) is not None:
        asked.append(name)
        conversation.reply("?")
    assert asked == list(program.rules.questions)
    assert "Every question has been asked" in said(conversation.asking())


def asked_until_the_end(conversation: Conversation, known: dict[str, str]) -> list[str]:
    """The questions in the order they were asked; what is not known is said to be not known."""
    asked: list[str] = []
    while (name := at(conversation)) is not None:
        asked.append(name)
        conversation.reply(known.get(name, "?"))
    return asked


KNOWN = {
    "task_type": "classification",
    "capability_gap": "edge_cases",
    "prompting_effort": "optimized",
    "baseline_score": "72%",
    "target_score": "90%",
    "knowledge_need": "in_input",
    "labeled_examples": "5k",
    "label_quality": "curated",
    "training_allowed": "yes",
    "weights_access": "open_weights",
    "base_model_params_b": "7B",
    "gpu_memory_gb": "80",
}


def test_it_begins_with_what_the_system_does_and_what_goes_wrong(program) -> None:
    conversation = talk(program)
    questions = program.rules.questions
    asked = asked_until_the_end(conversation, KNOWN)
    assert asked[:2] == ["task_type", "capability_gap"]
    blocks = list(dict.fromkeys(question.block for question in questions.values()))
    assert blocks[:3] == ["What the system does", "What goes wrong", "What was tried"]
    assert all(question.block for question in questions.values())


def test_each_depth_asks_no_fewer_than_the_one_before_and_says_how_sure_it_is(
    program,
) -> None:
    lengths, told = [], []
    for depth in (Depth.QUICK, Depth.ROBUST, Depth.PROOF, Depth.ALL):
        conversation = talk(program, depth)
        lengths.append(len(asked_until_the_end(conversation, KNOWN)))
        told.append(said(conversation.asking()))
    assert lengths == sorted(lengths)
    assert lengths[0] >= STOPS[Depth.QUICK][1]
    assert lengths[-1] == len(program.rules.questions)
    sure = ("of 100 plausible ways to answer the other", "the others are no easier to answer")
    assert any(words in told[1] for words in sure)
    assert "whatever the answers" in told[2]
    assert "Every question has been asked" in told[3]


def test_after_the_stop_one_can_go_on_until_it_is_proved(program) -> None:
    conversation = talk(program, Depth.ROBUST)
    asked = asked_until_the_end(conversation, KNOWN)
    assert "on goes on until it is proved: at most" in said(conversation.asking())
    assert "on" in [row.reply for row in conversation.menu().extras]
    most = conversation.ahead.at_most
    assert "Going on" in said(conversation.reply("on"))
    more = asked_until_the_end(conversation, KNOWN)
    assert 0 < len(more) <= most
    assert not set(asked) & set(more)
    assert conversation.ahead.reason == "proof"


def test_somebody_who_knows_nothing_is_let_go_soon(program) -> None:
    conversation = talk(program, Depth.ROBUST)
    assert len(asked_until_the_end(conversation, {})) <= 8
    assert "Worth finding out" in said(conversation.asking())


def test_what_hangs_on_what_nobody_knows_is_not_asked(program) -> None:
    conversation = talk(program, knowledge_need="none", capability_gap=("style_or_format",))
    conversation.reply("change labeled_examples ?")
    assert "label_quality" not in asked_until_the_end(conversation, {})


def test_enough_is_an_end_at_any_time(program) -> None:
    conversation = talk(program)
    conversation.reply("qa")
    conversation.reply("enough")
    assert conversation.accepted
    assert not conversation.left


def test_an_amount_is_echoed_as_it_was_understood(program) -> None:
    conversation = talk(program)
    told = said(conversation.reply("change corpus_tokens 500 pages"))
    assert told == "corpus_tokens: 500 pages = 225,000 tokens (175,000 to 450,000)"
    kept = conversation.state.situation.values()["corpus_tokens"]
    assert (float(kept), kept.low, kept.high) == (225_000, 175_000, 450_000)
    assert "'2.000' can be 2 or 2000" in said(conversation.reply("change labeled_examples 2.000"))


def test_what_a_preset_assumes_is_confirmed_in_one_screen(program) -> None:
    setting = Setting(program, lambda s: with_assumptions(program.rules, s))
    typical = {"knowledge_need": "core", "citations": "required", "task_type": "qa"}
    given = {name: Answer(value, Origin.ASSUMED) for name, value in typical.items()}
    conversation = Conversation(setting, State(Situation(given)))
    assert at(conversation) is None
    assert "This is typical" in said(conversation.asking())
    assert "citations: Required  [assumed]" in said(conversation.menu().lines())
    conversation.reply("change citations no")
    assert "This is typical" in said(conversation.asking())
    assert said(conversation.reply("")) == "Taken."
    assert at(conversation) is not None
    origins = {answer.origin for answer in conversation.state.situation.answers.values()}
    assert origins == {Origin.ASKED}
    assert conversation.state.situation.values()["citations"] == "no"


def test_an_open_target_is_asked_for_by_what_it_follows_from(program) -> None:
    conversation = talk(program, baseline_score=0.7, training_allowed="yes")
    conversation.reply("change target_score ?")
    asked: list[str | None] = []
    while at(conversation) is not None:
        asked.append(at(conversation))
        conversation.reply("4" if at(conversation) == "error_cost_ratio" else "?")
    assert "target_score" not in asked
    if "error_cost_ratio" in asked:
        told = said(conversation.menu().lines())
        assert "target_score: 0.8 share of success  [assumed]" in told


def test_leaving_is_not_accepting(program) -> None:
    conversation = talk(program)
    conversation.reply("quit")
    assert conversation.done
    assert conversation.left
    assert not conversation.accepted


def test_progress_counts_down_to_nothing(program) -> None:
    conversation = talk(program)
    left = [conversation.ahead.at_most]
    while conversation.current is not None:
        conversation.reply("?")
        left.append(conversation.ahead.at_most)
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
