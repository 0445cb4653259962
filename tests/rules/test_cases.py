"""Every example of every rule and every case of both shipped profiles, each a test of its own."""

import re
from functools import cache
from itertools import combinations

import pytest

from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.usecases.cases import run_tests
from llm_adapt.verify.cases import faults_of, trials

PROFILES = ("article", "current")


@cache
def program(profile):
    return Program(load_rules(profile, cases=True))


@cache
def carried(profile):
    return {trial.id: trial for trial in trials(program(profile).rules)}


def each():
    for profile in PROFILES:
        for name in carried(profile):
            yield pytest.param(profile, name, id=f"{profile}: {name}")


@pytest.mark.parametrize(("profile", "name"), list(each()))
def test_it_comes_out_as_written(profile, name):
    article = program("article") if profile != "article" else None
    assert list(faults_of(program(profile), carried(profile)[name], article)) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_every_rule_and_node_is_covered_and_most_edges_are(profile):
    tested = run_tests(profile)
    shares = {share.name: share for share in tested.coverage}
    assert (shares["rules"].missing, shares["nodes"].missing) == ((), ())
    assert not tested.failing(0.80)


@pytest.mark.parametrize("kind", range(1, 12))
def test_each_kind_of_decision_has_a_pair_of_cases_that_differ_in_the_deciding_answer(kind):
    named = re.compile(rf"kind {kind}[:,]")
    of_kind = [trial for name, trial in carried("current").items() if named.match(name)]
    pairs = [
        (one, two)
        for one, two in combinations(of_kind, 2)
        if len(dict(one.answers.items() ^ two.answers.items())) == 1
    ]
    firsts = program("current").first
    assert any(firsts(one.answers) != firsts(two.answers) for one, two in pairs)
