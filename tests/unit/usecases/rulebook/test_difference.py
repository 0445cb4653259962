"""Two rule sets held against each other: proofs are held against every situation there is."""

import copy
from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest

from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.report.differences import diff_document
from llm_adapt.report.json_v1 import v1
from llm_adapt.report.text import document_text
from llm_adapt.rules.difference import Sameness
from llm_adapt.rules.value import NOT_APPLICABLE
from llm_adapt.usecases.rulebook.difference import difference


def every_situation(rules):
    """All answers that can be told apart, unanswered and not applicable among them."""
    options = []
    for question in rules.questions.values():
        if question.kind == "several":
            items = list(question.values)
            found = [c for size in range(len(items) + 1) for c in combinations(items, size)]
        elif question.numeric:
            found = [v for v in (0, 1, 5, 10, 15, 20, 40) if v or not question.positive]
        else:
            found = list(question.values) or ["yes", "no"]
        options.append([None, *found, NOT_APPLICABLE])
    for chosen in product(*options):
        yield {n: v for n, v in zip(rules.questions, chosen, strict=True) if v is not None}


def random_condition(random, depth=0):
    if depth < 2 and random.random() < 0.5:
        parts = [random_condition(random, depth + 1) for _ in range(2)]
        return random.choice([{"all": parts}, {"any": parts}, {"not": parts[0]}])
    return random.choice(
        [
            {"answer": "c", "is": random.choice("xyz")},
            {"answer": "c", "in": ["x", "y"]},
            {"answer": "s", "has": random.choice("pq")},
            {"answer": "b", "is": "yes"},
            {"answer": "n", random.choice(["at_least", "below"]): random.choice([10, 20])},
        ]
    )


def random_change(data, random):
    """The rule set with one thing changed; often it makes no difference."""
    changed = copy.deepcopy(data)
    nodes, rules = changed["walks"]["w"]["nodes"], changed["rules"]
    match random.randrange(6):
        case 0:
            nodes["enough"]["when"] = random_condition(random)
        case 1:
            part = nodes["enough"]["when"]
            nodes["enough"]["when"] = {"not": {"all": [{"not": part}, {"not": part}]}}
        case 2:
            nodes["needed"]["when"]["at_least"] = random.choice([1, 2, 3, 4, 5])
        case 3:
            rules["chosen"]["when"] = random_condition(random)
        case 4:
            rules["listed"]["argues"][0]["strength"] = random.choice(
                ["weak", "moderate", "decisive"]
            )
        case _:
            rules["chosen"]["rules_out"] = ["peft"]
    return changed


@pytest.mark.parametrize("seed", range(30))
def test_a_proof_agrees_with_trying_every_situation(seed, small, build, parts):
    random = Random(seed)
    nodes = small["walks"]["w"]["nodes"]
    nodes["enough"]["when"] = random_condition(random)
    nodes["needed"]["no"] = "third"
    nodes["third"] = parts["node"](random_condition(random), "train", "leave", "leave")
    del small["questions"]["m"], small["derived"]
    old, new = build(small), build(random_change(small, random))
    mine, theirs = Program(old), Program(new)
    sizes = {
        len(values) for values in every_situation(old) if mine.first(values) != theirs.first(values)
    }
    found = difference(old, new, samples=20)
    assert found.verdict is (Sameness.DIFFERENT if sizes else Sameness.EQUIVALENT)
    if found.example is not None:
        assert len(found.example.answers) == min(sizes)
        values = {n: old.questions[n].read(v) for n, v in found.example.answers.items()}
        assert mine.first(values) == found.example.before
        assert theirs.first(values) == found.example.after != found.example.before


def test_a_difference_that_hangs_on_a_ratio_is_shown_with_numbers(small, build):
    low, high = copy.deepcopy(small), copy.deepcopy(small)
    for data, bound in ((low, 2), (high, 3)):
        data["derived"]["d"] |= {"low": bound, "high": bound}
        data["walks"]["w"]["nodes"]["enough"]["when"] = {
            "answer": "n", "at_least": {"derived": "d", "bound": "low"}
        }  # fmt: skip
    found = difference(build(low), build(high), samples=1).example
    assert 2 <= found.answers["n"] / found.answers["m"] < 3
    assert found.smallest


def test_a_search_that_ends_first_is_no_proof():
    old = load_rules("current")
    found = []
    for dropped in list(old.rules)[:12]:
        rest = {name: rule for name, rule in old.rules.items() if name != dropped}
        found.append(difference(old, replace(old, rules=rest), samples=1, steps=1))
    ended = [each for each in found if each.verdict is Sameness.NOT_FOUND]
    assert ended
    assert all(each.example is None for each in ended)


def test_a_question_of_another_kind_is_left_out_and_told(small, build):
    changed = copy.deepcopy(small)
    changed["questions"]["n"] = changed["questions"]["b"]
    changed["walks"]["w"]["nodes"]["enough"]["when"] = {"answer": "n", "is": "yes"}
    found = difference(build(small), build(changed), samples=50)
    assert found.verdict is Sameness.EQUIVALENT
    assert [note for note in found.notes if note.startswith("n takes")]


def test_another_wording_is_proved_to_mean_the_same(small, build):
    changed = copy.deepcopy(small)
    when = changed["walks"]["w"]["nodes"]["enough"]["when"]
    changed["walks"]["w"]["nodes"]["enough"]["when"] = {"not": {"not": {"all": [when, when]}}}
    changed["rules"]["listed"]["title"] = "Another title"
    found = difference(build(small), build(changed), samples=50)
    assert found.verdict is Sameness.EQUIVALENT
    assert found.moves == ()
    assert found.example is None
    assert list(found.rewritten) == ["rules", "nodes"]


def test_a_moved_threshold_comes_with_the_smallest_example_and_its_node(small, build):
    changed = copy.deepcopy(small)
    changed["walks"]["w"]["nodes"]["enough"]["when"] = {"answer": "n", "at_least": 20}
    found = difference(build(small), build(changed), samples=400)
    assert found.verdict is Sameness.DIFFERENT
    assert {(move.before, move.after) for move in found.moves} == {("peft", "icl")}
    assert found.example.smallest
    assert set(found.example.answers) == {"n", "s"}
    assert 10 <= found.example.answers["n"] < 20
    assert [(cause.kind, cause.id) for cause in found.example.causes] == [("node", "enough")]


def test_the_rule_that_changes_a_tally_is_named(small, build):
    changed = copy.deepcopy(small)
    changed["rules"]["chosen"]["argues"][0]["strength"] = "strong"
    found = difference(build(small), build(changed), samples=100)
    assert found.example.answers == {"c": "x"}
    assert ("rule", "chosen") in [(cause.kind, cause.id) for cause in found.example.causes]


def test_the_rule_that_rules_out_is_named(small, build):
    changed = copy.deepcopy(small)
    changed["rules"]["chosen"]["rules_out"] = ["peft"]
    found = difference(build(small), build(changed), samples=400)
    assert {(move.before, move.after) for move in found.moves} == {("peft", "icl")}
    assert ("rule", "chosen") in [(cause.kind, cause.id) for cause in found.example.causes]


def test_another_join_is_named(small, build):
    changed = copy.deepcopy(small)
    changed["join"]["b"]["strategy"] = "icl"
    found = difference(build(small), build(changed), samples=100)
    assert [cause.kind for cause in found.example.causes] == ["join"]


def test_the_same_comparison_gives_the_same_bytes(small, build):
    changed = copy.deepcopy(small)
    changed["walks"]["w"]["nodes"]["enough"]["when"] = {"answer": "n", "at_least": 20}
    old, new = build(small), build(changed)
    assert difference(old, new, samples=200) == difference(old, new, samples=200)


def test_projects_tell_what_changes_for_them(tmp_path, small, build):
    changed = copy.deepcopy(small)
    changed["walks"]["w"]["nodes"]["enough"]["when"] = {"answer": "n", "at_least": 20}
    (tmp_path / "moves.yaml").write_text("n: 15\ns: [p]\n")
    (tmp_path / "stays.yaml").write_text("answers:\n  n: 30\n  s: [p]\n")
    files = [tmp_path / "moves.yaml", tmp_path / "stays.yaml"]
    moves, stays = difference(build(small), build(changed), files, samples=20).projects
    assert (moves.before, moves.after, moves.changed) == ("peft", "icl", True)
    assert [cause.id for cause in moves.causes] == ["enough"]
    assert (stays.before, stays.after, stays.changed) == ("peft", "peft", False)


def test_answers_that_only_one_takes_are_left_out_and_told(tmp_path, small, build):
    changed = copy.deepcopy(small)
    changed["questions"]["c"]["values"] = {"x": "X", "y": "Y"}
    changed["questions"]["extra"] = dict(changed["questions"]["b"], order=9)
    found = difference(build(small), build(changed), samples=20)
    assert any("extra" in note for note in found.notes)
    assert any(note.startswith("c took") for note in found.notes)


def test_the_report_and_the_data_say_the_same(small, build):
    changed = copy.deepcopy(small)
    changed["walks"]["w"]["nodes"]["enough"]["when"] = {"answer": "n", "at_least": 20}
    found = difference(build(small), build(changed), samples=400)
    data, text = v1("rules-diff", found), document_text(diff_document(found), width=80)
    assert data["verdict"] == "different"
    assert data["first_place_changes"] == sum(move["count"] for move in data["moves"])
    assert "The smallest example" in text
    assert all(name in text for name in data["example"]["answers"])


@pytest.mark.parametrize("name", ["article", "current"])
def test_a_shipped_rule_set_is_proved_equivalent_to_itself(name):
    rules = load_rules(name)
    assert difference(rules, rules, samples=50).verdict is Sameness.EQUIVALENT


def test_the_profiles_differ_by_something_that_is_named():
    found = difference(load_rules("article"), load_rules("current"), samples=400)
    assert found.verdict is Sameness.DIFFERENT
    assert found.example.smallest
    assert found.example.causes
