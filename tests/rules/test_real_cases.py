"""The shipped rules on documented projects not looked at while rules were written: a floor."""

import importlib.util
import sys
from pathlib import Path

import pytest

from llm_adapt.usecases.advise import program_for

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "scores.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("scores", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["scores"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def program():
    return program_for("current")


@pytest.fixture(scope="module")
def cases(bench, program):
    return [
        c for c in bench.read_cases(bench.CASES, program) if bench.fold_of(c.name) in bench.UNSEEN
    ]


def test_first_places_agree_with_documented_practice(bench, program, cases):
    ok, exact, best_of_three, wrong = bench.scores(program, bench.as_answered(cases))
    assert ok >= 0.80
    assert exact >= 0.50
    assert best_of_three >= 0.80
    assert wrong <= 0.05


def test_a_fifth_of_the_answers_may_be_missing(bench, program, cases):
    ok, *_, wrong = bench.scores(program, bench.deleted(cases, 0.2))
    assert ok >= 0.75
    assert wrong <= 0.06


def test_one_missing_answer_seldom_moves_first_place(bench, program, cases):
    assert bench.unmoved(program, cases) >= 0.90
