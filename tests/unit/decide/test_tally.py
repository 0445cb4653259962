"""Arguments of one topic count once, topics add up, and what speaks against is subtracted."""

import pytest

from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import advise, program_for

RULE = """\
  {name}:
    title: An argument more
    when: {when}
    argues: [{argument}]
    because: It is one.
    sources: [book]
    examples: {{fires: {{}}, silent: {{}}}}
"""
MORE = [
    ("labelled", "{answer: labels, at_least: few}", "{for: knowing, strength: moderate, topic: facts}"),
    ("large", "{answer: size, at_least: 10}", "{for: knowing, strength: moderate, topic: facts}"),
    ("tiny", "{answer: size, below: 1}", "{against: knowing, strength: weak, topic: size}"),
    ("plenty", "{answer: labels, at_least: 1000}", "{for: knowing, strength: weak, topic: labels}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({}, 0),
        ({"facts": "all"}, 4),
        ({"labels": 500}, 2),
        # A second of one topic adds a point, whichever is the stronger, and a third none.
        ({"facts": "all", "labels": 500}, 5),
        ({"labels": 500, "size": 10}, 3),
        ({"facts": "all", "labels": 500, "size": 10}, 5),
        # Topics add up.
        ({"facts": "all", "labels": 1000}, 6),
        ({"facts": "all", "size": 0.5}, 3),
        ({"size": 0.5}, -1),
    ],
)
def test_what_arguments_come_to(tiny, answers, score):
    rules = [RULE.format(name=n, when=when, argument=argued) for n, when, argued in MORE]
    program = program_for(str(tiny(more="rules:\n" + "".join(rules))))
    advice = advise(program, Situation({name: Answer(value) for name, value in answers.items()}))
    assert {place.strategy: place.score for place in advice.ranking}["rag"] == score
