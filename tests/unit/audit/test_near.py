"""Near texts by the join are those that a comparison of all pairs finds."""

from random import Random

import pytest

from llm_adapt.audit import near, spill
from llm_adapt.audit.check import Context
from llm_adapt.audit.near import Against, Texts, twins


def similarity(one, two):
    return len(one & two) / len(one | two)


def texts(seed, count=120, vocabulary=14):
    draw = Random(seed)
    made = [frozenset(draw.sample(range(vocabulary), draw.randint(1, 9))) for _ in range(count)]
    return list(enumerate(made))


def joined(all_of_them, least, pool=None):
    held = Texts(least)
    for number, words in all_of_them:
        held.add(number, words)
    rows, firsts = twins(held, Context(len(all_of_them), False, pool))
    assert list(rows) == sorted(rows)
    return dict(zip(rows, firsts, strict=True))


@pytest.mark.parametrize("least", [0.5, 0.7, 0.8, 1.0])
@pytest.mark.parametrize("paired", [1, 5, 60])
@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_the_join_finds_for_each_text_the_first_near_one(
    monkeypatch, least, paired, in_memory, seed
):
    monkeypatch.setattr(near, "PAIRED", paired)
    monkeypatch.setattr(spill, "NUMBERS", spill.NUMBERS if in_memory else 7)
    monkeypatch.setattr(spill, "LARGEST", spill.LARGEST if in_memory else 100)
    monkeypatch.setattr(near, "SEEN", near.SEEN if in_memory else 5)
    monkeypatch.setattr(near, "BLOCK", near.BLOCK if in_memory else 3)
    all_of_them = texts(seed)
    found = joined(all_of_them, least)
    sets = dict(all_of_them)
    firsts = {
        later: next((n for n in range(later) if similarity(sets[n], words) >= least - 1e-9), None)
        for later, words in all_of_them
    }
    assert found == {later: first for later, first in firsts.items() if first is not None}


def test_texts_that_are_all_near_to_each_other_are_not_compared_in_pairs(monkeypatch):
    compared = []
    whole = near._Kept.near
    monkeypatch.setattr(near._Kept, "near", lambda *given: compared.append(1) or whole(*given))
    words = range(1, 30)
    found = joined([(n, {*words, 1000 + n}) for n in range(300)], 0.8)
    assert found == dict.fromkeys(range(1, 300), 0)
    assert len(compared) < 2 * 300


@pytest.mark.parametrize("seed", range(6))
def test_texts_near_to_some_are_those_that_all_pairs_find(seed):
    sets = {n: frozenset(map(str, words)) for n, words in texts(seed)}
    asked = Against(sets.items, 0.7)
    for _, words in texts(seed + 100, vocabulary=18):
        named = frozenset(map(str, words))
        expected = {n for n, other in sets.items() if similarity(named, other) >= 0.7 - 1e-9}
        assert set(asked.near(named)) == expected
