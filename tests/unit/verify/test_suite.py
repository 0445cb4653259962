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


def test_every_fault_is_noticed_told_with_a_case_that_does_or_proved_equal(folder, tmp_path):
    before = run_tests(folder(), mutate=True).mutation
    assert before.total["drop"] == before.noticed["drop"] == 6
    assert 0.5 < before.score < 1
    suggested = [f.hint.removeprefix("a case would notice it: ") for f in before.survivors]
    path = tmp_path / "ruleset.yaml"
    cases = "".join(f"  suggested-{i}: {case}\n" for i, case in enumerate(suggested))
    path.write_text(path.read_text("utf-8") + cases, "utf-8")
    after = run_tests(str(tmp_path), mutate=True)
    assert after.failures == ()
    assert (after.mutation.score, after.mutation.survivors) == (1, ())
    assert sum(after.mutation.total.values()) == sum(before.total.values())


def test_a_fault_that_changes_no_first_place_does_not_count(folder):
    """Twice as strong or half as strong: nothing hears the argument in a topic that is louder."""
    quiet = (
        "    argues: [{for: manner, strength: strong, topic: skill}]",
        "    argues: [{for: manner, strength: strong, topic: skill}, {for: idle, strength: weak, topic: skill}]",
    )
    need = ("needs:\n", "needs:\n  idle: {title: Idle, text: Nothing serves it.}\n")
    before, after = (
        run_tests(folder(*changes), mutate=True).mutation for changes in ((), (quiet, need))
    )
    told = {f.message for f in after.equal} - {f.message for f in before.equal}
    assert any("moderate instead of weak on idle" in message for message in told)
    assert sum(after.total.values()) == sum(before.total.values())


PROJECT = """\
title: A desk that answers from its handbook
answers: {facts: most}
expected: {best: rag, also_acceptable: [rag+icl], clearly_wrong: [peft]}
"""


@pytest.fixture
def documented(tmp_path_factory):
    """A folder of projects."""

    def write(**files):
        there = tmp_path_factory.mktemp("projects")
        for name, text in files.items():
            (there / f"{name}.yaml").write_text(text, "utf-8")
        return there

    return write


def test_documented_projects_are_tests_and_a_share(folder, documented):
    strange = PROJECT.replace(
        "best: rag, also_acceptable: [rag+icl]", "best: icl, also_acceptable: []"
    )
    there = documented(desk=PROJECT, other=strange.replace("[peft]", "[rag]"))
    tested = run_tests(folder(), projects=there)
    assert (tested.ran, tested.failures) == (18, ())
    assert (tested.projects.covered, tested.projects.total, tested.projects.percent) == (1, 2, 50)
    (finding,) = tested.projects.missing
    assert (finding.code, finding.message) == ("T103", "other: first is rag, which did badly there")
    assert str(finding.where).endswith("other.yaml:3:18")
    assert tested.failing(0.6)
    assert not tested.failing(None)


def test_a_documented_project_notices_faults_and_covers_edges(folder, documented):
    alone = folder(add="")
    bare = Path(alone, "ruleset.yaml").read_text("utf-8")
    Path(alone, "ruleset.yaml").write_text(bare[: bare.index("\ncases:")] + "\n", "utf-8")
    there = documented(desk=PROJECT)
    without, beside = (run_tests(alone, mutate=True, projects=p) for p in (None, there))
    assert beside.mutation.score > without.mutation.score
    assert beside.coverage[2].covered > without.coverage[2].covered


def test_what_is_wrong_with_projects_is_told_all_at_once(folder, documented):
    there = documented(
        one=PROJECT.replace("best: rag,", "best: ragg,").replace("facts: most", "facts: loads"),
        two=PROJECT.replace("best: rag, ", "").replace("clearly_wrong", "wrong"),
    )
    with pytest.raises(LlmAdaptError) as error:
        run_tests(folder(), projects=there)
    told = "\n".join(error.value.lines())
    assert "one.yaml:3:18: error: there is no strategy ragg\n  hint: did you mean rag?" in told
    assert "one.yaml:2:18: error: facts" in told
    assert "two.yaml:3:11: error: it is not said what was best" in told
    assert "unknown key wrong" in told
    with pytest.raises(LlmAdaptError, match="there is no project in"):
        run_tests(folder(), projects=documented())
