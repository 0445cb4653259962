"""A rule begun from the template loads, and nothing that was there is touched."""

import pytest

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.rules import load_rules
from llm_adapt.usecases.cases import run_tests
from llm_adapt.usecases.rulebook.new_rule import new_rule


def test_the_first_rule_begins_a_rule_set_that_extends_current(tmp_path):
    folder = tmp_path / "Our Policy"
    written = new_rule("our-rule", folder)
    assert [path.name for path in written] == ["ruleset.yaml", "our-rule.yaml"]
    rules = load_rules(str(folder), cases=True)
    assert rules.name == "our-policy"
    assert "current" in rules.extends
    assert "our-rule" in rules.rules
    assert len(rules.cases) == 2


def test_every_question_and_strategy_makes_a_rule_that_fires_on_its_example(tmp_path):
    shipped = load_rules("current")
    kinds = {question.kind: name for name, question in shipped.questions.items()}
    for index, name in enumerate(kinds.values()):
        new_rule(f"rule-{index}", tmp_path, question=name, strategy="rag")
    rules = load_rules(str(tmp_path))
    for index, name in enumerate(kinds.values()):
        rule = rules.rules[f"rule-{index}"]
        assert set(rule.examples.fires) == set(rule.examples.silent) == {name}
        assert rule.examples.fires != rule.examples.silent
        assert [argument.target for argument in rule.arguments] == ["rag"]


def test_the_examples_of_a_new_rule_hold(tmp_path):
    for index, name in enumerate(load_rules("current").questions):
        if index % 9 == 0:
            new_rule(f"rule-{index}", tmp_path, question=name)
    tested = run_tests(str(tmp_path))
    assert [finding.message for finding in tested.failures] == []
    mine = [name for name in load_rules(str(tmp_path)).rules if name.startswith("rule-")]
    assert len(mine) > 3


def test_a_taken_id_is_refused_and_the_file_stays(tmp_path):
    new_rule("our-rule", tmp_path)
    file = tmp_path / "rules" / "our-rule.yaml"
    file.write_text(file.read_text() + "# mine\n")
    before = file.read_text()
    with pytest.raises(UsageError, match="already"):
        new_rule("our-rule", tmp_path)
    assert file.read_text() == before


def test_a_file_of_that_name_is_never_overwritten(tmp_path):
    (tmp_path / "rules").mkdir()
    file = tmp_path / "rules" / "our-rule.yaml"
    file.symlink_to(tmp_path / "nowhere")
    with pytest.raises(LlmAdaptError):
        new_rule("our-rule", tmp_path)
    assert file.is_symlink()
    assert not (tmp_path / "ruleset.yaml").exists()


def test_an_id_of_the_shipped_rules_is_taken(tmp_path):
    taken = next(iter(load_rules("current").rules))
    with pytest.raises(UsageError, match="already"):
        new_rule(taken, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["Our-Rule", "our_rule", "", "../x", "our-rule-", "9", "a b"])
def test_what_is_no_id_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        new_rule(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_unknown_names_come_with_the_nearest(tmp_path):
    with pytest.raises(UsageError) as caught:
        new_rule("our-rule", tmp_path, question="labelled_examples")
    assert "labeled_examples" in caught.value.hint
    with pytest.raises(UsageError):
        new_rule("our-rule", tmp_path, strategy="rag+peft")
