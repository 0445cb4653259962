"""`llm-adapt check`: exit codes, several formats at once, and the life of a decision."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from llm_adapt.report.forms import CHECKS

_TOY = Path(__file__).parent.parent / "unit" / "check" / "toy.py"
_SPEC = importlib.util.spec_from_file_location("check_toy", _TOY)
toy = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(toy)

DAY = ("--as-of", "2026-06-01")


@pytest.fixture
def project(tmp_path, monkeypatch):
    toy.write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(cli, monkeypatch):
    """The command as a process would see it: what was typed stands in `sys.argv`."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["llm-adapt", "check", *map(str, arguments)])
        return cli("check", *arguments)

    return call


def edit(folder, *pairs):
    path = folder / "llm-adapt.yaml"
    text = path.read_text()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)


def red(project):
    toy.write_labels(project, 340)


def invalid(project):
    (project / "llm-adapt.yaml").write_text("answers: [")


def nothing(project):
    (project / "llm-adapt.yaml").write_text("rules: rules\nanswers: {labels: 3}\n")


def missing(project):
    (project / "llm-adapt.yaml").unlink()


def undetermined(project):
    edit(project, ("  weights: open\n", ""))


def due(project):
    edit(project, ("review_by: 2026-12-31", "review_by: 2026-06-05"))


@pytest.mark.parametrize(
    ("change", "arguments", "code"),
    [
        (None, (), 0),
        (red, (), 1),
        (red, ("--exit-zero",), 0),
        (red, ("--fail-on", "never"), 0),
        (due, (), 0),
        (due, ("--due-within", "3", "--fail-on", "warning"), 0),
        (due, ("--fail-on", "warning"), 1),
        (due, ("--strict",), 1),
        (None, ("--fail-on", "note"), 1),
        (undetermined, (), 0),
        (undetermined, ("--min-stability", "0.9"), 4),
        (undetermined, ("--min-stability", "0.9", "--fail-on", "never"), 0),
        (undetermined, ("--strict",), 1),
        (undetermined, ("--exit-zero",), 0),
        (invalid, (), 3),
        (invalid, ("--exit-zero",), 3),
        (invalid, ("--fail-on", "never"), 3),
        (nothing, (), 3),
        (nothing, ("--exit-zero",), 3),
        (missing, (), 3),
        (None, ("no-such.yaml",), 3),
        (None, ("no-*.yaml",), 3),
        (None, ("--as-of", "tomorrow"), 2),
        (None, ("--format", "pdf"), 2),
        (None, ("--fail-on", "nothing"), 2),
    ],
)
def test_exit_codes(project, check, change, arguments, code):
    if change:
        change(project)
    assert check(*DAY, *arguments).code == code


@pytest.mark.parametrize("change", [None, red, undetermined, invalid])
def test_no_format_changes_the_exit_code(project, check, change, tmp_path):
    if change:
        change(project)
    expected = check(*DAY, "--min-stability", "0.9").code
    for name in CHECKS:
        assert check(*DAY, "--min-stability", "0.9", "-f", name).code == expected, name


def test_what_is_invalid_is_told_on_stderr_with_its_place(project, check):
    invalid(project)
    told = check(*DAY, "-f", "json")
    assert "llm-adapt.yaml:2:1: error: this is not YAML" in told.err
    assert json.loads(told.out)["outcome"] == "invalid"


def test_several_formats_go_each_to_its_file(project, check):
    red(project)
    told = check(*DAY, "-f", "sarif", "-o", "x.sarif", "-f", "text", "-fjson", "--output=y.json")
    assert "does not hold" in told.out
    assert json.loads((project / "x.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((project / "y.json").read_text())["outcome"] == "findings"


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (("-f", "text", "-f", "json", "-o", "x"), "text"),
        (("-f", "text", "-o", "x", "-f", "json"), "json"),
        (("-o", "x", "-f", "text", "-f", "json"), "json"),
    ],
)
def test_a_file_belongs_to_the_format_before_it(project, check, arguments, out):
    told = check(*DAY, *arguments)
    assert told.out.startswith("{") is (out == "json")
    assert (project / "x").read_text().startswith("{") is (out == "text")


@pytest.mark.parametrize(
    "arguments", [("-f", "text", "-o", "x", "-o", "y"), ("-f", "text", "-o", "x", "-fjson", "-ox")]
)
def test_a_file_without_a_format_of_its_own_is_a_usage_error(project, check, arguments):
    assert check(*DAY, *arguments).code == 2


def test_github_adds_to_the_job_summary(project, check, monkeypatch):
    red(project)
    summary = project / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    told = check(*DAY, "-f", "github")
    assert told.out.startswith("::error file=llm-adapt.yaml,line=13,col=5,title=C301 ")
    assert summary.read_text().startswith(
        "before\n<!-- markdownlint-disable MD013 MD041 -->\n\n## llm-adapt: a decision does not"
    )


def test_a_job_summary_that_cannot_be_written_changes_nothing(project, check, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "no" / "summary.md"))
    told = check(*DAY, "-f", "github")
    assert told.code == 0
    assert "summary" in told.err


def test_the_day_comes_from_the_environment_when_it_must(project, check, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780315200")
    assert json.loads(check("-f", "json").out)["as_of"] == "2026-06-01"


def test_the_life_of_a_decision(project, check, cli):
    born(project, check, cli)
    labels_fall_short_and_come_back(project, check)
    rules_change_and_are_accepted(project, check)
    review_passes_and_is_put_off(project, check)


def born(project, check, cli):
    (project / "llm-adapt.yaml").unlink()
    (project / "answers.yaml").write_text("labels: 1200\nweights: open\ngap: facts\n")
    made = cli("init", "answers.yaml", "--rules", "rules", "--as-of", "2026-06-01", "--by", "us")
    assert made.code == 0, made.err
    append(
        project,
        "assumptions:\n"
        "  - {answer: labels, evidence: {records: data/labels.jsonl}, tolerance: 5%}\n",
    )
    assert check(*DAY, "--update-lock").code == 0
    assert check(*DAY, "--fail-on", "note").code == 0


def labels_fall_short_and_come_back(project, check):
    toy.write_labels(project, 340)
    told = check(*DAY)
    lines = (project / "llm-adapt.yaml").read_text().splitlines()
    place = next(n for n, line in enumerate(lines, 1) if line.startswith("  - {answer: labels"))
    assert told.code == 1
    assert f"llm-adapt.yaml:{place}:5: error C301" in told.out
    toy.write_labels(project, 1200)
    assert check(*DAY).code == 0


def rules_change_and_are_accepted(project, check):
    toy.write_rules(project / "rules", threshold=5000, version="2")
    told = check(*DAY)
    assert told.code == 1
    assert "C501" in told.out
    assert "C203" in told.out
    assert check(*DAY, "--update-lock").code == 2
    dissent = "dissent: {reason: it is built, against: rag}"
    edit(project, ("strategy: peft", f"strategy: peft\n  {dissent}"))
    assert check(*DAY, "--update-lock", "--reason", "seen on 1 June").code == 0
    assert check(*DAY, "--fail-on", "note").code == 0
    locked = json.loads((project / "llm-adapt.lock").read_text())["projects"]
    assert "seen on 1 June" in str(locked)


def review_passes_and_is_put_off(project, check):
    told = check("--as-of", "2026-11-29")
    assert told.code == 1
    assert "C401" in told.out
    ignore = "{finding: C401, reason: the owner is away, until: 2026-12-15}"
    append(project, f"ignore:\n  - {ignore}\n")
    assert check("--as-of", "2026-11-29").code == 0
    told = check("--as-of", "2026-12-16")
    assert told.code == 1
    assert "C603" in told.out


def append(folder, text):
    with (folder / "llm-adapt.yaml").open("a") as stream:
        stream.write(text)


def test_init_never_overwrites_unless_told(project, cli):
    before = (project / "llm-adapt.yaml").read_text()
    (project / "answers.yaml").write_text("labels: 1200\nweights: open\n")
    told = cli("init", "answers.yaml", "--rules", "rules")
    assert told.code == 2
    assert "--force" in told.err
    assert (project / "llm-adapt.yaml").read_text() == before
    assert cli("init", "answers.yaml", "--rules", "rules", "--force").code == 0
    assert (project / "llm-adapt.yaml").read_text() != before


def test_init_without_terminal_or_answers_says_what_to_do(project, cli):
    told = cli("init", "-o", "new.yaml")
    assert told.code == 2
    assert "--skeleton" in told.err


def test_init_against_the_advice_needs_a_reason(project, cli, check):
    (project / "a.yaml").write_text("labels: 1200\nweights: open\ngap: facts\n")
    call = ("init", "a.yaml", "--rules", "rules", "--strategy", "rag", "-o", "new.yaml")
    assert cli(*call).code == 2
    assert cli(*call, "--dissent", "it is built").code == 0
    assert check(*DAY, "new.yaml").code == 0


def test_init_names_a_folder_of_rules_from_where_the_file_stands(project, cli, check):
    (project / "sub").mkdir()
    (project / "a.yaml").write_text("labels: 1200\nweights: open\ngap: facts\n")
    made = cli("init", "a.yaml", "--rules", "rules", "-o", "sub/llm-adapt.yaml", *DAY)
    assert made.code == 0, made.err
    assert "rules: ../rules\n" in (project / "sub" / "llm-adapt.yaml").read_text()
    assert check(*DAY, "sub").code == 0


def test_init_asks_when_there_is_nothing_to_read(project, cli, check):
    call = ("init", "--plain", "--rules", "rules", "-o", "new.yaml", *DAY)
    made = cli(*call, stdin=b"1\n1200\n1\n\n\n\n")
    assert made.code == 0, made.err
    assert check(*DAY, "new.yaml").code == 0


@pytest.mark.parametrize("rules", ["current", "article"])
def test_a_skeleton_is_a_valid_file_that_is_not_green(project, cli, check, rules):
    assert cli("init", "--skeleton", "--rules", rules, "-o", "new.yaml").code == 0
    assert (project / "new.yaml").read_text().startswith("# yaml-language-server: $schema=")
    told = check(*DAY, "new.yaml")
    assert told.code == 3
    assert "C103" in told.out


def test_the_commented_examples_of_a_skeleton_are_valid(project, cli):
    from llm_adapt.files.project_file import read_project_file

    cli("init", "--skeleton", "--rules", "rules", "-o", "new.yaml")
    lines = (project / "new.yaml").read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("# assumptions:"))
    shown = [line.removeprefix("# ") for line in lines[start:]]
    (project / "shown.yaml").write_text("answers: {labels: 3}\n" + "\n".join(shown) + "\n")
    (found,) = read_project_file(project / "shown.yaml", "shown.yaml").projects
    assert [assumption.id for assumption in found.assumptions] == ["labeled_examples", "quality"]
    assert found.record


def test_a_record_is_written_where_the_project_says(project, cli, check):
    (project / "docs").mkdir()
    edit(project, ("review_by:", "record: docs/0001.md\nreview_by:"))
    assert "C702" in check(*DAY).out
    told = cli("record")
    assert (told.code, told.out) == (0, "")
    text = (project / "docs" / "0001.md").read_text()
    for heading in (
        "## Context and Problem Statement", "## Decision Drivers", "## Considered Options",
        "## Decision Outcome", "### Consequences", "### Confirmation",
        "## Pros and Cons of the Options", "## More Information",
    ):  # fmt: skip
        assert f"\n{heading}\n" in text
    assert text.startswith(
        '---\nstatus: accepted\ndate: 2026-01-15\ndecision-makers: "search team"\n'
    )
    assert "C70" not in check(*DAY).out
    toy.write_rules(project / "rules", strength="weak", version="2")
    assert "C701" in check(*DAY).out


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("record: x", "record: ../x.md"), 3),
        (("record: x", "record: no/x.md"), 3),
        (("decision:\n  strategy: peft\n  since: 2026-01-15\n  by: search team\n", ""), 3),
        (("gap: facts", "gap: fats"), 3),
        (("strategy: peft", "strategy: pft"), 3),
    ],
)
def test_a_record_that_cannot_be_is_not_written(project, cli, change, code):
    edit(project, ("review_by:", "record: x\nreview_by:"), change)
    assert cli("record").code == code
    assert not (project.parent / "x.md").exists()


def test_a_record_goes_to_standard_output_without_a_place(project, cli):
    assert cli("record").out.startswith("---\nstatus: accepted")
    assert cli("record", "--project", "other").code == 3


def test_nothing_in_a_file_name_or_project_steers_the_terminal(project, check):
    (project / "llm-adapt.yaml").write_text('project: "a\\e[31m"\nanswers: 3\n')
    told = check(*DAY)
    assert "\x1b" not in told.out + told.err


def test_a_check_leaves_files_alone(project, check):
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    check(*DAY, "-f", "json", "-o", os.devnull)
    after = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    assert before == after


def test_fix_writes_what_is_known_exactly_and_keeps_comments(project, check):
    path = project / "llm-adapt.yaml"
    text = path.read_text().replace("labels: 1200", "labels: 1200 # counted in May")
    path.write_text(text.replace("review_by: 2026-12-31", "review_by: 2026-05-01"))
    red(project)
    before = path.read_text()
    shown = check(*DAY, "--diff")
    assert (shown.code, path.read_text()) == (0, before)
    assert "-  labels: 1200 # counted in May\n+  labels: 340 # counted in May\n" in shown.out
    told = check(*DAY, "--fix")
    assert told.out.startswith(shown.out)
    after = path.read_text()
    assert after == before.replace("1200 # c", "340 # c").replace("2026-05-01", "2026-09-15")
    assert told.code == 1  # the decision itself is nobody's to mend
    assert "C203" in told.out
    assert "C301" not in told.out
    assert "C504" not in told.out
    assert check(*DAY, "--diff").out == ""


@pytest.mark.parametrize(
    "answers",
    [
        "answers: {weights: open, gap: facts}",
        "answers:\n  # two\n  weights: open\n  gap: facts",
        "answers:\n  labels:\n  weights: open\n  gap: facts",
    ],
)
def test_fix_adds_an_answer_that_only_the_evidence_gives(project, check, answers):
    old = "answers:\n  labels: 1200\n  weights: open\n  gap: facts"
    edit(project, (old, answers))
    assert check(*DAY, "--fix").code == 0
    assert "labels: 1200" in (project / "llm-adapt.yaml").read_text()


def test_fix_does_not_accept_what_needs_a_reason(project, check):
    check(*DAY, "--update-lock")
    before = (project / "llm-adapt.lock").read_text()
    toy.write_rules(project / "rules", threshold=5000, version="2")
    assert "C501" in check(*DAY, "--fix").out
    assert (project / "llm-adapt.lock").read_text() == before


def test_a_baseline_is_written_and_only_what_is_new_fails(project, check):
    red(project)
    assert check(*DAY, "--write-baseline", "--baseline-days", "30").code == 0
    told = check(*DAY)
    assert (told.code, "accepted until 2026-07-01" in told.out) == (0, True)
    assert check("--as-of", "2026-07-02").code == 1
    (project / "llm-adapt.baseline").write_text("<<<<<<< HEAD\n")
    told = check(*DAY)
    assert (told.code, "llm-adapt.baseline:1:1: error: " in told.err) == (3, True)


def test_a_conflict_in_a_lock_is_refused_at_its_place_and_nothing_is_dropped(project, check):
    check(*DAY, "--update-lock")
    path = project / "llm-adapt.lock"
    conflict = path.read_text().replace("\n", "\n<<<<<<< a\n", 4)
    path.write_text(conflict)
    told = check(*DAY)
    assert (told.code, "llm-adapt.lock:2:1: error C506" in told.out) == (1, True)
    assert check(*DAY, "--update-lock").code == 3
    assert path.read_text() == conflict


def test_processes_that_lock_at_once_lose_nothing(project):
    for number in range(6):
        text = toy.PROJECT.replace("project: bot", f"project: p{number}")
        (project / f"p{number}.yaml").write_text(text)
    call = [sys.executable, "-m", "llm_adapt", "check", *DAY, "--update-lock"]
    running = [subprocess.Popen([*call, f"p{n}.yaml"], stdout=subprocess.DEVNULL) for n in range(6)]
    assert [process.wait() for process in running] == [0] * 6
    locked = json.loads((project / "llm-adapt.lock").read_text())["projects"]
    assert sorted(locked) == [f"p{n}.yaml#p{n}" for n in range(6)]


@pytest.mark.parametrize("name", ["llm-adapt.lock", "llm-adapt.baseline", "adr.md"])
def test_nothing_is_written_through_a_link_out_of_the_repository(
    project, check, cli, name, tmp_path_factory
):
    outside = tmp_path_factory.mktemp("outside") / "kept"
    (project / name).symlink_to(outside)
    edit(project, ("review_by:", "record: adr.md\nreview_by:"))
    red(project)
    option = {"llm-adapt.lock": "--update-lock", "llm-adapt.baseline": "--write-baseline"}.get(name)
    told = check(*DAY, option) if option else cli("record")
    assert told.code == 3
    assert not outside.exists()


def test_a_result_replaces_only_what_is_ours(project, check):
    (project / "README.md").write_text("# Mine\n")
    told = check(*DAY, "-f", "markdown", "-o", "README.md")
    assert (told.code, "--force" in told.err) == (3, True)
    assert (project / "README.md").read_text() == "# Mine\n"
    for name in ("text", *CHECKS):
        for _ in range(2):
            assert check(*DAY, "-f", name, "-o", f"out.{name}").code == 0, name
    assert check(*DAY, "-f", "markdown", "-o", "README.md", "--force").code == 0


@pytest.mark.parametrize("name", ["llm-adapt.yaml", "notes.txt"])
def test_a_record_replaces_only_a_record(project, cli, name):
    (project / "notes.txt").write_text("mine\n")
    edit(project, ("review_by:", f"record: {name}\nreview_by:"))
    before = (project / name).read_text()
    told = cli("record")
    assert (told.code, "no decision record" in told.err) == (3, True)
    assert (project / name).read_text() == before


def test_a_record_of_several_projects_asks_which(project, cli):
    (project / "sub").mkdir()
    (project / "sub" / "llm-adapt.yaml").write_text(
        toy.PROJECT.replace("rules: rules", "rules: ../rules").replace(
            "project: bot", "project: mail"
        )
    )
    told = cli("record")
    assert (told.code, "--project" in told.err) == (2, True)
    assert cli("record", "--project", "mail").out.startswith("---\nstatus: accepted")


def test_a_record_of_what_is_open_is_proposed_and_says_nothing_twice(project, cli):
    undetermined(project)
    edit(project, ("by: search team", 'by: "x\\n---\\n<img src=x>"'))
    told = cli("record").out
    assert told.startswith('---\nstatus: proposed\ndate: 2026-01-15\ndecision-makers: "x --- <img')
    reasons = [line.split("because: ")[1] for line in told.splitlines() if "because: " in line]
    section = told[told.index("## Pros and Cons") :]
    for option in section.split("\n### ")[1:]:
        lines = [
            line.split("because: ")[1] for line in option.splitlines() if ", because: " in line
        ]
        assert len(lines) == len(set(lines))
    assert reasons


def test_only_projects_that_a_change_touches_are_checked(project, check):
    (project / ".git").rmdir()
    for name in ("a", "b"):
        (project / name).mkdir()
        toy.write_project(project / name)
        (project / name / ".git").rmdir()
    (project / "llm-adapt.yaml").unlink()
    toy.commit(project, "2026-05-20")
    call = (*DAY, "-f", "json", "--changed-since", "HEAD")
    assert json.loads(check(*call).out)["projects"] == []
    assert check(*call).code == 0
    toy.write_labels(project / "b", 5)
    told = check(*call)
    assert [p["file"] for p in json.loads(told.out)["projects"]] == ["b/llm-adapt.yaml"]
    assert told.code == 1
    assert check(*DAY, "--changed-since", "no-such").code == 2


def test_several_processes_find_what_one_finds(project, check):
    for name in "abcdef":
        (project / name).mkdir()
        text = toy.PROJECT.replace("rules: rules", "rules: ../rules")
        (project / name / "llm-adapt.yaml").write_text(text)
    one = check(*DAY, "-f", "json")
    assert (one.code, check(*DAY, "-f", "json", "--jobs", "2").out) == (1, one.out)


def test_results_of_many_repositories_are_one_table(project, check):
    check(*DAY, "-f", "json", "-o", "one.json")
    red(project)
    check(*DAY, "-f", "json", "-o", "two.json")
    told = check("--format", "summary", "one.json", "two.json")
    assert told.code == 0
    assert (
        "2 projects in 2 results (1 done and 1 findings); decisions stand 2 on toy 1 (" in told.out
    )
    assert "| two.json | bot | peft | recommended |" in told.out.replace("\\", "")
    (project / "three.json").write_text("{}")
    assert check("--format", "summary", "three.json").code == 3


@pytest.mark.parametrize("change", [None, red, undetermined, invalid, nothing])
def test_results_and_locks_fit_their_schemas(project, check, cli, change):
    schemas = {name: json.loads(cli("schema", name).out) for name in ("check", "lock")}
    if change:
        change(project)
    Draft202012Validator(schemas["check"]).validate(json.loads(check(*DAY, "-f", "json").out))
    if change in {None, red, undetermined}:
        check(*DAY, "--update-lock")
        locked = json.loads((project / "llm-adapt.lock").read_text())
        Draft202012Validator(schemas["lock"]).validate(locked)
        assert not Draft202012Validator(schemas["lock"]).is_valid({**locked, "projects": {"a": {}}})


def test_a_badge_and_a_comment_say_what_the_run_came_to(project, check):
    red(project)
    assert "llm-adapt: does not hold</title>" in check(*DAY, "-f", "badge").out.replace(
        " as of 2026-06-01", ""
    )
    assert check(*DAY, "-f", "comment").out.startswith(
        "<!-- llm-adapt check -->\n<!-- markdownlint-disable MD013"
    )


def test_rules_of_a_revision_are_read_from_the_repository(project, check):
    (project / ".git").rmdir()
    toy.commit(project, "2026-05-20")
    toy.git(project, "tag", "v1")
    toy.write_rules(project / "rules", threshold=5000, version="2")
    assert check(*DAY).code == 1
    edit(project, ("rules: rules", 'rules: "v1:rules"'))
    told = check(*DAY, "-f", "json")
    assert told.code == 0
    digest = json.loads(told.out)["projects"][0]["ruleset"]["digest"]
    (project / "llm-adapt.toml").write_text(f'rules-digest = "{digest}"\n')
    assert check(*DAY).code == 0
    edit(project, ("v1:rules", "HEAD~0:rules"))
    (project / "llm-adapt.toml").write_text('rules-digest = "0000"\n')
    told = check(*DAY)
    assert (told.code, "the settings pin 0000" in told.out) == (3, True)


@pytest.mark.parametrize("kind", ["zip", "gztar", "xztar"])
def test_rules_of_an_archive_are_read_from_the_disk(project, check, kind):
    name = Path(shutil.make_archive(str(project / "packed"), kind, project, "rules")).name
    edit(project, ("rules: rules", f"rules: {name}"))
    assert check(*DAY).code == 0
    edit(project, (f"rules: {name}", f"rules: {name}:rules"))
    assert check(*DAY).code == 0
    edit(project, (f"rules: {name}:rules", f"rules: {name}:other"))
    assert check(*DAY).code == 3
    edit(project, (f"rules: {name}:other", f"rules: {name}"))
    (project / name).write_bytes((project / name).read_bytes()[:200])
    told = check(*DAY)
    assert (told.code, "archive" in told.out) == (3, True)


@pytest.mark.parametrize("link", [False, True])
def test_rules_outside_the_repository_are_refused_unread(project, check, link, tmp_path_factory):
    secret = tmp_path_factory.mktemp("secret")
    (secret / "ruleset.yaml").write_text("password: x\nname: s\n")
    if link:
        (project / "rules" / "more.yaml").symlink_to(secret / "ruleset.yaml")
    else:
        edit(
            project,
            (
                "rules: rules",
                f"rules: ../../{secret.parent.name}/{secret.name}" if False else f"rules: {secret}",
            ),
        )
    told = check(*DAY)
    assert (told.code, "lead out of the repository" in told.out) == (3, True)
    assert "password" not in told.out + told.err


def test_a_faulty_project_is_told_once(project, check):
    invalid(project)
    told = check(*DAY)
    assert (told.err, told.out.count("C101")) == (
        "error: could not be checked: llm-adapt.yaml:2:1\n",
        1,
    )
    assert "this is not YAML" not in told.err


def test_a_line_of_text_is_no_command_for_a_runner(project, check):
    edit(project, ("says: We have the labels.", 'says: "::stop-commands::x"'))
    red(project)
    assert not [line for line in check(*DAY).out.splitlines() if line.strip().startswith("::")]


def test_a_pipe_is_no_project_file(project, check):
    os.mkfifo(project / "pipe.yaml")
    told = check(*DAY, "pipe.yaml")
    assert (told.code, "not an ordinary file" in told.out) == (3, True)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("strategy: rag", ("unknown key 'strategy'", "it belongs under decision:")),
        (
            "assumptions: [{id: a, evidence: {value: e.json, at: f1}, at_least: 0}]",
            ("e.json has no f1 at the top", "did you mean n.f1?"),
        ),
        (
            "assumptions: [{id: a, evidence: {value: e.json, at: q}, at_least: 0}]",
            ("0.75 at q in e.json is no number", "for it is quoted"),
        ),
        (
            "assumptions: [{id: a, evidence: {lm_eval: e.json, task: n, metric: acc,none}, at_least: 0}]",
            ("unknown key 'none'", 'if it belongs to it: "acc,none"'),
        ),
        ("record: docs/none.md", ("llm-adapt.yaml:4:9: warning C702", "llm-adapt record")),
        ("record: ../../none.md", ("llm-adapt.yaml:4:9: error C304", "leads out")),
    ],
)
def test_a_slip_is_told_once_with_the_way_out(tmp_path, monkeypatch, cli, lines, said):
    (tmp_path / ".git").mkdir()
    (tmp_path / "e.json").write_text('{"n": {"f1": 0.5}, "q": "0.75"}')
    answers = "answers: {task_type: qa, capability_gap: [missing_facts]}"
    text = f"project: a\n{answers}\ndecision: {{strategy: rag}}\n{lines}\n"
    (tmp_path / "llm-adapt.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    told = cli("check")
    assert all(part in told.out for part in said), told.out
    assert told.out.count(said[0]) == 1
    assert not any(part in told.err for part in said)


def test_the_rule_set_that_was_used_is_the_one_that_is_told(tmp_path, monkeypatch, cli):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    text = "rules: current\nanswers: {task_type: qa}\ndecision: {strategy: rag}\n"
    (tmp_path / "llm-adapt.yaml").write_text(text)
    assert "(article " in cli("check", "--rules", "article").out
    assert "(current " in cli("check").out


def test_a_no_in_the_words_of_yaml_is_told_as_the_answer_that_is_meant(tmp_path, monkeypatch, cli):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    text = "answers: {task_type: qa, citations: false}\ndecision: {strategy: rag}\n"
    (tmp_path / "llm-adapt.yaml").write_text(text)
    told = cli("check")
    assert "citations cannot be false" in told.out
    assert "did you mean no?" in told.out
