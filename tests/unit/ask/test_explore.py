"""After the result: what moves, and why."""

import pytest

from llm_adapt.ask.explore import Explorer
from llm_adapt.ask.script import Setting
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import program_for

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
    given = Situation({name: Answer(value) for name, value in BASE.items()})
    return Explorer(
        Setting(program), given, lambda name, _: f"saved {name}", lambda *_: None, forms=("text",)
    )


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


def test_why_gives_the_reasons_and_the_way_there(explorer: Explorer) -> None:
    assert "for it" in said(explorer, "why peft")
    assert "It would be first with" in said(explorer, "why rag")
    assert "why one of" in said(explorer, "why nothing")


def test_mistakes_are_told(explorer: Explorer) -> None:
    assert "No question nonsense" in said(explorer, "what if nonsense 3")
    assert "Not understood" in said(explorer, "what if labeled_examples many")
    assert "what if FIELD VALUE" in said(explorer, "hello")


def test_save_and_leave(explorer: Explorer) -> None:
    assert said(explorer, "save here.yaml") == "saved here.yaml"
    assert not explorer.done
    said(explorer, "quit")
    assert explorer.done
