"""After the result: what moves, and why."""

import pytest

from llm_adapt.ask.explore import Doors, Explorer
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import advise, program_for

BASE = {
    "capability_gap": ("style_or_format",),
    "knowledge_need": "none",
    "labeled_examples": 5000,
    "training_allowed": "yes",
    "weights_access": "open_weights",
    "base_model_available": "yes",
}


@pytest.fixture
def explorer() -> Explorer:
    program = program_for("current")
    doors = Doors(
        advise=lambda answers: advise(program, answers),
        why=lambda name, _: [f"about {name}"],
        show=lambda *_: None,
        save=lambda name, _: f"saved {name}",
        forms=("text",),
    )
    given = Situation({name: Answer(value) for name, value in BASE.items()})
    return Explorer(program.rules.questions, given, doors)


def said(explorer: Explorer, text: str) -> str:
    return "\n".join(line.text for line in explorer.reply(text))


def test_what_if_shows_what_moves_and_changes_nothing(explorer: Explorer) -> None:
    told = said(explorer, "what if training_allowed no")
    assert "instead of" in told
    assert "Ruled out now" in told
    assert explorer.situation.values()["training_allowed"] == "yes"
    assert "stays" in said(explorer, "what if workload batch")


def test_keep_keeps_it(explorer: Explorer) -> None:
    assert "nothing to keep" in said(explorer, "keep")
    said(explorer, "what if training_allowed=no")
    assert "Kept" in said(explorer, "keep")
    assert explorer.situation.values()["training_allowed"] == "no"


def test_mistakes_are_told(explorer: Explorer) -> None:
    assert "There is no question nonsense" in said(explorer, "what if nonsense 3")
    assert "did you mean labeled_examples?" in said(explorer, "what if labelled_example 3")
    assert "Not understood" in said(explorer, "what if labeled_examples many")
    assert "what if FIELD VALUE" in said(explorer, "hello")


def test_why_save_and_leave(explorer: Explorer) -> None:
    assert said(explorer, "why peft") == "about peft"
    assert said(explorer, "save here.yaml") == "saved here.yaml"
    assert not explorer.done
    said(explorer, "quit")
    assert explorer.done
