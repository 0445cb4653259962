"""What shipped rules claim was compared with their sources, and the tools say where it was not."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.data_rules import data_knowledge
from llm_adapt.files.rules import load_rules

FIRM = ("A", "B")
OTHER = str(Path(__file__).parents[1] / "unit" / "verify" / "sound")
# Retellings and mirrors: whoever says it first has an address of their own.
SECOND_HAND = (
    "dev.to",
    "medium.com",
    "haxitag.ai",
    "mment.co",
    "cryptoproductivity.org",
    "docs.rs",
)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_rule_node_or_advice_of_grade_a_or_b_rests_on_an_unchecked_source(profile):
    rules = load_rules(profile)
    nodes = [node for walk in rules.walks for node in walk.nodes.values()]
    for citing in (*rules.rules.values(), *rules.items.values(), *nodes):
        firm = [rules.sources[s] for s in citing.sources if rules.sources[s].grade in FIRM]
        assert all(s.checked and s.says for s in firm if s.seen != "own"), citing.id


@pytest.mark.parametrize("profile", PROFILES)
def test_what_was_checked_was_seen_and_every_address_is_that_of_the_source(profile):
    for source in load_rules(profile).sources.values():
        assert bool(source.checked) == bool(source.says), source.id
        assert not (source.checked and source.seen == "not_seen"), source.id
        host = urlsplit(source.url or "").hostname or ""
        assert not host.endswith(SECOND_HAND), source.id


@pytest.mark.parametrize("profile", PROFILES)
def test_rules_of_data_cite_sources_that_every_shipped_rule_set_has(profile):
    known = load_rules(profile).sources
    cited = {name for rule in data_knowledge().rules.values() for name in rule.sources}
    assert cited <= {*known}


def test_all_of_current_was_compared_and_verify_names_what_of_other_rules_was_not(cli):
    told = " ".join(cli("explain", "lima").out.split())
    assert "compared with what it says 2026-" in told
    assert load_rules("current").sources["lima"].says in told
    for rules, expected in (("current", []), (OTHER, ["study"])):
        verified = cli("rules", "verify", rules, "-f", "json")
        (ruleset,) = json.loads(verified.out)["rulesets"]
        assert ruleset["unchecked_sources"] == expected
    assert "not yet" in cli("explain", "study", "--rules", OTHER).out
