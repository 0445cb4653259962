"""Each rule on rows of our own: what it must find, and what looks like it and is right."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_adapt.audit.checks.near_duplicate import Frequencies, NearDuplicate
from llm_adapt.audit.formats import Format
from llm_adapt.audit.row import Row, Side, Turn
from llm_adapt.audit.run import CHECKS, Plan, audit
from llm_adapt.files.data_rules import data_knowledge

RULES = {name: rule.words for name, rule in data_knowledge().rules.items()}


def asked(prompt, output, before=""):
    return {"instruction": prompt, "input": before, "output": output}


def talk(*said):
    roles = {"S": "system", "U": "user", "A": "assistant", "T": "tool"}
    return {"messages": [{"role": roles[s[0]], "content": s[2:]} for s in said]}


def pair(chosen, rejected, prompt="Which way?"):
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected}


FINE = asked("Say hello.", "Hello there, nice to meet you.")
# Rule to rows that it must find, and rows that it must let pass.
ROWS = {
    "empty-output": (
        [asked("a", ""), asked("a", " \n"), asked("a", None), talk("U:a", "A:")],
        [FINE, asked("Is it? yes or no", "No"), talk("U:a", "A:b", "U:c")],
    ),
    "empty-prompt": (
        [asked("", "b"), asked(None, "b"), asked(" \n", "b")],
        [FINE, asked("", "b", "c"), asked("", ""), talk("U:a", "A:b"), {"text": "", "label": "a"}],
    ),
    "placeholder-input": (
        [asked("a", "b", "<noinput>"), asked("a", "b", "No input"), asked("a", "b", "N/A."),
         asked("a", "b", "无输入"), asked("a", "b", "Some text.\n" * 9 + "<no input>")],
        [FINE, asked("a", "b", "There is none left of the milk, what now?"),
         asked("Is it a word?", "yes", "nonesuch")],
    ),
    "placeholder-output": (
        [asked("a", "<nooutput>"), asked("a", "TODO"), asked("a", "[N/A]")],
        [FINE, asked("Who?", "None"), asked("What to do?", "My todo list is empty today.")],
    ),
    "merged-examples": (
        [asked("a", "Fine.\n\n12. Instruction: Write a poem.\nOutput: ...")],
        [FINE, asked("How?", "1. Input: type the code. 2. Press the key."),
         asked("a", "The 3. instruction was lost.")],
    ),
    "unreachable-input": (
        [asked("Sum up", "b", "https://example.org/a/b?c=1"), asked("a", "b", "URL: www.example.org")],
        [FINE, asked("a", "b", "See https://example.org for what the bridge looked like in 1901.")],
    ),
    "missing-attachment": (
        [asked("a", "b", "https://example.org/x.png"), asked("a", "b", "<img src='a.gif'/>"),
         asked("a", "b", "![a cat](cat.jpg)"), asked("a", "b", "[image of a bridge]")],
        [FINE, asked("a", "b", "The file report.pdf was opened by nine of the ten people I asked."),
         asked("a", "b", "An image of a bridge")],
    ),
    "truncated-output": (
        [asked("a", "Do this:\n1. Wash it."), asked("a", "These are the steps:"),
         asked("a", "On the one hand,"), asked("a", "- Wash it well")],
        [FINE, asked("a", "1. Wash it.\n2. Dry it."), asked("a", "It costs 1.5 euro"),
         asked("a", "-5"), asked("a", "1.5 kilometres"), asked("a", "-x + 3")],
    ),
    "unfilled-template": (
        [asked("a", "I am {{name}}."), talk("U:Hi {{user_name}}", "A:Hi"), asked("a", "To ${city}!")],
        [FINE, asked("a", "{% for x in y %}{{x}}{% endfor %}"), asked("a", "the set {{1}, {2}}"),
         asked("a", "```\n{{name}}\n```")],
    ),
    "bracket-placeholder": (
        [asked("a", "Dear [Recipient Name], ..."), asked("a", "Yours, [Your name]")],
        [FINE, asked("a", "as shown by [Smith 2010] and [3]")],
    ),
    "html-entity": (
        [asked("a", "He said &quot;no&quot; to her."), asked("a&#39;s", "b"),
         asked("Write a page in HTML.", "&lt;p class=&quot;x&quot;&gt;Hello&lt;/p&gt;"),
         asked("Double it in JavaScript.", "const double = x =&gt; 2 * x;")],
        [FINE, asked("a", "<p>Tom &amp; Ann</p>"), asked("What is &amp; in HTML?", "an ampersand"),
         asked("How do I show <b>this</b> in HTML?", "Write &lt;b&gt;this&lt;/b&gt;."),
         asked("a", "salt & pepper; oil")],
    ),
    "mojibake": (
        [asked("a", "CafÃ© au lait"), asked("a", "donâ€™t"), asked("a", "bro\ufffdken")],
        [FINE, asked("a", "Café, São Paulo, Ångström, naïve \u2013 “quoted”"), asked("a", "ÃO É")],
    ),
    "missing-turn": (
        [talk("U:a", "U:b", "A:c"), talk("A:a", "U:b", "A:c"), talk("U:a", "A:", "U:b", "A:c"),
         talk("U:a", "A:b", "U:c")],
        [talk("U:a", "A:b"), talk("S:s", "U:a", "A:b", "U:c", "A:d"),
         talk("U:a", "A:call", "T:1", "T:2", "A:b")],
    ),
    "refusal": (
        [asked("a", "I'm sorry, but I cannot help with that."),
         asked("a", "I can\u2019t provide instructions for that."),
         asked("a", "As an AI language model, I am unable to draw."),
         asked("a", "Sorry, the task needs a picture, which cannot be generated by a language model."),
         asked("a", "I must respectfully decline."), asked("a", "<nooutput - cannot draw>"),
         asked("a", "It is not right. It is not ethical to try to read the letters of others.")],
        [FINE, asked("Rewrite it", "Sorry, I won't be able to make it to the meeting."),
         asked("a", "I can't believe it, it is great!"), asked("a", "We are sorry to hear about it."),
         asked("Write a poem", "The sky was so dark that I couldn't see my own hand."),
         asked("a", "As an AI, I don't have personal opinions, but many people like it."),
         asked("a", "However, I must inform you that he was of no party.")],
    ),
    "partial-refusal": (
        [asked("a", "I cannot give legal advice. However, I can explain how such contracts work.")],
        [FINE, asked("a", "I cannot give legal advice.")],
    ),
    "pii": (
        [asked("a", "Write to jane.roe@firm.co.uk"), asked("a", "card 4111 1111 1111 1111"),
         asked("a", "DE89 3704 0044 0532 0130 00"), asked("a", "SSN 536-22-1234"),
         asked("a", "ping 93.184.216.34"), asked("a", "call +49 30 901820-55"),
         asked("a", "AKIAABCDEFGHIJKLMNOP"), asked("a", "-----BEGIN RSA PRIVATE KEY-----")],
        [FINE, asked("a", "you@example.com"), asked("a", "card 4111 1111 1111 1112"),
         asked("a", "version 1.2.3.4"), asked("a", "on 2000-04-16 11:34:35"),
         asked("a", "100-50-30-15 = 5"), asked("a", "DE89 3704 0044 0532 0130 01")],
    ),
    "preference-equal": (
        [pair("Yes.", "yes"), pair("a", "a")],
        [pair("Yes.", "No."), pair("", "")],
    ),
    "preference-prompt-mismatch": (
        [{"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: c\n\nAssistant: d"}],
        [{"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: a \n\nAssistant: d"}],
    ),
    "contradiction": (
        [{"text": "Late again!", "label": "post"}, {"text": "late again", "label": "bank"},
         {"text": "It is late. Why?", "label": "post"}, {"text": "why is it late", "label": "bank"}],
        [{"text": "b", "label": "post"}, {"text": "B", "label": "post"}],
    ),
    "exact-duplicate": (
        [{"id": 9, **FINE}],
        [{"id": 1, **FINE}, asked("Say hello.", "Hello there.")],
    ),
    "near-duplicate": (
        [asked("Say hello to all of them now.", "Hello there, nice to meet you all today.")],
        [asked("Say hello to all of them now!", "Hello there, nice to meet you all today."),
         asked("Say goodbye.", "Farewell.")],
    ),
    "white-space": (
        [asked("a", " b")],
        [FINE, asked("a", "b c"), asked("a", "d")],
    ),
    "mixed-form": (
        [asked("a", "no JSON at all")],
        [asked(f"a {n}", json.dumps({"n": n})) for n in range(30)],
    ),
    "repeated-prompt": (
        [talk("U:What is up?", f"A:{n}") for n in range(14)],
        [talk(f"U:question {n}", f"A:{n}") for n in range(60)],
    ),
    "preference-length": (
        [pair("longer and longer", "short", f"q{n}") for n in range(9)],
        [pair("s", "longer")],
    ),
}  # fmt: skip
# What is a measure, and finds no rows.
MEASURES = {"boilerplate", "class-balance", "profile"}


def flagged(tmp_path, rule, rows):
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = [f for f in audit([path], rules=RULES).findings if f.rule == rule]
    return set(found[0].rows) if found else set()


@pytest.mark.parametrize("rule", ROWS)
def test_a_rule_finds_what_is_wrong_and_nothing_else(tmp_path, rule):
    wrong, right = ROWS[rule]
    found = flagged(tmp_path, rule, [*right, *wrong])
    # Of rows that are repeated or alike the first is right.
    firsts = {"repeated-prompt": 1}.get(rule, 0)
    assert found == set(range(len(right) + firsts, len(right) + len(wrong)))


def test_every_check_is_tried_here_and_told_in_the_catalogue():
    made = [NearDuplicate, *Plan({}, RULES, {}).checks()]
    tried = {rule for check in made for rule in check.rules}
    assert tried == set(ROWS) <= set(RULES)
    assert set(CHECKS) - tried == MEASURES
    folder = Path(__file__).parents[3] / "src" / "llm_adapt" / "audit" / "checks"
    modules = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--"}
    assert modules == {*CHECKS, "near-duplicate", "leaked-into-training", "tokens", "trainer"}


def test_leaks_are_told_for_both_files(tmp_path):
    train, held = tmp_path / "train.jsonl", tmp_path / "eval.jsonl"
    train.write_text(
        "".join(
            json.dumps(asked(q, "1")) + "\n"
            for q in (
                "Tom has three red apples and eats one of them. How many are left?",
                "Two and two?",
            )
        )
    )
    held.write_text(
        "".join(
            json.dumps(asked(q, "x")) + "\n"
            for q in (
                "How far is it?",
                "two AND two",
                "Tom has three red apples, eats one of them: how many are left now?",
            )
        )
    )
    found = audit([train], against=held, rules=RULES)
    rows = {f.file: f.rows for f in found.findings if f.rule == "leaked-into-training"}
    assert rows == {str(train): (0, 1), str(held): (1, 2)}
    facts = {fact.name: fact for fact in found.facts}
    assert facts["eval_leak_share"].value == pytest.approx(2 / 3)
    assert facts["eval_leak_share"].of == 3


def test_shared_lines_are_left_out_before_rows_are_compared(tmp_path):
    preamble = "You are a helpful tool user.\nTool one: search(query) finds pages on the web.\n"
    questions = [
        "Where is the Eiffel tower?",
        "Who wrote Faust?",
        "How high is Mont Blanc?",
        "When did Rome fall?",
        "What is a quark?",
        "Why is the sky blue?",
    ]
    rows = [asked(preamble + q, f"answer {n}") for n, q in enumerate(questions)]
    assert flagged(tmp_path, "near-duplicate", rows) == set()
    facts = {f.name: f.value for f in audit([tmp_path / "data.jsonl"], rules=RULES).facts}
    assert list(facts["shared_lines"].values()) == [6, 6]


def test_classes_are_counted_where_answers_are_labels(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("text,label\n" + "".join(f"t{n},{'ab'[n % 3 == 0]}\n" for n in range(90)))
    facts = {f.name: f.value for f in audit([path], rules=RULES).facts}
    assert (facts["label_values"], facts["smallest_class_rows"]) == (2, 30)
    assert facts["largest_class_share"] == pytest.approx(2 / 3)


def test_a_judged_answer_has_no_class_but_a_share_of_good_ones(tmp_path):
    path = tmp_path / "data.jsonl"
    rows = ({"prompt": f"q{n}", "completion": "yes", "label": n % 4 > 0} for n in range(40))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    facts = {f.name: f.value for f in audit([path], rules=RULES).facts}
    assert facts["judged_good_share"] == pytest.approx(0.75)
    assert "label_values" not in facts


def test_languages_in_latin_letters_are_told_by_their_words(tmp_path):
    said = ["That is what you have to do.", "Das ist nicht von dem Haus.", "C'est dans la cour, je vous dis.",
            "Pi: 3.14", "这是什么"]  # fmt: skip
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(asked("?", answer)) + "\n" for answer in said))
    facts = {fact.name: fact.value for fact in audit([path], rules=data_knowledge().words).facts}
    assert facts["scripts"] == {"Latin": 4, "Han": 1}
    assert facts["languages"] == {"English": 1, "German": 1, "French": 1, "not told": 1}


def test_rows_beyond_the_context_and_the_cutoff_are_told(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(asked("a", "word " * n)) + "\n" for n in (5, 50, 500)))
    weights = data_knowledge().tokens
    found = audit([path], rules=RULES, weights=weights, context=100, cutoff=20)
    assert [f.rows for f in found.findings if f.rule == "longer-than-context"] == [(2,)]
    facts = {f.name: f.value for f in found.facts}
    assert facts["cut_off_share"] == pytest.approx(2 / 3)
    assert facts["tokens_per_row_min"] < facts["tokens_per_row_p50"] < facts["tokens_per_row_max"]


PIECES = st.sampled_from(
    ["a", "A1", "1", "1.", "1-", "-", " ", "\n", "@", ".", "(", ")", "{{", "}}", "[", "]", "<", ">",
     "&", ";", "i ", "cannot ", "is not ", "https://", "!", "Ã", "€", "\u2019", "中", "\x00", "\ud800",
     "\u202e", "+", "0", "GB29", "::", "::1:", "as an ai ", "it is important to note that "]
)  # fmt: skip
HOSTILE = st.lists(PIECES, max_size=12).map("".join) | st.tuples(
    st.lists(PIECES, min_size=1, max_size=4).map("".join), st.integers(1000, 8000)
).map(lambda pair: pair[0] * pair[1])


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_makes_a_check_fall_over_or_run_away(prompt, output, before):
    turns = (Turn("user", prompt), Turn("assistant", output))
    side = Side(prompt, output, turns)
    rows = [
        Row(0, f"{prompt}\n{before}", output, input=before, fields={"a": prompt}),
        Row(1, prompt, output, turns=turns, pair=(side, Side(before, output))),
        Row(2, prompt, None, answered=False, label=output),
    ]
    plan = Plan({"": Format("alpaca", {})}, RULES, data_knowledge().tokens)
    for check in [*plan.checks(), NearDuplicate(frozenset({before}), Frequencies())]:
        state = check.start()
        for row in rows:
            check.row(state, row)
