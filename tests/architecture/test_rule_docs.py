"""What is generated from the rules is current, and nothing the guide says is carried by nothing."""

import json
import re
from pathlib import Path

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.cases import run_tests
from llm_adapt.usecases.rulebook.pages import index
from llm_adapt.usecases.rulebook.rule_list import article_rows
from llm_adapt.usecases.schema import schema_text

ROOT = Path(__file__).parents[2]
ROWS = [*(f"A{number:02}" for number in range(1, 86)), *(f"S{number}" for number in range(1, 9))]
EXAMPLE = ROOT / "examples" / "organisation-policy"


@pytest.mark.parametrize("profile", ["article", "current"])
def test_every_row_of_the_guide_is_carried_by_something(profile):
    rows = article_rows(load_rules(profile))
    assert [row.id for row in rows] == ROWS
    assert [row.id for row in rows if not row.carried_by] == []
    assert all(row.text for row in rows)


@pytest.mark.parametrize("profile", ["article", "current"])
def test_no_carrier_names_a_row_that_is_none(profile):
    rules = load_rules(profile)
    nodes = [node for walk in rules.walks for node in walk.nodes.values()]
    carriers = [*rules.rules.values(), *nodes, *rules.items.values()]
    assert {row for carrier in carriers for row in carrier.carries} <= set(ROWS)


def test_the_index_of_the_rules_is_current():
    """Write it again with: llm-adapt rules docs --index -o rules/README.md."""
    wanted = index(program_for("current"), "current")
    assert (ROOT / "rules" / "README.md").read_text("utf-8") == wanted


def test_links_of_the_index_lead_to_files():
    text = (ROOT / "rules" / "README.md").read_text("utf-8")
    links = set(re.findall(r"(?<!\\)\]\(([^)\s]+)\)", text))
    assert links
    assert [link for link in links if not (ROOT / "rules" / link).is_file()] == []


@pytest.mark.parametrize(("subject", "file"), [("rules", "ruleset"), ("answers", "answers")])
def test_the_schemas_for_editors_are_current(subject, file):
    """Write one again with: llm-adapt schema rules -o rules/schema/ruleset.schema.json."""
    kept = (ROOT / "rules" / "schema" / f"{file}.schema.json").read_text("utf-8")
    assert json.loads(kept) == json.loads(schema_text(subject, "current"))


def test_every_rule_file_names_the_schema_that_is_there():
    line = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)
    folders = [ROOT / "rules" / "article", ROOT / "rules" / "current", EXAMPLE]
    files = [file for folder in folders for file in folder.rglob("*.yaml")]
    assert files
    for file in files:
        named = line.search(file.read_text("utf-8"))
        assert named is not None, file
        assert (file.parent / named[1]).is_file(), (file, named[1])


def test_the_cases_of_the_policy_example_hold():
    tested = run_tests(str(EXAMPLE))
    assert [finding.message for finding in tested.failures] == []
    assert tested.ran >= 2 * 3


def test_the_policy_example_adds_to_the_shipped_rules_and_takes_nothing():
    shipped, policy = load_rules("current"), load_rules(str(EXAMPLE))
    assert set(shipped.rules) < set(policy.rules)
    assert policy.questions == shipped.questions
