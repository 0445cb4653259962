"""Each fault put into a sound rule set gives its own finding, and only that."""

from datetime import date

import pytest

from llm_adapt.rules.finding import Severity
from llm_adapt.usecases.verify import Options, verify_rules

RULE = """\
  {id}:
    title: Another rule
    when: {when}
    {effect}
    because: Somebody said so, and it may be true.
    sources: [study]
    examples: {{fires: {fires}, silent: {silent}}}
walks:
"""


def rule(when, effect, fires, silent, name="another"):
    """One more rule, before the walks."""
    text = RULE.format(id=name, when=when, effect=effect, fires=fires, silent=silent)
    return "walks:\n", text


NODE = """\
      fits:
        text: Does it fit?
        when: {answer: memory, at_least: {derived: tuning_memory, bound: low}}
        yes: tune
"""
ASKED = """\
        no: train
        unknown: {to: train, because: An obstacle needs proof.}
        sources: [study]
"""
AGAIN = """\
      again:
        text: Is it really?
        when: {answer: allowed, is: no}
        yes: leave
        no: train
        unknown: {to: train, because: It was asked.}
        sources: [study]
"""
EVERYWHERE = (
    "never_drops: peft, because: More labels",
    "never_drops: peft, places: all, because: More labels",
)
FAULTS = {
    "nothing": ([], []),
    "a retreat that is ruled out as well": (
        [
            ("when: {answer: allowed, is: no}\n    rules_out: [peft, rag+peft]", "when: {answer: allowed, is: yes}\n    rules_out: [peft, rag+peft, rag, icl]"),
            ("{fires: {allowed: no}, silent: {allowed: yes}}", "{fires: {allowed: yes}, silent: {allowed: no}}"),
        ],
        ["V101", "V101", "V101", "V101", "V102", "V103", "V103", "V103", "V103", "V111"],
    ),
    "a veto that hits the walk": (
        [rule("{answer: gap, has: skill}", "rules_out: [peft]", "{gap: [skill]}", "{gap: []}")],
        ["V103"],
    ),
    "an unknown edge that leads where no answer can": (
        [("{to: leave, because: That it fits needs proof.}", "{to: tune, because: Memory can be rented.}")],
        ["V104"],
    ),
    "a swapped edge": (
        [("when: many_labels\n        yes: fits\n        no: leave", "when: many_labels\n        yes: leave\n        no: fits")],
        ["V106"],
    ),
    "nothing, in every place": ([EVERYWHERE], []),
    "labels that put training back, though not from first place": (
        [EVERYWHERE, rule("{answer: labels, at_least: 5000}", "argues: [{against: peft, strength: strong, topic: glut}]", "{labels: 9000}", "{labels: 5}")],
        ["V106"],
    ),
    "a node that nothing leads to": (
        [(NODE, NODE.replace("fits:", "lost:") + "        no: leave\n        unknown: {to: leave, because: It is lost.}\n        sources: [study]\n" + NODE)],
        ["V107"],
    ),
    "an edge settled before": (
        [(ASKED, ASKED.replace("train", "again") + AGAIN)],
        ["V108"],
    ),
    "a result that nothing leads to": (
        [
            ("results: {nothing: nothing is looked up,", "results: {whole: all goes into the prompt, nothing: nothing is looked up,"),
            ("join:\n", "join:\n  a: {results: {knowledge: whole, weights: leave}, strategy: icl}\n  b: {results: {knowledge: whole, weights: tune}, strategy: peft}\n"),
        ],
        ["V109"],
    ),
    "a strategy that nothing leads to": (
        [("strategy: rag+peft}", "strategy: peft}")],
        ["V110"],
    ),
    "nothing recommended and nothing to do": (
        [("knowledge: nothing, weights: leave}, strategy: icl}", "knowledge: nothing, weights: leave}, strategy: none}")],
        ["V110", "V111", "V208"],
    ),
    "a condition that contradicts itself": (
        [rule("{answer: labels, at_least: 200, below: 100}", "argues: [{for: manner, strength: weak, topic: odd}]", "{labels: 500}", "{labels: 5}")],
        ["V201", "V405"],
    ),
    "a condition that says nothing": (
        [rule("{not: {answer: memory, below: 0}}", "argues: [{for: manner, strength: weak, topic: odd}]", "{memory: 5}", "{}")],
        ["V202", "V406"],
    ),
    "an argument in the shade of two others": (
        [
            rule("{all: [{answer: gap, has: tone}, {answer: gap, has: skill}, {answer: memory, at_least: 80}]}", "argues: [{for: manner, strength: weak, topic: form}, {for: manner, strength: weak, topic: skill}, {for: outside, strength: weak, topic: own}]", "{gap: [tone, skill], memory: 80}", "{gap: [], memory: 80}"),
            rule("{all: [{answer: gap, has: tone}, {answer: gap, has: skill}]}", "argues: [{for: manner, strength: strong, topic: form}]", "{gap: [tone, skill]}", "{gap: []}", "both-lacking"),
        ],
        ["V203"],
    ),
    "a duplicated rule": (
        [rule("{answer: gap, has: skill}", "argues: [{for: manner, strength: strong, topic: skill}]", "{gap: [skill]}", "{gap: []}")],
        ["V204"],
    ),
    "a rule against what another is for": (
        [rule("{answer: gap, has: skill}", "argues: [{against: manner, strength: weak, topic: skill}]", "{gap: [skill]}", "{gap: []}")],
        ["V205"],
    ),
    "a predicate that never holds": (
        [("rules:\n", "  never:\n    text: It never is.\n    when: {answer: labels, above: 10, below: 5}\nrules:\n"), ("when: {not: many_labels}", "when: {any: [{not: many_labels}, never]}")],
        ["V206"],
    ),
    "two predicates of one meaning": (
        [("rules:\n", "  plenty:\n    text: There is plenty.\n    when: {answer: labels, at_least: 100}\nrules:\n"), ("when: {not: many_labels}", "when: {not: plenty}")],
        ["V207"],
    ),
    "an item that goes with nothing": (
        [("when: {not: many_labels}", "when: {all: [{answer: labels, below: 50}, many_labels]}")],
        ["V208"],
    ),
    "a preparation for what is never recommended": (
        [("    parts: [icl]\n", "    parts: [peft]\n")],
        ["V208"],
    ),
    "a predicate nobody uses": (
        [("rules:\n", "  spare:\n    text: It is spare.\n    when: {answer: labels, at_least: 7}\nrules:\n")],
        ["V301"],
    ),
    "a question nobody looks at": (
        [("constants:\n", "  colour: {order: 7, ask: Which colour?, help: Look at it., type: yes_no, origin: [B]}\nconstants:\n")],
        ["V302"],
    ),
    "a constant nobody uses": (
        [("derived:\n", "  spare: {value: 7, unit: things, because: So it is., sources: [study]}\nderived:\n")],
        ["V303"],
    ),
    "a derived number nobody uses": (
        [("needs:\n", "  spare: {title: spare, unit: GB, of: size, low: 2, high: 3, sources: [study]}\nneeds:\n")],
        ["V304"],
    ),
    "a source nobody cites": (
        [("questions:\n", '  spare: {title: A spare, date: "2026", seen: own, grade: C}\nquestions:\n')],
        ["V305"],
    ),
    "a tool nobody names": ([("    tools: [kit]\n", "")], ["V306"]),
    "a need nobody argues about": (
        [("strategies:\n", "  spare: {title: Spare, text: Nobody has it.}\nstrategies:\n")],
        ["V307"],
    ),
    "a veto on hearsay": (
        [("because: What may not be trained is not trained.\n    sources: [study]", "because: What may not be trained is not trained.\n    sources: [story]")],
        ["V402"],
    ),
    "an example that does not fire": ([("fires: {labels: 5}", "fires: {labels: 500}")], ["V405"]),
    "an example that is not silent": ([("silent: {labels: 500}", "silent: {labels: 50}")], ["V406"]),
    "an example that settles nothing": ([("silent: {labels: 500}", "silent: {facts: most}")], ["V412"]),
    "a reason nobody reads to its end": (
        [("because: Some facts are looked up.", f"because: {'Some facts are looked up. ' * 12}")],
        ["V407"],
    ),
    "an id in snake case": ([("  labels-few:\n", "  labels_few:\n")], ["V408"]),
    "a broken link": ([("https://example.org/a", "https://example.org/a).")], ["V409"]),
    "a step without an end": ([("variants:\n", "plan:\n  begin: {title: Begin, text: Begin with ten., order: 5, sources: [study]}\nvariants:\n")], ["V414"]),
    "a text that names nothing": ([("it takes {enough}", "it takes {enuff}")], ["V410"]),
    "a text about something else": (
        [("because: A tone is taught by examples.", "because: A tone is taught by {labels}.")],
        ["V411"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_gives_its_own_finding_and_no_other(found, fault):
    changes, codes = FAULTS[fault]
    assert [finding.code for finding in sorted(found(*changes), key=lambda f: f.code)] == codes


def test_a_finding_has_a_place_a_reason_a_way_out_and_a_situation(found):
    (finding,) = found(*FAULTS["a swapped edge"][0])
    assert finding.where is not None
    assert finding.where.file.endswith("ruleset.yaml")
    assert finding.message == (
        "labels up never drops peft: labels from 0 to 100 turns peft into icl"
    )
    assert finding.hint == "mend the rules, or withdraw the fact"
    assert finding.answers == {"gap": ["skill"], "labels": 100} or "labels" in finding.answers


def test_a_source_past_its_shelf_life_is_told_only_when_a_day_is_given(found):
    assert not found()
    old = found(as_of=date(2030, 1, 1), shelf_life_days=365)
    assert [finding.code for finding in old] == ["V403", "V403"]
    assert not found(as_of=date(2026, 6, 1), shelf_life_days=365)


def test_a_source_without_a_date_is_told_when_a_day_is_given(found):
    changes = [('date: "2026-01"', "date: undated")]
    assert [f.code for f in found(*changes, as_of=date(2026, 6, 1))] == ["V404"]
    assert not found(*changes)


def test_a_cap_on_questions_is_held(found):
    assert [f.code for f in found(cap=1)] == ["V501"]
    assert not found(cap=6)


def test_where_the_search_ends_first_that_is_said_and_nothing_else_is_claimed():
    found = verify_rules("current", Options(steps=1, tries=0)).findings
    assert {finding.code for finding in found if finding.severity is not Severity.NOTE} == set()
    ended = [finding.message for finding in found if finding.code == "V901"]
    assert any(m.endswith(" never drops peft: not decided within the step budget") for m in ended)
