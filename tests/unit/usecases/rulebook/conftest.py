"""A small rule set, written as YAML and read as any other."""

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.files.yaml_file import dump_yaml


def small_data():
    return {
        "name": "small",
        "version": "1",
        "title": "A small rule set",
        "sources": {"s": {"title": "T", "date": "undated", "seen": "own", "grade": "C"}},
        "questions": {
            "c": question(1, "choice", values={"x": "X", "y": "Y", "z": "Z"}),
            "s": question(2, "several", values={"p": "P", "q": "Q"}),
            "b": question(3, "yes_no"),
            "n": question(4, "integer"),
            "m": question(5, "number", positive=True),
        },
        "derived": {
            "d": {"title": "twice m", "unit": "u", "of": "m", "low": 2, "high": 2, "sources": ["s"]}
        },
        "needs": {"need": {"title": "N", "text": "T"}},
        "strategies": {
            "icl": {"title": "Prompt", "text": "T", "effort": 1},
            "peft": {
                "title": "Tune", "text": "T", "effort": 2, "serves": ["need"], "otherwise": ["icl"]
            },
        },
        "rules": {
            "listed": rule({"answer": "s", "has": "p"}, ("need", "strong", "form"), s=["p"], no={"s": []}),
            "chosen": rule({"answer": "c", "is": "x"}, ("need", "weak", "form"), c="x", no={"c": "y"}),
        },
        "walks": {
            "w": {
                "title": "W",
                "order": 1,
                "start": "enough",
                "results": {"leave": "left as it is", "train": "trained"},
                "nodes": {
                    "enough": node({"answer": "n", "at_least": 10}, "needed", "leave", "needed"),
                    "needed": node({"need": "need", "at_least": 2}, "train", "leave", "leave"),
                },
            }
        },
        "join": {
            "a": {"results": {"w": "leave"}, "strategy": "icl"},
            "b": {"results": {"w": "train"}, "strategy": "peft"},
        },
    }  # fmt: skip


def question(order, kind, **more):
    said = {"order": order, "ask": "Q?", "help": "H", "type": kind, "origin": ["B"]}
    return said | more


def rule(when, argues, *, no, **fires):
    target, strength, topic = argues
    return {
        "title": "R",
        "when": when,
        "argues": [{"for": target, "strength": strength, "topic": topic}],
        "because": "Because it is so in this test.",
        "sources": ["s"],
        "examples": {"fires": fires, "silent": no},
    }


def node(when, yes, no, unknown):
    return {
        "text": "Is it?",
        "when": when,
        "yes": yes,
        "no": no,
        "unknown": {"to": unknown, "because": "B"},
        "sources": ["s"],
    }


@pytest.fixture
def small():
    return small_data()


@pytest.fixture
def build(tmp_path):
    """Plain data of a rule set to the rule set."""
    count = iter(range(10_000))

    def load(data):
        folder = tmp_path / f"rules-{next(count)}"
        folder.mkdir()
        (folder / "ruleset.yaml").write_text(dump_yaml(data), "utf-8")
        return load_rules(str(folder))

    return load


@pytest.fixture
def parts():
    """The pieces rule sets are made of."""
    return {"question": question, "rule": rule, "node": node}
