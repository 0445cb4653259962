"""The tests a rule set carries: what fails, what is covered, which faults are noticed."""

from pathlib import Path

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.usecases.cases import run_tests


def failures(folder, *changes, add=""):
    return [finding.message for finding in run_tests(folder(*changes, add=add)).failures]


def case(answers, expect, todo=""):
    more = f"\n    todo: {todo}" if todo else ""
    return f"  extra:\n    answers: {answers}\n    expect: {expect}{more}\n"


def test_the_sound_rule_set_passes(folder):
    tested = run_tests(folder())
    assert (tested.ran, tested.failures, tested.known_failures) == (16, (), 0)


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("{first: icl}", "first is rag, not icl"),
        ("{first: [icl, peft]}", "first is rag, not icl or peft"),
        ("{not_first: [rag]}", "first is rag"),
        ("{before: [[icl, rag]]}", "not in the order icl, rag: rag, rag+peft, icl, peft"),
        ("{verdict: none}", "the verdict is undetermined, not none"),
        ("{fires: [facts-some]}", "facts-some does not fire: it says no"),
        ("{fires: [labels-few]}", "labels-few does not fire: it says unknown"),
        ("{silent: [facts-most]}", "facts-most fires"),
        ("{how: [adapter]}", "adapter does not come with rag: -"),
        ("{prepares: [collect]}", "collect does not come with rag: -"),
        ("{ruled_out: [peft]}", "peft is not ruled out"),
        ("{differs: icl}", "the article alone says nothing else, not icl"),
        ("{score: {rag: 5}}", "the score of rag is 4, not 5"),
    ],
)
def test_what_is_expected_in_vain_is_told(folder, expect, message):
    assert failures(folder, add=case("{facts: most}", expect)) == [f"extra: {message}"]


def test_a_failure_stands_at_the_line_of_its_expectation(folder):
    (finding,) = run_tests(folder(add=case("{facts: most}", "{first: icl}"))).failures
    lines = Path(finding.where.file).read_text("utf-8").splitlines()
    line = lines[finding.where.line - 1]
    assert line[finding.where.column - 1 :] == "first: icl}"


def test_a_known_failure_passes_and_a_passing_one_is_told(folder):
    assert failures(folder, add=case("{facts: most}", "{first: icl}", "not yet")) == []


def test_a_known_failure_that_passes_now_is_told(folder):
    told = failures(folder, add=case("{facts: most}", "{first: rag}", "not yet"))
    assert told == ["extra: it is as it should be now: remove todo"]


def test_an_example_that_does_not_fire_fails(folder):
    told = failures(folder, ("fires: {labels: 5}", "fires: {labels: 500}"))
    assert told == ["labels-few/fires: labels-few does not fire: it says no"]


def test_tests_are_chosen_by_their_id(folder):
    tested = run_tests(folder(), "facts-")
    assert tested.ran == 4
    assert tested.coverage == ()


def test_choosing_nothing_is_an_error(folder):
    with pytest.raises(LlmAdaptError, match="no test has 'xyz' in its id"):
        run_tests(folder(), "xyz")


def test_coverage_says_what_is_left_out_and_is_rounded_down(folder):
    shares = {share.name: share for share in run_tests(folder()).coverage}
    assert (shares["rules"].percent, shares["nodes"].percent) == (100, 100)
    edges = shares["edges"]
    assert edges.percent == 100 * edges.covered // edges.total < 100
    assert "no case finds fits no" in [finding.message for finding in edges.missing]
    assert all(finding.where.file.endswith("ruleset.yaml") for finding in edges.missing)


def test_a_comparison_counts_only_when_a_condition_hangs_on_it(folder):
    changes = [
        (
            "when: {answer: facts, is: most}",
            "when: {all: [{answer: facts, is: most}, {any: [{answer: labels, at_least: 5}, {answer: gap, has: tone}]}]}",
        )
    ]
    shares = {share.name: share for share in run_tests(folder(*changes)).coverage}
    missing = [finding.message for finding in shares["conditions"].missing]
    assert "no test hangs on comparison 2 of facts-most" in missing


def test_without_cases_few_faults_are_noticed_and_a_case_is_suggested(folder):
    noticed = run_tests(folder(), mutate=True).mutation
    assert noticed.total["drop"] == noticed.noticed["drop"] == 6
    assert 0.5 < noticed.score < 1
    hints = [finding.hint for finding in noticed.survivors]
    assert any(hint.startswith("a case would notice it: {answers: {") for hint in hints)


def test_a_suggested_case_does_notice_its_fault(folder, tmp_path):
    before = run_tests(folder(), mutate=True).mutation
    survivor = next(f for f in before.survivors if f.hint.startswith("a case"))
    suggested = survivor.hint.removeprefix("a case would notice it: ")
    path = tmp_path / "ruleset.yaml"
    path.write_text(path.read_text("utf-8") + f"  suggested: {suggested}\n", "utf-8")
    after = run_tests(str(tmp_path), mutate=True)
    assert after.failures == ()
    assert survivor.message not in [finding.message for finding in after.mutation.survivors]
