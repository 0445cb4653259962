"""Rule sets with one thing wrong: one clear message, at the right place."""

import os
import re
import shutil
from pathlib import Path

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files import builtin, rulebook
from llm_adapt.files.rules import load_rules
from llm_adapt.files.yaml_file import dump_yaml
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import advise, program_for


def lines_of(folder) -> list[str]:
    with pytest.raises(LlmAdaptError) as caught:
        load_rules(str(folder))
    return [line.replace(f"{folder}/", "") for line in caught.value.lines()]


def test_the_small_rule_set_is_in_order(tiny):
    rules = load_rules(str(tiny()))
    assert (rules.name, rules.version) == ("tiny", "1.0.0")
    assert rules.join == {("nothing",): "icl", ("lookup",): "rag"}


@pytest.mark.parametrize("name", ["article", "current"])
def test_a_shipped_profile_is_in_order(name):
    rules = load_rules(name)
    assert rules.name == name
    assert all(question.read(None) is None for question in rules.questions.values())


# What is replaced, by what (the bar marks the place that the message must name), the message,
# and a part of the hint.
WRONG = [
    ("in: [some, all]", "in: [some, |al]", "facts has no value 'al'", "did you mean all?"),
    ("{answer: facts, in", "{answer: |fact, in", "there is no question 'fact'", "did you mean facts?"),
    ("when: facts-missing\n    argues", "when: |fact-missing\n    argues", "there is no predicate 'fact-missing'", "did you mean facts-missing?"),
    ("for: knowing", "for: |knowin", "there is no need or single strategy 'knowin'", "did you mean knowing?"),
    ("{for: knowing", "{|for_: knowing", "unknown key 'for_'", "did you mean for?"),
    ("strength: strong", "strength: |strongg", "0.strength: must be one of weak, moderate, strong or decisive", "did you mean strong?"),
    ("sources: [book]\n    examples", "sources: [|bok]\n    examples", "there is no source 'bok'", "did you mean book?"),
    ("of: size", "of: |siz", "there is no question 'siz'", "did you mean size?"),
    ("of: size", "of: |labels", "memory cannot follow from labels", "above zero"),
    ("memory:\n    title: Memory\n    unit: GB\n    of: size\n    low: 2\n", "|memory:\n    title: Memory\n    unit: GB\n    of: size\n", "memory has neither points nor a factor", "low and high, or points"),
    ("memory:\n    title: Memory\n    unit: GB\n    of: size\n    low: 2\n", "|memory:\n    title: Memory\n    unit: GB\n    of: size\n    low: 0\n", "a number of memory is not above zero", None),
    ("low: 2\n    high: 4", "points:\n    |- {at: 1, low: 2, typical: 3, high: 4}\n    - {at: 2, low: 3, typical: 3, high: 5}", "a point of memory does not lie above the one before it", "every number rises"),
    ("value: 100", "value: |.nan", "few.value: must be a finite number", None),
    ("value: 100", "value: |1e400", "few.value: must be a finite number", None),
    ("value: 100", "value: |many", "few.value: must be a number", None),
    ("serves: [knowing]", "serves: [|knowin]", "there is no need 'knowin'", "did you mean knowing?"),
    ("serves: [knowing]", "otherwise: [|icx]", "there is no strategy 'icx'", "did you mean icl?"),
    ("serves: [knowing]", "parts: [icl, |rag]", "there is no single strategy 'rag'", None),
    ("serves: [knowing]", "parts: |[icl]", "the parts of rag do not spell its name", None),
    ("fires: {facts: all}", "fires: {facts: |al}", "facts cannot be 'al'", "did you mean all?"),
    ("fires: {facts: all}", "fires: {fact: |all}", "there is no question 'fact'", "did you mean facts?"),
    ("fires: {facts: all}", "fires: {facts: |{}}", "fires.facts: must be text", None),
    ("parts: [icl]", "parts: [|icx]", "there is no single strategy 'icx'", "did you mean icl?"),
    ("parts: [icl]", "tools: [|hammer]", "there is no tool 'hammer'", None),
    ("because: What", "|becuase: What", "unknown key 'becuase'", "did you mean because?"),
    ("because: What it does not know must be looked up.", "because: |Short", "facts-are-missing.because: must not be shorter than 10 characters", None),
    ("title: Facts are missing", "title: |5", "facts-are-missing.title: must be text", "put it in quotes"),
    ("title: Facts are missing", "title: |''", "facts-are-missing.title: must not be empty", None),
    ("  facts-are-missing:", "  |Facts_Missing!:", "'Facts_Missing!' cannot be an id", "lower-case letters and digits"),
    ("      F1:", "      |F.1:", "'F.1' cannot be an id", "an id is letters and digits"),
    ("for: knowing, strength: strong, topic: ", "for: knowing, strength: strong, topic: |X_", "cannot be an id", "lower-case letters and digits"),
    ("order: 2", "order: |0", "labels.order: must be at least 1", None),
    ("order: 2", "order: |2.5", "labels.order: must be a whole number", None),
    ("type: integer", "type: |intege", "labels.type: must be one of", "did you mean integer?"),
    ("type: integer", "type: |choice", "the question labels needs values", None),
    ("type: choice", "type: |integer", "the question facts takes no values", None),
    ("positive: true", "positive: |maybe", "size.positive: must be true or false", None),
    ("positive: true", "positive: true\n    minimum: 5\n    maximum: |2", "the maximum of size is below its minimum", None),
    ("start: F1", "start: |F2", "there is no node 'F2'", None),
    ("yes: lookup", "yes: |lokup", "there is no node or result 'lokup'", "did you mean lookup?"),
    ("yes: lookup", "yes: |[lookup]", "F1.yes: must be a mapping", None),
    ("      F1:\n        text: Are", "      lookup:\n        |text: Are", "lookup names a node and a result", None),
    ("{to: nothing, because: A need must be shown.}", "|nothing", "F1.unknown: must be a mapping", None),
    ("  retrieve:\n    results: {knowledge: lookup}", "  |retrieve:\n    results: {knowledge: nothing}", "retrieve and plain join the same results", None),
    ("results: {knowledge: lookup}", "results: {knowledge: |lookups}", "knowledge has no result 'lookups'", "did you mean lookup?"),
    ("results: {knowledge: lookup}", "results: |{}", "retrieve must name one result of each walk", None),
    ("strategy: rag", "strategy: |rga", "there is no strategy 'rga'", "did you mean rag?"),
    ("version: 1.0.0", "version: |1.0", "version: must be text", "put it in quotes"),
    ("version: 1.0.0", "|verison: 1.0.0", "unknown key 'verison'", "did you mean version?"),
    ("name: tiny", "name: tiny\nextends: |nowhere", "there is no rule set 'nowhere' to extend", "use one of article, current"),
    ("name: tiny", "name: tiny\nextends: |curent", "there is no rule set 'curent' to extend", "did you mean current?"),
    ("name: tiny", "name: tiny\nextends: |tiny", "this rule set extends itself", None),
    ("name: tiny", "name: |[tiny]", "name: must be text", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "marked", "message", "hint"), WRONG, ids=[wrong[2] for wrong in WRONG]
)
def test_one_thing_wrong_is_told_at_its_place(tiny, before, marked, message, hint):
    folder = tiny((before, marked))
    place = ""
    for path in folder.iterdir():
        text = path.read_text()
        if marked in text:
            start = text.index(marked) + marked.index("|")
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            place = f"{path.name}:{line}:{column}"
            path.write_text(text.replace(marked, marked.replace("|", "")))
    lines = lines_of(folder)
    index = next((number for number, line in enumerate(lines) if message in line), None)
    assert index is not None, lines
    assert lines[index].startswith(f"{place}: error: ")
    assert hint is None or hint in lines[index + 1]


def test_a_walk_that_goes_round_is_told_at_its_node(tiny):
    lines = lines_of(tiny(("yes: lookup", "yes: F1")))
    assert any(
        re.match(r"flowchart\.yaml:11:9: error: the walk knowledge can go round in a circle", line)
        for line in lines
    )


CONDITIONS = [
    ("{answer: facts}", "16", "facts is compared with nothing"),
    ("{answer: facts, is: null}", "16", "facts is compared with nothing"),
    ("{answer: facts, at_least: 3}", "42", "at_least does not fit facts"),
    ("{answer: labels, is: some}", "37", "is does not fit labels"),
    ("{answer: labels, at_least: fe}", "43", "there is no constant 'fe'"),
    ("{answer: labels, at_least: {derived: memor, bound: low}}", "53", "there is no derived number 'memor'"),
    ("{answer: labels, at_least: {derived: memory, bound: lo}}", "68", "at_least.bound: must be one of low or high"),
    ("{answer: labels, at_least: [3]}", "43", "when.at_least: must be a number"),
    ("{answer: labels, above: .inf}", "40", "when.above: must be a finite number"),
    ("{answer: facts, in: []}", "36", "when.in: must not be empty"),
    ("{answer: facts, is: true}", "36", "when.is: must be text"),
    ("{any: []}", "22", "when.any: must not be empty"),
    ("{all: [facts-missing, {not: {not: {answer: facts, ist: some}}}]}", "66", "unknown key 'ist'"),
    ("{not: {any: [{not: facts-missin}]}}", "35", "there is no predicate 'facts-missin'"),
    ("{need: knowing, at_least: 3}", "23", "need is for the flowchart only"),
    ("{walk: knowledge, ended_at: [lookup]}", "23", "walk is for the flowchart only"),
    ("{answer: facts, is_: some}", "32", "unknown key 'is_'"),
    ("{nobody: knows}", "17", "unknown key 'nobody'"),
    ("[facts-missing]", "16", "memory-known.when: must be a mapping"),
    ("5", "16", "memory-known.when: must be a mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "column", "message"), CONDITIONS)
def test_a_wrong_condition_is_told_once_at_its_place(tiny, condition, column, message):
    extra = f"predicates:\n  memory-known:\n    text: it is known\n    when:      {condition}\n"
    lines = [line for line in lines_of(tiny(extra=extra)) if "error" in line]
    assert f"extra.yaml:4:{column}: error: {message}" in "\n".join(lines)
    assert len(lines) <= 2


@pytest.mark.parametrize(
    ("when", "place", "message"),
    [
        ("{need: knowin, at_least: 3}", "12:22", "there is no need 'knowin'"),
        ("{walk: knowledges, ended_at: [lookup]}", "12:22", "there is no walk 'knowledges'"),
        (
            "{walk: knowledge, ended_at: [lookup]}",
            "12:22",
            "knowledge is not walked before knowledge",
        ),
        (
            "{walk: knowledge, ended_at: [lokup]}",
            "12:44",
            "there is no result of knowledge 'lokup'",
        ),
    ],
)
def test_a_node_reads_needs_and_earlier_walks_that_exist(tiny, when, place, message):
    lines = lines_of(tiny(("        when: facts-missing", f"        when: {when}")))
    assert f"flowchart.yaml:{place}: error: {message}" in "\n".join(lines)


def test_predicates_that_define_each_other_are_a_circle(tiny):
    extra = """\
predicates:
  one: {text: one, when: {not: two}}
  two: {text: two, when: {any: [facts-missing, three]}}
  three: {text: three, when: one}
"""
    assert lines_of(tiny(extra=extra)) == [
        "extra.yaml:2:3: error: the predicate one is defined by itself"
    ]


def test_a_long_chain_of_predicates_is_refused_without_a_crash(tiny):
    chain = "".join(f"  p{index}: {{text: t, when: p{index + 1}}}\n" for index in range(3000))
    extra = f"predicates:\n{chain}  p3000: {{text: t, when: facts-missing}}\n"
    (fault, hint) = lines_of(tiny(extra=extra))
    assert "is defined through more than 40 others" in fault
    assert hint == "  hint: define it more directly"


def test_a_long_walk_is_checked_without_a_crash(tiny):
    nodes = "".join(
        f"      N{index}: {{text: t, when: facts-missing, yes: N{index + 1}, no: nothing, unknown: {{to: nothing, because: b}}, sources: [book]}}\n"
        for index in range(2000)
    )
    change = ("    nodes:\n", f"    nodes:\n{nodes}")
    assert "there is no node or result 'N2000'" in lines_of(tiny(change))[0]


def test_a_result_that_no_join_names_is_a_hole(tiny):
    before = "  retrieve:\n    results: {knowledge: lookup}\n    strategy: rag\n"
    assert lines_of(tiny((before, ""))) == [
        "flowchart.yaml:2:3: error: no join says what knowledge: lookup stands for",
        "  hint: add it",
    ]


def test_walks_with_too_many_ends_together_are_refused_in_time(tiny):
    many = "".join(f"      r{index}: A result\n" for index in range(100))
    walks = "".join(
        f"""\
  w{walk}:
    title: W
    order: {walk}
    start: F1
    results:
{many}    nodes:
      F1: {{text: t, when: facts-missing, yes: r1, no: r2, unknown: {{to: r3, because: b}}, sources: [book]}}
"""
        for walk in range(2, 9)
    )
    text = "\n".join(lines_of(tiny(extra=f"walks:\n{walks}")))
    assert "the walks end in more than 2000 ways together" in text


def test_an_id_given_twice_names_the_other_place(tiny):
    extra = "rules:\n  facts-are-missing:\n    title: Again\n    when: facts-missing\n    because: Ten letters.\n    sources: [book]\n    examples: {fires: {}, silent: {}}\n"
    (fault, hint) = lines_of(tiny(extra=extra))
    assert fault.startswith("knowledge.yaml:40:3: error: facts-are-missing is already defined at ")
    assert fault.endswith("extra.yaml:2:3")
    assert hint == "  hint: give one of them another id"


def test_an_id_given_twice_in_one_file_is_a_key_written_twice(tiny):
    lines = lines_of(tiny(("  rag:\n", "  icl:\n")))
    assert "knowledge.yaml:30:3: error: icl is written twice" in lines


def test_advice_of_two_kinds_may_not_share_an_id(tiny):
    extra = "warnings:\n  short-prompt: {title: T, text: Long enough., sources: [book]}\n"
    (fault, _) = lines_of(tiny(extra=extra))
    assert fault == "extra.yaml:2:3: error: short-prompt is already an id of variants"


def test_a_name_said_twice_is_a_fault(tiny):
    assert "name is said twice" in lines_of(tiny(zzz="name: other\n"))[0]


def test_extends_belongs_where_it_is_looked_for(tiny):
    text = "\n".join(lines_of(tiny(zzz="extends: article\n")))
    assert "zzz.yaml:1:1: error: extends belongs in ruleset.yaml" in text


def test_a_rule_set_without_a_name_says_what_is_missing(tiny):
    lines = lines_of(tiny(ruleset="title: Only a title\n"))
    assert any(line.endswith("error: no file of this rule set says its name") for line in lines)
    assert any(line.endswith("error: no file of this rule set says its version") for line in lines)


def test_a_rule_set_without_rules_says_what_is_missing(tmp_path):
    (tmp_path / "ruleset.yaml").write_text(
        "name: a\nversion: 1.0.0\ntitle: A\nsources:\n  b: {title: B, date: '2026', seen: own, grade: D}\n"
    )
    text = "\n".join(lines_of(tmp_path))
    for section in ("questions", "strategies", "rules", "walks"):
        assert f"{tmp_path}:1:1: error: this rule set has no {section}" in text


def test_faults_of_several_files_are_told_at_once(tiny):
    folder = tiny(
        ("order: 2", "order: two"), ("yes: lookup", "yse: lookup"), broken="a: [\n", list="- a\n"
    )
    text = "\n".join(lines_of(folder))
    for place in (
        "broken.yaml:2:1",
        "flowchart.yaml:13:9",
        "list.yaml:1:1",
        "questions.yaml:13:12",
    ):
        assert f"{place}: error" in text


class TestCases:
    FRAME = "cases:\n  a case:\n    answers: {answers}\n    expect: {expect}\n"

    @pytest.mark.parametrize(
        ("answers", "expect", "message"),
        [
            ("{fact: all}", "{first: rag}", "there is no question 'fact'"),
            ("{facts: al}", "{first: rag}", "facts cannot be 'al'"),
            ("{}", "{first: rga}", "there is no strategy 'rga'"),
            ("{}", "{first: [rag, rga]}", "there is no strategy 'rga'"),
            ("{}", "{first: 5}", "expect.first: must be text"),
            ("{}", "{before: [[rag, icx]]}", "there is no strategy 'icx'"),
            ("{}", "{before: [[rag]]}", "a pair has two strategies"),
            ("{}", "{fires: [facts-missing]}", "there is no rule 'facts-missing'"),
            ("{}", "{how: [short-promt]}", "there is no variant 'short-promt'"),
            ("{}", "{warns: [forgetting]}", "there is no warning 'forgetting'"),
            ("{}", "{prepares: [eval-first]}", "there is no preparation 'eval-first'"),
            ("{}", "{verdict: certain}", "there is no verdict 'certain'"),
            ("{}", "{frist: rag}", "unknown key 'frist'"),
        ],
    )
    def test_a_case_names_what_exists(self, tiny, answers, expect, message):
        text = "\n".join(lines_of(tiny(extra=self.FRAME.format(answers=answers, expect=expect))))
        assert message in text
        assert re.search(r"extra\.yaml:[34]:\d+", text)


class TestExtending:
    HEAD = "name: mine\nversion: 1.0.0\ntitle: Mine\nextends: tiny\n"

    @pytest.fixture
    def extend(self, tiny, tmp_path):
        tiny()

        def write(text: str, head: str = self.HEAD) -> Path:
            folder = tmp_path / "mine"
            folder.mkdir()
            (folder / "ruleset.yaml").write_text(head + text)
            return folder

        return write

    def test_a_folder_beside_can_be_extended(self, extend):
        rules = load_rules(str(extend("")))
        assert (rules.name, rules.extends) == ("mine", ("tiny",))
        assert "facts-are-missing" in rules.rules

    @pytest.mark.parametrize("written", ["'tiny'", '"tiny"', "tiny  # beside"])
    def test_extends_may_be_quoted_or_commented(self, extend, written):
        head = self.HEAD.replace("tiny", written)
        assert load_rules(str(extend("", head))).extends == ("tiny",)

    def test_replacing_an_entry_needs_a_reason(self, extend):
        folder = extend("needs:\n  knowing: {title: Other, text: Other.}\n")
        fault, hint = lines_of(folder)
        assert fault.startswith("ruleset.yaml:6:3: error: knowing is already defined at ")
        assert hint == "  hint: say why this one replaces it: departures: {knowing: ...}"

    def test_replacing_an_entry_with_a_reason_is_fine(self, extend):
        folder = extend(
            "needs:\n  knowing: {title: Other, text: Other.}\ndepartures:\n  knowing: A better word.\n"
        )
        rules = load_rules(str(folder))
        assert rules.needs["knowing"].title == "Other"
        assert rules.departures == {"knowing": "A better word."}

    def test_a_reason_for_what_the_parent_lacks_is_a_fault(self, extend):
        fault, hint = lines_of(extend("departures:\n  knowin: A better word.\n"))
        assert fault == "ruleset.yaml:6:3: error: knowin is not in the rule set this one extends"
        assert hint == "  hint: did you mean knowing?"

    def test_what_is_removed_may_not_be_used(self, extend):
        lines = lines_of(extend("removes:\n  facts-missing: Not needed.\n"))
        assert any("there is no predicate 'facts-missing'" in line for line in lines)

    def test_two_folders_that_extend_each_other_are_a_circle(self, extend, tmp_path):
        folder = extend("")
        (tmp_path / "tiny" / "ruleset.yaml").write_text(
            "name: tiny\nversion: 1.0.0\ntitle: T\nextends: mine\n"
        )
        (fault, _) = lines_of(folder)
        assert fault.endswith("tiny/ruleset.yaml:4:10: error: this rule set extends itself")

    def test_a_shipped_profile_can_be_extended(self, extend):
        folder = extend("", self.HEAD.replace("tiny", "current"))
        assert load_rules(str(folder)).extends == ("article", "current")


class TestFolders:
    def test_order_and_names_of_files_change_nothing_that_is_meant(self, tiny, tmp_path):
        folder = tiny()
        other = tmp_path / "other"
        (other / "deep").mkdir(parents=True)
        for index, path in enumerate(sorted(folder.iterdir(), reverse=True)):
            name = path.name if path.name == "ruleset.yaml" else f"deep/{index}.yml"
            shutil.copy(path, other / name)
        first, second = (load_rules(str(path)) for path in (folder, other))
        assert first.digest == second.digest
        assert first.questions == second.questions

    def test_hidden_files_are_no_rules(self, tiny):
        folder = tiny()
        (folder / ".github").mkdir()
        (folder / ".github" / "ci.yaml").write_text("on: [push]\n")
        (folder / ".draft.yaml").write_text("- x\n")
        assert load_rules(str(folder)).name == "tiny"

    def test_a_folder_without_yaml_is_no_rule_set(self, tmp_path):
        assert "this folder holds no YAML file" in lines_of(tmp_path)[0]

    def test_a_whole_home_folder_is_no_rule_set(self, tmp_path, monkeypatch):
        monkeypatch.setattr(rulebook, "MAX_ENTRIES", 10)
        for index in range(11):
            (tmp_path / str(index)).touch()
        assert "this folder holds too much for a rule set" in lines_of(tmp_path)[0]

    def test_a_file_is_no_rule_set(self, tiny):
        file = tiny() / "ruleset.yaml"
        assert lines_of(file)[0] == f"{file}:1:1: error: a rule set is a folder, not a file"

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("curent", "did you mean current?"),
            ("zzz", "use one of article, current, or a folder"),
            ("x" * 5000, "use one of"),
            ("a\0b", "use one of"),
        ],
    )
    def test_a_name_that_is_nothing_gets_the_nearest(self, name, hint, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        lines = lines_of(name)
        assert lines[0].startswith("error: there is no rule set")
        assert hint in lines[1]

    def test_a_file_that_is_too_large_is_refused(self, tiny):
        folder = tiny()
        with (folder / "huge.yaml").open("wb") as stream:
            stream.truncate(200_000_000)
        assert lines_of(folder)[0] == "huge.yaml:1:1: error: this file is larger than 4 MB"

    def test_many_files_together_may_not_be_large(self, tiny):
        folder = tiny()
        for number in range(3):
            (folder / f"note{number}.yaml").write_text("# " + "x" * 3_000_000)
        (line, _) = lines_of(folder)
        assert line.endswith("error: this folder holds too much for a rule set")

    def test_many_files_together_may_not_hold_too_much(self, tiny, monkeypatch):
        monkeypatch.setattr(rulebook, "MAX_TOTAL_VALUES", 1000)
        folder = tiny()
        for number in range(3):
            rows = ", ".join(f"v{row}: text" for row in range(400))
            (folder / f"more{number}.yaml").write_text(f"departures: {{{rows}}}\n")
        (line, _) = lines_of(folder)
        assert line.endswith("error: this folder holds too much for a rule set")

    def test_a_pipe_is_no_rule_file(self, tiny):
        folder = tiny()
        os.mkfifo(folder / "pipe.yaml")
        assert lines_of(folder)[0] == "pipe.yaml:1:1: error: this is no regular file"

    def test_a_link_stays_inside_the_repository(self, tiny, tmp_path):
        folder = tiny()
        (tmp_path / "secret.yaml").write_text("password: x\n")
        (folder / "link.yaml").symlink_to("../secret.yaml")
        assert lines_of(folder) == [
            "link.yaml:1:1: error: this link leads out of the repository",
            "  hint: put a copy of the file here",
        ]
        (tmp_path / ".git").mkdir()
        assert "unknown key 'password'" in lines_of(folder)[0]

    def test_a_link_to_nowhere_says_so(self, tiny, tmp_path):
        folder = tiny()
        (tmp_path / ".git").mkdir()
        (folder / "link.yaml").symlink_to("nowhere.yaml")
        assert lines_of(folder)[0].startswith("link.yaml:1:1: error: cannot be read: ")

    def test_an_installation_without_rules_says_so(self, monkeypatch, tmp_path):
        monkeypatch.setattr(builtin, "__file__", str(tmp_path / "a" / "b" / "c.py"))
        builtin.builtin_rules.cache_clear()
        assert "this installation has no rules" in lines_of("current")[0]
        builtin.builtin_rules.cache_clear()


class TestExtends:
    CHILD = "name: child\nversion: '1'\ntitle: C\n"

    def child(self, tmp_path, line: str) -> Path:
        folder = tmp_path / "child"
        folder.mkdir()
        (folder / "ruleset.yaml").write_text(f"{self.CHILD}{line}\n")
        return folder

    @pytest.mark.parametrize(
        "line",
        [
            "extends: tiny",
            'extends: "tiny"',
            "extends: 'tiny'  # ours",
            '"extends": tiny',
            "extends : tiny",
        ],
    )
    def test_however_it_is_written(self, tiny, tmp_path, line):
        tiny()
        rules = load_rules(str(self.child(tmp_path, line)))
        assert (rules.name, rules.extends) == ("child", ("tiny",))
        assert set(rules.rules) == {"facts-are-missing"}

    @pytest.mark.parametrize("line", ["extends:\n  tiny", "{}", "extends: &it tiny"])
    def test_what_is_not_read_ahead_is_never_silently_left_out(self, tiny, tmp_path, line):
        tiny()
        folder = self.child(tmp_path, line)
        if line == "{}":
            (folder / "ruleset.yaml").write_text(
                "{name: child, version: '1', title: C, extends: tiny}\n"
            )
        lines = lines_of(folder)
        assert "extends cannot be read here" in lines[0]
        assert lines[1] == "  hint: write a line of its own: extends: tiny"

    def test_a_folder_of_ones_own_goes_before_a_shipped_rule_set_of_its_name(self, tiny, tmp_path):
        own = tiny()
        own.rename(tmp_path / "article")
        rules = load_rules(str(self.child(tmp_path, "extends: article")))
        assert set(rules.strategies) == {"icl", "rag"}

    def test_a_folder_that_is_no_rule_set_does_not(self, tmp_path):
        (tmp_path / "article").mkdir()
        rules = load_rules(str(self.child(tmp_path, "extends: article")))
        assert "pretrain" in rules.strategies

    def test_a_parent_that_is_not_there_does_not_hide_other_faults(self, tmp_path):
        folder = self.child(tmp_path, "extends: nowhere\ntitel: X")
        lines = lines_of(folder)
        assert "there is no rule set 'nowhere' to extend" in lines[0]
        assert "unknown key 'titel'" in lines[2]

    @pytest.mark.parametrize("name", ["../tiny", "/tiny", ".."])
    def test_only_a_folder_beside_it(self, tiny, tmp_path, name):
        tiny()
        lines = lines_of(self.child(tmp_path, f"extends: {name}"))
        assert "there is no rule set" in lines[0]

    def test_from_inside_the_folder(self, tiny, tmp_path, monkeypatch):
        tiny()
        monkeypatch.chdir(self.child(tmp_path, "extends: tiny"))
        assert load_rules(".").extends == ("tiny",)


def test_what_is_plausible_and_what_follows_are_read(tiny):
    extra = """\
plausible:
  facts: {some: 2, all: 1}
implies:
  - when: facts-missing
    then: {labels: 100}
    because: Whoever needs facts has labels in this test.
    sources: [book]
"""
    rules = load_rules(str(tiny(extra=extra)))
    assert rules.plausible == {"facts": {"some": 2, "all": 1}}
    assert [dict(one.then) for one in rules.implies] == [{"labels": 100}]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("facts: {some", "fact: {some", "extra.yaml:2:3: error: there is no question 'fact'"),
        ("some: 2", "som: 2", "extra.yaml:2:16: error: facts has no value 'som'"),
        ("known: {facts", "known: {fact", "extra.yaml:11:19: error: there is no question 'fact'"),
        ("{all: 4}", "{al: 4}", "extra.yaml:12:27: error: facts has no value 'al'"),
        ("labels: 100", "label: 100", "extra.yaml:5:19: error: there is no question 'label'"),
        ("labels: 100", "labels: x", "extra.yaml:5:20: error: labels cannot be 'x'"),
        (
            "when: facts-missing",
            "when: fact-missing",
            "extra.yaml:4:11: error: there is no predicate",
        ),
    ],
)
def test_a_fault_in_what_is_plausible_is_told_at_its_place(tiny, before, after, line):
    extra = (
        "plausible:\n  facts: {some: 2, all: 1}\nimplies:\n  - when: facts-missing\n"
        "    then: {labels: 100}\n    because: It is so here.\n    sources: [book]\n"
        "kinds:\n  search:\n    projects: 9\n    known: {facts: 4}\n    answers: {facts: {all: 4}}\n"
    )
    assert before in extra
    assert lines_of(tiny(extra=extra.replace(before, after)))[0].startswith(line)


def backwards(raw):
    """The same data with every key that is a word of the format in another order."""
    if isinstance(raw, list):
        return [backwards(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    keys = list(raw)
    # Ids and values keep their order: that of choices is what a reader sees.
    ordered = (
        keys[::-1] if {"title", "because", "answer", "when", "to", "order"} & set(keys) else keys
    )
    return {key: backwards(raw[key]) for key in ordered}


@pytest.mark.parametrize("name", ["article", "current"])
def test_written_and_read_again_it_is_the_same_rule_set(name, tmp_path):
    rules = load_rules(name)
    book = rulebook.open_book(name, cases=False)
    sections = {
        section: {key: entry.raw for key, entry in entries.items()}
        for section, entries in book.sections.items()
        if entries
    }
    if "implies" in sections:
        sections["implies"] = list(sections["implies"].values())
    head = {"name": "again", "version": "1", "title": "Again"}
    for number, written in enumerate((sections, backwards(sections))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "ruleset.yaml").write_text(dump_yaml({**head, **written}), encoding="utf-8")
        again = load_rules(str(folder))
        assert again.digest == rules.digest
        assert (again.questions, again.strategies, again.join) == (
            rules.questions,
            rules.strategies,
            rules.join,
        )


def test_another_order_of_choices_is_another_digest(tiny):
    folder = tiny()
    before = load_rules(str(folder))
    file = next(path for path in folder.iterdir() if "      some: " in path.read_text())
    lines = file.read_text().splitlines(keepends=True)
    index = next(n for n, line in enumerate(lines) if line.startswith("      some: "))
    lines[index], lines[index + 1] = lines[index + 1], lines[index]
    file.write_text("".join(lines))
    after = load_rules(str(folder))
    assert list(after.questions["facts"].values) != list(before.questions["facts"].values)
    assert after.digest != before.digest


def test_what_a_strategy_costs_is_taken_from_its_score(tiny):
    folder = tiny(("serves: [knowing]", "serves: [knowing]\n    costs: 3"))
    program = program_for(str(folder))
    advice = advise(program, Situation({"facts": Answer("all")}))
    # One strong argument is worth 4.
    assert {place.strategy: place.score for place in advice.ranking} == {"icl": 0, "rag": 1}
