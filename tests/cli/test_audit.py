"""`llm-adapt audit` as people and CI use it: one screen, every row in JSON, and the ways on."""

import gzip
import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llm_adapt.audit.checks.trainer import KINDS
from llm_adapt.audit.formats import FORMATS
from llm_adapt.files.data_rules import data_knowledge
from llm_adapt.files.rules import load_rules

TOPICS = ("invoices", "parcels", "refunds", "passwords", "holidays", "heating", "parking", "wages")
VERBS = ("explain", "cancel", "check", "renew", "print", "forward", "archive", "compare")
FIELDS = ("rule", "file", "count", "share", "severity", "title", "why", "mend", "example", "rows")


def good(count):
    """Rows without a fault; no two say the same."""
    for number in range(count):
        topic, verb = TOPICS[number % 8], VERBS[number // 8 % 8]
        yield {
            "instruction": f"How do I {verb} {topic} for case {number * 37}?",
            "input": "",
            "output": f"Open the page about {topic}, choose {verb}, and enter {number * 37} there.",
        }


def lines(rows):
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.fixture
def train(tmp_path, monkeypatch):
    """64 good rows, then an empty answer, and a row that stands there already."""
    monkeypatch.chdir(tmp_path)
    rows = list(good(64))
    rows += [{"instruction": "What is open on Sunday?", "input": "", "output": " "}, rows[5]]
    path = Path("train.jsonl")
    path.write_text(lines(rows), "utf-8")
    return path


@pytest.fixture
def told(cli):
    def call(*arguments):
        done = cli("audit", *arguments, "-f", "json")
        assert done.code in {0, 1}, done.err
        return json.loads(done.out)

    return call


def by_rule(document):
    return {found["rule"]: found for found in document["findings"]}


def test_one_screen_says_what_is_wrong_worst_first(cli, train, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = cli("audit", train)
    assert done.code == 1
    shown = done.out.splitlines()
    assert len(shown) <= 40
    assert max(map(len, shown)) <= 80
    assert shown[0] == "64 of 66 rows can be used unchanged."
    text = " ".join(done.out.split())
    assert text.index("(empty-output)") < text.index("(exact-duplicate)")
    for said in ("train.jsonl: 66 rows, alpaca", "1 row (1.5 %): 64", "labeled_examples: 64"):
        assert said in text


def test_json_has_every_row_and_all_that_is_told(told, cli, train):
    Path("eval.jsonl").write_text(lines([*list(good(70))[64:], next(good(1))]), "utf-8")
    held = told(train, "--against", "eval.jsonl")
    assert held["facts"]["eval_leak_share"]["value"] == pytest.approx(1 / 7)
    assert held["answers"]["eval_examples"]["value"] == 6
    described = Draft202012Validator(json.loads(cli("schema", "audit").out))
    assert [error.message for error in described.iter_errors(held)] == []
    document = told(train)
    assert document["schema"] == "llm-adapt/audit/v1"
    assert document["rows"] == 66
    assert document["files"][0]["format"] == "alpaca"
    found = by_rule(document)
    assert found["empty-output"]["rows"] == [64]
    assert found["exact-duplicate"]["rows"] == [65]
    whole = " ".join(cli("audit", train, "-v").out.split())
    for finding in document["findings"]:
        assert set(FIELDS) <= finding.keys()
        assert finding["count"] == len(finding["rows"])
        assert finding["title"] in whole
        assert finding["mend"] in whole
    for name, fact in document["facts"].items():
        assert {"value", "of", "sampled"} == fact.keys()
        assert name in whole or name.replace("_", " ").capitalize() in whole
    assert document["answers"]["labeled_examples"]["value"] == 64
    assert document["plan"][0]["called_for_by"] == ["empty-output"]


def test_every_row_is_read_whatever_stands_between(cli, told, train):
    rows = train.read_text("utf-8").splitlines()
    rows[3:3] = ["", '{"instruction": "cut o', "[1, 2"]
    train.write_text("\n".join(rows), "utf-8")
    document = told(train)
    assert [bad["line"] for bad in document["bad_lines"]] == [5, 6]
    assert all(bad["problem"] for bad in document["bad_lines"])
    # What is no row keeps its number, as whoever counts lines expects.
    assert by_rule(document)["empty-output"]["rows"] == [66]
    assert cli("audit", train, "--allow", "empty-output=5%").code == 1
    both = ("--allow", "empty-output=5%", "--allow", "unreadable-line=5%")
    assert cli("audit", train, *both).code == 0


HOSTILE = (
    "\x1b[31mred\x07 \u202egnp.exe\u2066 <script>alert(1)</script> ::error::boo ##[warning] | @all"
)


def test_text_of_the_data_steers_nothing(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    row = {"instruction": HOSTILE, "output": "", HOSTILE: HOSTILE}
    Path("bad.jsonl").write_text(lines([*good(20), row, {**row, "output": HOSTILE}]) + HOSTILE)
    for form in ("text", "json", "html", "markdown", "sarif", "github", "gitlab", "junit"):
        out = cli("audit", "bad.jsonl", "-f", form).out
        assert "gnp.exe" in out or form == "text"
        assert not set(out) & set("\x1b\x07\u202e\u2066"), form
        if form in {"html", "markdown"}:
            assert "<script>alert" not in out
        commands = re.findall(r"^::\w+", out, re.MULTILINE)
        assert bool(commands) == (form == "github")
    assert all("error::boo" not in line[:20] for line in cli("audit", "bad.jsonl").out.splitlines())


WRONG = {
    "no such file": (["missing.jsonl"], 3, "missing.jsonl"),
    "a folder": (["."], 3, "file"),
    "nothing in it": (["empty.jsonl"], 3, "no row"),
    "columns nobody knows": (["odd.jsonl"], 3, "--column"),
    "over its data": (["train.jsonl", "-o", "./train.jsonl", "--force"], 2, "file that is read"),
    "a baseline over it": (
        ["train.jsonl", "--write-baseline", "train.jsonl", "--force"],
        2,
        "file that is read",
    ),
    "not a form": (["train.jsonl", "-f", "sarf"], 2, "did you mean sarif"),
    "not a format of data": (["train.jsonl", "--data-format", "alpca"], 2, "alpaca"),
    "no share": (["train.jsonl", "--expect", "refusal_share=5"], 2, "5%"),
    "no =": (["train.jsonl", "--expect", "refusal_share"], 2, "="),
    "not measured": (["train.jsonl", "--expect", "refusl_share=5%"], 2, "refusal_share"),
    "no rule": (["train.jsonl", "--allow", "empty-outpt=0.1"], 2, "empty-output"),
    "twice": (["train.jsonl", "--column", "a=b", "--column", "a=c"], 2, "twice"),
    "no baseline": (["train.jsonl", "--baseline", "none.json"], 3, "--write-baseline"),
    "drop without a copy": (["train.jsonl", "--drop", "empty-output"], 2, "--write"),
    "drop no rule": (["train.jsonl", "--write", "c.jsonl", "--drop", "empty"], 2, "empty-output"),
    "copy over itself": (
        ["train.jsonl", "--write", "train.jsonl", "--drop", "empty-output", "--force"],
        2,
        "file that is read",
    ),
    "copy of another kind": (
        ["train.jsonl", "--write", "c.csv", "--drop", "empty-output"],
        3,
        "the ending .jsonl",
    ),
    "held against itself": (["train.jsonl", "--against", "./train.jsonl"], 2, "file that is read"),
    "no such part": (["train.jsonl", "--column", "outptu=output"], 2, "instruction, input"),
    "no such column": (["train.jsonl", "--column", "output=reply"], 2, "output=output"),
    "no executor": (["train.jsonl", "--executor", "os:getcwd"], 2, "Executor"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_told_with_the_way_out(name, cli, train):
    Path("empty.jsonl").write_text("\n")
    Path("odd.jsonl").write_text('{"a": 1, "b": 2}\n')
    arguments, code, said = WRONG[name]
    done = cli("audit", *arguments)
    assert done.code == code, done.err
    assert said in done.err
    assert "error: " in done.err or "Error" in done.err
    assert "Traceback" not in done.err
    assert len(train.read_text("utf-8").splitlines()) == 66


def test_what_was_accepted_fails_nothing_until_there_is_more_of_it(cli, train):
    assert cli("audit", train, "--write-baseline", "audit.baseline").code == 0
    done = cli("audit", train, "--baseline", "audit.baseline")
    assert done.code == 0
    assert "accepted" in done.out
    with train.open("a") as stream:
        stream.write(lines([{"instruction": "And on Monday?", "input": "", "output": ""}]))
    assert cli("audit", train, "--baseline", "audit.baseline").code == 1


def test_the_ways_to_weigh_a_finding(cli, train):
    assert cli("audit", train, "--fail-on", "never").code == 0
    assert cli("audit", train, "--allow", "empty-output=2%").code == 0
    assert cli("audit", train, "--allow", "empty-output=1%").code == 1
    Path("llm-adapt.toml").write_text('severity = {"empty-output" = "note"}\n')
    assert cli("audit", train).code == 0
    Path("llm-adapt.toml").write_text('fail-on = "warning"\nallow = {"empty-output" = 0.02}\n')
    assert cli("audit", train).code == 1


def test_a_share_that_is_not_the_one_in_use(cli, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = list(good(20))
    for row in rows[:8]:
        row["output"] = "I'm sorry, but I cannot help with that request."
    Path("train.jsonl").write_text(lines(rows))
    found = by_rule(told("train.jsonl", "--expect", "refusal_share=5%"))["unexpected-share"]
    assert found["details"]["expected"] == 0.05
    assert found["details"]["measured"] == pytest.approx(0.4)
    assert found["rows"] == list(range(8))
    assert cli("audit", "train.jsonl", "--expect", "refusal_share=0.35").code == 0
    # Too many of a kind: that is no fault of a row.
    assert told("train.jsonl", "--expect", "refusal_share=5%")["usable_rows"] == 20


def test_no_report_passes_on_what_is_private(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    row = {"instruction": "Whom do I ask?", "output": "Write to erika.mustermann@paketpost.de."}
    Path("train.jsonl").write_text(lines([*good(20), row]))
    for form in ("text", "json", "html", "markdown", "sarif", "github", "gitlab", "junit"):
        out = cli("audit", "train.jsonl", "-f", form).out
        assert "pii" in out
        assert "e-mail address" in out
        assert "mustermann" not in out


def test_ci_reads_the_result(cli, train, monkeypatch):
    sarif = json.loads(cli("audit", train, "-f", "sarif").out)["runs"][0]
    results = {r["ruleId"]: r for r in sarif["results"]}
    place = results["data/empty-output"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "train.jsonl"
    assert place["region"]["startLine"] == 65
    suites = ET.fromstring(cli("audit", train, "-f", "junit").out)
    failed = [
        case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == ["data/empty-output"]
    assert len(list(suites.iter("testcase"))) == len(data_knowledge().rules)
    gitlab = json.loads(cli("audit", train, "-f", "gitlab").out)
    assert {issue["check_name"] for issue in gitlab} >= {
        "data/empty-output",
        "data/exact-duplicate",
    }
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    assert "::error file=train.jsonl,line=65," in cli("audit", train, "-f", "github").out
    assert "## 64 of 66 rows can be used" in Path("summary.md").read_text()
    done = cli("audit", train, "-f", "sarif", "-o", "a.sarif", "-f", "gitlab", "-o", "g.json")
    assert (done.code, done.out) == (1, "")
    again = cli("audit", train, "-f", "sarif", "-o", "a.sarif", "-f", "gitlab", "-o", "g.json")
    assert again.err == ""


def test_a_fact_of_some_rows_takes_nothing_from_what_all_of_them_say(cli, train):
    train.write_text(lines(good(2100)))
    document = json.loads(cli("audit", "train.jsonl", "-f", "json").out)
    assert document["facts"]["languages"]["sampled"]
    assert not document["facts"]["labeled_rows"]["sampled"]
    assert "labeled_examples" in document["answers"]
    assert "of a sample" not in cli("audit", "train.jsonl").out


WELL, BARE = (
    '{"prompt": "When?", "completion": "On Monday."}',
    '{"prompt": "Why?", "completion": ""}',
)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.jsonl", f"{WELL}\n\n\n{BARE}\n", 4),
        ("a.jsonl.gz", f"\n{WELL}\n\n{BARE}", 4),
        ("a.json", f"[\n{WELL},\n\n{BARE}\n]", 4),
        ("a.csv", 'prompt,completion\n"When\nis it?",On Monday.\n\n"Why\nso?",\n', 5),
    ],
)
@pytest.mark.usefixtures("train")
def test_a_finding_stands_at_the_line_in_which_its_first_row_begins(cli, name, text, line):
    Path(name).write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    assert f"::error file={name},line={line}," in cli("audit", name, "-f", "github").out


@pytest.mark.parametrize("name", ["clean.jsonl", "clean.jsonl.gz"])
def test_a_copy_keeps_every_byte_of_what_stays(name, cli, train):
    raw = b"".join(b"%b \r\n" % line for line in train.read_bytes().splitlines())
    train.write_bytes(raw)
    drop = ("--drop", "empty-output,exact-duplicate")
    done = cli("audit", train, "--write", name, *drop)
    assert "without 2 of 66 rows" in done.err
    copy = Path(name).read_bytes()
    copy = gzip.decompress(copy) if name.endswith(".gz") else copy
    assert copy == b"".join(raw.splitlines(keepends=True)[:64])
    listed = json.loads(Path(f"{name}.left-out.json").read_text())
    assert listed["rows"] == [
        {"row": 64, "rules": ["empty-output"]},
        {"row": 65, "rules": ["exact-duplicate"]},
    ]
    assert train.read_bytes() == raw
    # Written again over what we wrote, never over what somebody made of it.
    assert cli("audit", train, "--write", name, *drop).code == 1
    Path(name).write_bytes(b"mine\n")
    assert cli("audit", train, "--write", name, *drop).code == 3
    assert Path(name).read_bytes() == b"mine\n"
    assert cli("audit", train, "--write", name, *drop, "--force").code == 1


def test_a_copy_of_a_list_and_of_a_table(cli, told, train):
    rows = [json.loads(line) for line in train.read_text("utf-8").splitlines()]
    Path("list.json").write_text(json.dumps(rows, indent=3))
    cli("audit", "list.json", "--write", "short.json", "--drop", "empty-output")
    assert json.loads(Path("short.json").read_text()) == rows[:64] + rows[65:]
    table = 'text,label\n"two\nlines",a\nother,b\n"two\nlines",a\nthird,b\n'
    Path("t.csv").write_text(table)
    assert by_rule(told("t.csv"))["exact-duplicate"]["rows"] == [2]
    cli("audit", "t.csv", "--write", "u.csv", "--drop", "exact-duplicate")
    assert Path("u.csv").read_text() == 'text,label\n"two\nlines",a\nother,b\nthird,b\n'


def test_a_copy_counts_rows_as_the_audit_does(cli, train, monkeypatch):
    monkeypatch.setattr("llm_adapt.audit.reader.MAX_ROW", 200)
    table = f'prompt,output\nhi,\n"{"x" * 150}",y\n\n"{"x" * 210}",y\nno,\nyo,good day\n'
    Path("t.csv").write_text(table)
    assert cli("audit", "t.csv", "--write", "u.csv", "--drop", "empty-output").code == 1
    assert Path("u.csv").read_text() == (
        f'prompt,output\n"{"x" * 150}",y\n"{"x" * 210}",y\nyo,good day\n'
    )
    rows = [{"prompt": "a", "output": ""}, {"prompt": "b", "output": "fine"}]
    Path("home.json").write_text(json.dumps({"data": [], "rows": rows}, indent=1))
    assert cli("audit", "home.json", "--write", "short.json", "--drop", "empty-output").code == 1
    assert json.loads(Path("short.json").read_text()) == rows[1:]


def test_no_copy_loses_what_was_not_to_be_left_out(cli, train, monkeypatch):
    monkeypatch.setattr("llm_adapt.audit.reader.MAX_ROW", 400)
    monkeypatch.setattr("llm_adapt.files.clean_copy.MAX_ROW", 400)
    raw = train.read_bytes()
    train.write_text(json.dumps({"instruction": "x" * 500, "output": "y"}) + "\n" + raw.decode())
    refused = cli("audit", train, "--write", "c.jsonl", "--drop", "empty-output")
    assert refused.code == 3
    assert f"{train.name}:1:1: error: a line of more than 400 bytes" in refused.err
    assert not Path("c.jsonl").exists()
    cli("audit", train, "--write", "c.jsonl", "--drop", "unreadable-line")
    assert Path("c.jsonl").read_bytes() == raw
    Path("deep.json").write_text(f'[\n{{"prompt": "a", "output": ""}},\n{"[" * 100_000}')
    deep = cli("audit", "deep.json", "--write", "e.json", "--drop", "empty-output")
    assert (deep.code, "no list of rows to its end" in deep.err) == (3, True)


def test_answers_come_from_data_and_never_over_an_answer_given(cli, train):
    Path("answers.yaml").write_text("task_type: qa\nlabel_quality: curated\n")
    advice = json.loads(cli("advise", "answers.yaml", "--data", train, "-f", "json").out)
    assert advice["answers"]["labeled_examples"] == {"value": 64, "origin": "measured"}
    alone = json.loads(cli("advise", "--data", train, "-f", "json").out)
    assert alone["answers"]["label_quality"] == {"value": "mixed", "origin": "measured"}
    done = cli("advise", "answers.yaml", "--data", train, "-f", "json")
    assert json.loads(done.out)["answers"]["label_quality"]["value"] == "curated"
    assert "label_quality: the answer given (curated) is used; the data say mixed" in done.err
    assert "Measured    labeled_examples: 64" in cli("advise", "--data", train).out
    assert "measured" in cli("advise", "answers.yaml", "--data", train, "-v").out


def test_a_sample_and_a_text_say_no_more_than_they_can(told, train):
    sample = told(train, "--max-rows", "10")
    assert sample["rows"] == 10
    assert all(fact["sampled"] for fact in sample["facts"].values())
    assert "labeled_examples" not in sample["answers"]
    Path("corpus.txt").write_text("Parcels are brought in the morning.\n" * 3 + "And so on.\n")
    text = told("corpus.txt")
    assert text["files"][0]["format"] == "text"
    assert text["answers"].keys() == {"unlabeled_tokens"}


def test_a_measured_fault_speaks_in_the_data_plan(cli, train):
    answers = ("--set", "weights_access=open_weights", "--set", "capability_gap=style_or_format")
    given = (*answers, "--set", "style_requirement=strict", "--set", "training_allowed=yes")
    plan = json.loads(cli("advise", *given, "--data", train, "-f", "json").out)["data_plan"]
    assert plan[0]["id"] == "quality-over-quantity"
    assert plan[0]["text"].startswith("Measured: empty-output in 1.5 % of the rows.")
    train.write_text(lines(good(64)))
    plan = json.loads(cli("advise", *given, "--data", train, "-f", "json").out)["data_plan"]
    assert "remove-duplicates" not in {step["id"] for step in plan}


def git(*arguments):
    name = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *arguments], check=True, capture_output=True)


def test_the_life_of_a_decision_that_rests_on_data(cli, train):
    """Written by `init`, green in CI, red when the data go bad, green when they are mended."""
    git("init", "-q")
    train.write_text(lines(good(64)), "utf-8")
    Path("eval.jsonl").write_text(lines(good(3)).replace("How do I", "Where can one"), "utf-8")
    assert cli("init", "--data", train, "--set", "task_type=qa").code == 0
    project = Path("llm-adapt.yaml").read_text()
    assert "labeled_examples: 64" in project
    assert "{audit: " in project
    leak = (
        "  - {id: leak, evidence: {audit: train.jsonl, fact: eval_leak_share, against: eval.jsonl},"
        " at_most: 0.01}\n"
    )
    for wrong, way_out in (
        ("leek_share", "did you mean eval_leak_share"),
        ("leak_share", "against: FILE"),
    ):
        fact = (
            f"  - {{id: a, evidence: {{audit: train.jsonl, fact: eval_{wrong}}}, at_most: 0.01}}\n"
        )
        Path("llm-adapt.yaml").write_text(project + fact)
        assert way_out in cli("check").out
    Path("llm-adapt.yaml").write_text(project + leak)
    assert cli("check", "--update-lock").code == 0
    eval_row = Path("eval.jsonl").read_text().splitlines()[1]
    faulty = lines([{"instruction": "And on Monday?", "input": "", "output": ""}])
    train.write_text(f"{lines(good(64))}{eval_row}\n{faulty}", "utf-8")
    done = cli("check")
    assert done.code == 1
    for said in ("eval_leak_share", "defect_share"):
        assert said in done.out
    train.write_text(lines(good(64)), "utf-8")
    assert cli("check").code == 0
    git("add", ".")
    git("commit", "-q", "-m", "data")
    assert "1 project" not in cli("check", "--changed-since", "HEAD").out
    Path("eval.jsonl").write_text(eval_row, "utf-8")
    assert "1 project" in cli("check", "--changed-since", "HEAD").out


def test_every_rule_is_explained(cli):
    for name in data_knowledge().rules:
        done = cli("explain", f"data:{name}")
        assert done.code == 0
        assert "way out" in done.out
    assert "empty-output" in cli("explain", "empty-outptu").err


def test_what_rules_call_for_is_in_the_data_plan():
    known = data_knowledge()
    assert {rule for step in known.plan.values() for rule in step.faults} <= known.rules.keys()
    steps = {item.id for item in load_rules("current").items.values() if item.kind == "data"}
    assert known.plan.keys() <= steps


def test_every_fact_that_speaks_of_the_decision_is_measured(told, train):
    Path("eval.jsonl").write_text(lines(list(good(70))[64:]), "utf-8")
    Path("classes.csv").write_text("text,label\n" + "".join(f"w{n},{n % 3}\n" for n in range(9)))
    Path("corpus.txt").write_text("Parcels are brought in the morning.\n")
    Path("forms.jsonl").write_text(lines({**row, "output": '{"a": 1}'} for row in good(20)))
    measured = {*told(train, "--against", "eval.jsonl")["facts"], *told("forms.jsonl")["facts"]}
    measured |= {*told("classes.csv")["facts"], *told("corpus.txt")["facts"]}
    known = data_knowledge()
    named = {taking.fact for reading in known.answers.values() for taking in reading.takes}
    named |= {bound.fact for step in known.plan.values() for bound in step.done}
    assert named <= measured


def spoken(*turns):
    return {"messages": [{"role": role, "content": said} for role, said in turns]}


FATES = {
    # As the converter of LLaMA-Factory 0.9.5 treats these rows, the validator of mistral-common
    # 1.3.1, the checks of OpenAI's notebook, Axolotl 0.19.0 and TRL 1.16.0.
    "llamafactory": {"trainer-drops": [1, 3, 4], "trainer-keeps": [2], "trainer-cuts": [5]},
    "mistral": {"trainer-stops": [2, 3]},
    "openai": {"trainer-stops": [2, 4], "trainer-cuts": [5]},
    "axolotl": {"trainer-drops": [5], "trainer-keeps": [2, 4]},
    "trl": {"trainer-keeps": [2], "trainer-cuts": [5]},
}
PAIR_FATES = {
    "llamafactory": {"trainer-drops": [2, 3], "trainer-keeps": [1]},
    "axolotl": {"trainer-keeps": [1, 2, 3]},
    "trl": {"trainer-stops": [2, 3, 4], "trainer-keeps": [1]},
}


@pytest.mark.parametrize("name", FATES)
def test_what_a_trainer_does_with_rows(name, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [
        spoken(("system", "Be brief."), ("user", "Where is it?"), ("assistant", "In Kassel.")),
        spoken(("user", "Hello"), ("user", "Where is it?"), ("assistant", "In Kassel.")),
        spoken(("user", "And now?"), ("assistant", "")),
        spoken(("user", "Done?"), ("assistant", "Yes."), ("user", "Thanks")),
        spoken(("user", "Is anybody there?")),
        spoken(("user", "Tell me all."), ("assistant", "All of it. " * 60)),
    ]
    Path("chat.jsonl").write_text(lines(rows))
    document = told("chat.jsonl", "--trainer", name, "--cutoff", "100")
    found = {f["rule"]: f["rows"] for f in document["findings"] if f["rule"].startswith("trainer")}
    assert found == FATES[name]
    without = told("chat.jsonl")
    assert document["answers"] == without["answers"]
    assert not any(f["rule"].startswith("trainer") for f in without["findings"])


@pytest.mark.parametrize("name", PAIR_FATES)
def test_what_a_trainer_does_with_pairs(name, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    texts = [("Where?", "In Kassel.", "In Bonn."), ("Where?", "", "In Bonn."),
             ("Where?", None, "In Bonn."), ("Where?", "In Kassel.", None),
             (None, "In Kassel.", "In Bonn.")]  # fmt: skip
    names = ("prompt", "chosen", "rejected")
    Path("pairs.jsonl").write_text(lines(dict(zip(names, row, strict=True)) for row in texts))
    found = told("pairs.jsonl", "--trainer", name)["findings"]
    fates = {f["rule"]: f["rows"] for f in found if f["rule"].startswith("trainer")}
    assert fates == PAIR_FATES[name]


def test_lists_of_nothing_beside_the_messages_stop_no_trainer(told):
    row = {"instruction": "Where?", "input": "", "output": "In Kassel."}
    chat = [spoken(("user", "Where?"), ("assistant", "Here.")), {"messages": []}]
    Path("train.jsonl").write_text(lines([row | {"history": []}]))
    Path("chat.jsonl").write_text(lines([one | {"tools": []} for one in chat]))
    stops = {file: by_rule(told(file, "--trainer", "axolotl")).get("trainer-stops", {}).get("rows")
             for file in ("train.jsonl", "chat.jsonl")}  # fmt: skip
    assert stops == {"train.jsonl": None, "chat.jsonl": [1]}


def test_where_the_prompt_of_a_pair_stands_stops_one_trainer_and_not_another(told):
    same = [{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "Here."}]
    other = [{"role": "user", "content": "Who is it?"}, {"role": "assistant", "content": "Me."}]
    rows = [
        {"chosen": same, "rejected": [*same[:1], other[1]]},
        {"chosen": same, "rejected": other},
    ]
    Path("pairs.jsonl").write_text(lines(rows))
    assert by_rule(told("pairs.jsonl", "--trainer", "trl"))["trainer-stops"]["rows"] == [1]
    said = "\n\nHuman: Where?\n\nAssistant: "
    Path("inside.jsonl").write_text(
        lines([{"chosen": f"{said}Here.", "rejected": f"{said}There."}])
    )
    inside = {name: "trainer-stops" in by_rule(told("inside.jsonl", "--trainer", name))
              for name in ("trl", "axolotl")}  # fmt: skip
    assert inside == {"trl": False, "axolotl": True}


def test_a_file_that_a_trainer_does_not_take(cli, told, train):
    found = by_rule(told(train, "--trainer", "trl"))["trainer-stops"]
    assert found["count"] == 66
    assert "takes no alpaca" in found["example"]
    assert "trl" in cli("audit", train, "--trainer", "trll").err


def test_trainers_are_known_by_kinds_of_rows_and_formats():
    for trainer in data_knowledge().trainers.values():
        kinds = {kind for fate in trainer.fates.values() for kind in fate}
        assert kinds <= {*KINDS, "long"}
        assert trainer.takes.keys() <= set(FORMATS)


SEEDS = (
    b'{"instruction": "Say it", "input": "", "output": "said"}\n',
    b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": null}]}\n',
    b'[{"conversations": [{"from": "human", "value": "a"}]}, {"conversations": 3}]',
    b'{"prompt": ["a"], "completion": {"b": 1}, "label": true}\n',
    b'{"chosen": {}, "rejected": [], "prompt": null}\n',
    b'text,label\n"two\nlines",a\n,\n',
    b"\x1f\x8b\x08\x00junk",
    b"PAR1junk",
)


@given(
    raw=st.lists(st.sampled_from(SEEDS) | st.binary(max_size=20), max_size=6).map(b"".join),
    cut=st.integers(0, 60),
    ending=st.sampled_from([".json", ".jsonl", ".csv", ".txt", ".parquet", ".jsonl.gz", ""]),
    more=st.sampled_from([(), ("--trainer", "mistral"), ("--max-rows", "1"), ("--cutoff", "2")]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_the_bytes_are_they_are_read_or_refused(raw, cut, ending, more, *, cli, tmp_path):
    path = tmp_path / f"bytes{ending}"
    path.write_bytes(raw[cut:])
    other = path.with_name(f"other{ending}")
    other.write_bytes(raw)
    done = cli("audit", path, "--against", other, *more)
    assert done.code in {0, 1, 3}, done.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("explain empty-", ["empty-output", "empty-prompt"]),
        ("audit x --drop exact-duplicate,empty-o", ["exact-duplicate,empty-output"]),
        ("audit x --trainer ll", ["llamafactory"]),
    ],
)
def test_a_shell_offers_names_of_rules(typed, offered, cli, monkeypatch):
    monkeypatch.setenv("_LLM_ADAPT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"llm-adapt {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    assert cli().out.split() == offered
