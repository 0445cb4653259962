"""Near texts by the join are those that a comparison of all pairs finds."""

from random import Random

import pytest

from llm_adapt.audit import near
from llm_adapt.audit.check import Context
from llm_adapt.audit.near import Against, Texts, twins


def similarity(one, two):
    return len(one & two) / len(one | two)


def texts(seed, count=120, vocabulary=14):
    draw = Random(seed)
    made = [frozenset(draw.sample(range(vocabulary), draw.randint(1, 9))) for _ in range(count)]
    return list(enumerate(made))


@pytest.mark.parametrize("least", [0.5, 0.7, 0.8, 1.0])
@pytest.mark.parametrize("paired", [1, 5, 60])
@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_the_join_misses_nothing_and_adds_nothing(monkeypatch, least, paired, in_memory, seed):
    monkeypatch.setattr(near, "PAIRED", paired)
    monkeypatch.setattr(near, "MOST", near.MOST if in_memory else 50)
    all_of_them = texts(seed)
    held = Texts()
    for number, words in all_of_them:
        held.add(number, words)
    found = twins(held, least, Context("", len(all_of_them), False))
    held.close()
    sets = dict(all_of_them)
    expected = {
        later
        for later, words in all_of_them
        if any(similarity(words, sets[n]) >= least - 1e-9 for n in range(later))
    }
    assert set(found) == expected
    assert all(n < later for later, n in found.items())
    assert all(similarity(sets[n], sets[later]) >= least - 1e-9 for later, n in found.items())


@pytest.mark.parametrize("seed", range(6))
def test_texts_near_to_some_are_those_that_all_pairs_find(seed):
    sets = {n: frozenset(map(str, words)) for n, words in texts(seed)}
    asked = Against(sets, 0.7)
    for _, words in texts(seed + 100, vocabulary=18):
        named = frozenset(map(str, words))
        expected = {n for n, other in sets.items() if similarity(named, other) >= 0.7 - 1e-9}
        assert set(asked.near(named)) == expected
