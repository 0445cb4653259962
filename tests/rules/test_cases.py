"""Every example of every rule and every case of both shipped profiles."""

import re
from itertools import combinations

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.cases import run_tests


@pytest.mark.parametrize("profile", ["article", "current"])
def test_all_come_out_as_written_and_cover_the_rules(profile):
    tested = run_tests(profile)
    assert [f"{finding.where}: {finding.message}" for finding in tested.failures] == []
    shares = {share.name: share for share in tested.coverage}
    assert (shares["rules"].missing, shares["nodes"].missing) == ((), ())
    assert not tested.failing(0.80)


@pytest.mark.parametrize("kind", range(1, 12))
def test_each_kind_of_decision_has_a_pair_of_cases_that_differ_in_the_deciding_answer(kind):
    program = program_for("current")
    questions, named = program.rules.questions, re.compile(rf"kind {kind}[:,]")
    of_kind = [
        {n: questions[n].read(raw) for n, raw in case.answers.items()}
        for case in load_rules("current", cases=True).cases.values()
        if named.match(case.id)
    ]
    pairs = [(a, b) for a, b in combinations(of_kind, 2) if len(dict(a.items() ^ b.items())) == 1]
    assert any(program.first(one) != program.first(two) for one, two in pairs)
