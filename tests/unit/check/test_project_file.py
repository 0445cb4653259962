"""Project files: every fault at once, each at its line and column; finding the files."""

import pytest
from toy import PROJECT

from llm_adapt.errors import FaultsError, LlmAdaptError
from llm_adapt.files.project_file import read_project_file
from llm_adapt.files.project_find import find_files, repository_root
from llm_adapt.files.schema import project_schema


def faults(tmp_path, text):
    path = tmp_path / "p.yaml"
    path.write_text(text)
    with pytest.raises(LlmAdaptError) as caught:
        read_project_file(path, "p.yaml")
    error = caught.value
    return error.faults if isinstance(error, FaultsError) else [error]


def read(tmp_path, text):
    path = tmp_path / "p.yaml"
    path.write_text(text)
    return read_project_file(path, "p.yaml").projects


@pytest.mark.parametrize(
    ("line", "at", "said"),
    [
        ("decisoin: {strategy: rag}", (2, 1), "unknown key"),
        ("decision: {strategy: rag, sinse: 2026-01-01}", (2, 27), "unknown key"),
        ("decision: {strategy: RAG!}", (2, 22), "strategy"),
        ("decision: {since: 2026-01-01}", (2, 1), "strategy is missing"),
        ("review_by: soon", (2, 12), "no date"),
        ("review_by: 2026-02-30", (2, 12), "no date"),
        ("assumptions: [{evidence: {value: a.json, at: b}}]", (2, 15), "against nothing"),
        ("assumptions: [{evidence: {nothing: 1}, answer: a}]", (2, 26), "needs one of"),
        ("assumptions: [{evidence: {value: a.json}, answer: a}]", (2, 16), "at is missing"),
        (
            "assumptions: [{evidence: {value: a.json, at: b, of: c}, answer: a}]",
            (2, 49),
            "unknown key",
        ),
        ("assumptions: [{evidence: {records: a}, at_least: many}]", (2, 50), "at_least"),
        ("assumptions: [{evidence: {records: a}, at_least: 1, tolerance: x%}]", (2, 64), "tolera"),
        (
            'assumptions: [{evidence: {records: a}, at_least: "0.5"}]',
            (2, 50),
            "text, for it is quoted",
        ),
        ("assumptions: [{evidence: {records: a}, at_least: .nan}]", (2, 50), "finite"),
        ("strategy: rag", (2, 1), "unknown key 'strategy'"),
        ("assumptions: [{evidence: {command: ls}, at_least: 1}]", (2, 36), "list"),
        ("ignore: [{finding: C999}]", (2, 20), "no finding C999"),
        ("ignore: [{finding: C103}]", (2, 20), "cannot be ignored"),
        ("ignore: [{finding: everything}]", (2, 20), "finding"),
    ],
)
def test_a_fault_is_told_where_it_stands(tmp_path, line, at, said):
    found = faults(tmp_path, f"answers: {{a: 1}}\n{line}\n")
    assert [(f.where.line, f.where.column) for f in found] == [at]
    assert said in found[0].message


def test_every_fault_is_told_at_once(tmp_path):
    text = "answers: 3\nreview_by: x\ndecision: {}\nassumptions: 1\n"
    assert sorted(fault.where.line for fault in faults(tmp_path, text)) == [1, 2, 3, 4]


def test_faults_of_dates_and_ignores_are_told_together(tmp_path):
    text = "answers: {a: 1}\nreview_by: 2026-13-01\nignore: [{finding: C999, until: 2026-00-01}]\n"
    assert len(faults(tmp_path, text)) == 3


@pytest.mark.parametrize("text", ["", "- a\n", "a: [\n", "just words\n", "projects: {}\n"])
def test_what_is_no_project_file_is_a_fault(tmp_path, text):
    assert faults(tmp_path, text)


def test_everything_that_a_project_says_is_read(tmp_path):
    text = PROJECT + (
        "    max_age_days: 30\n"
        "  - {id: good, evidence: {value: r.json, at: a.b}, at_least: 0.8, below: 1, tolerance: 0.1}\n"
        "ignore:\n  - {finding: C301, at: good, reason: soon, until: 2026-07-01}\n"
        "record: docs/0001.md\n"
    )
    (project,) = read(tmp_path, text)
    labels, good = project.assumptions
    assert (labels.id, labels.max_age_days, labels.tolerance.around(1000)) == ("labels", 30, 50)
    assert good.bounds == [("at_least", 0.8), ("below", 1)]
    assert good.tolerance.around(1000) == 0.1
    assert (project.name, project.record) == ("bot", "docs/0001.md")
    assert str(project.review_by) == "2026-12-31"
    assert (project.ignore[0].at, str(project.ignore[0].until)) == ("good", "2026-07-01")
    assert (project.decision.by, str(project.decision.since)) == ("search team", "2026-01-15")


def test_a_dissent_is_a_reason_with_or_without_what_it_is_against(tmp_path):
    (short,) = read(tmp_path, "answers: {a: 1}\ndecision: {strategy: rag, dissent: it is here}\n")
    assert (short.decision.dissent.reason, short.decision.dissent.against) == ("it is here", "")
    text = "answers: {a: 1}\ndecision: {strategy: rag, dissent: {reason: r, against: peft}}\n"
    (long,) = read(tmp_path, text)
    assert (long.decision.dissent.reason, long.decision.dissent.against) == ("r", "peft")


def test_several_projects_share_the_rule_set(tmp_path):
    text = "rules: mine\nprojects:\n  a: {answers: {x: 1}}\n  b: {answers: b.yaml, rules: theirs}\n"
    one, two = read(tmp_path, text)
    assert (one.name, one.rules, one.answers) == ("a", "mine", {"x": 1})
    assert (two.name, two.rules, two.answers) == ("b", "theirs", "b.yaml")


def test_assumptions_of_one_name_are_told_apart(tmp_path):
    text = "answers: {a: 1}\nassumptions:\n" + "  - {answer: a, evidence: {records: r.csv}}\n" * 2
    assert "used twice" in faults(tmp_path, text)[0].message


def test_projects_of_one_name_are_told_apart(tmp_path):
    text = "projects:\n  a: {answers: {x: 1}}\n  b: {answers: {x: 1}, project: a}\n"
    assert "two projects" in faults(tmp_path, text)[0].message


def test_the_nearest_file_is_found_up_to_the_root(tmp_path):
    (tmp_path / ".git").mkdir()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    with pytest.raises(LlmAdaptError, match="0 projects"):
        find_files([], deep)
    (tmp_path / "llm-adapt.yaml").write_text("x")
    assert find_files([], deep) == [tmp_path / "llm-adapt.yaml"]
    (deep / ".llm-adapt.yaml").write_text("x")
    assert names([], deep) == [".llm-adapt.yaml"]


def names(patterns, folder):
    return [path.as_posix() for path in find_files(patterns, folder)]


@pytest.fixture
def services(tmp_path):
    for name in ("services/a", "services/b/deep", "out/c", "node_modules/d", "other"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "llm-adapt.yaml").write_text("x")
        (tmp_path / name / "other.yaml").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("# made\n/out/\nother*\n!other\n")
    (tmp_path / "link").symlink_to(tmp_path / "services")
    (tmp_path / "services" / "b" / ".gitignore").write_text("*.log\n")
    return tmp_path


A, B, OTHER = "services/a/llm-adapt.yaml", "services/b/deep/llm-adapt.yaml", "other/llm-adapt.yaml"


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ([], [OTHER, A, B]),
        (["."], [OTHER, A, B]),
        (["**"], [OTHER, A, B]),
        (["services"], [A, B]),
        (["services/"], [A, B]),
        (["services/*"], [A, B]),
        (["services/*/*"], [A, B]),
        (["**/llm-adapt.yaml"], [OTHER, A, B]),
        (["services/**/*.yaml"], [A, B]),
        (["services/a/other.yaml"], ["services/a/other.yaml"]),
        (["out/c/llm-adapt.yaml"], ["out/c/llm-adapt.yaml"]),
    ],
)
def test_patterns_mean_what_they_mean_elsewhere(services, patterns, expected):
    assert names(patterns, services) == expected


def test_what_takes_nothing_says_what_was_looked_at(services):
    (services / "services" / "a" / "llm-adapt.yaml").unlink()
    with pytest.raises(LlmAdaptError, match="takes 1 files and folders, and looked into 1 folders"):
        find_files(["services/a*"], services)


def test_a_line_of_gitignore_may_be_taken_back_below(services):
    (services / ".gitignore").write_text("services/*\n!services/b\n")
    assert names([], services) == ["other/llm-adapt.yaml", "out/c/llm-adapt.yaml", B]


def test_the_search_does_not_leave_the_repository(tmp_path):
    (tmp_path / "llm-adapt.yaml").write_text("x")
    inner = tmp_path / "repository"
    (inner / ".git").mkdir(parents=True)
    with pytest.raises(LlmAdaptError):
        find_files([], inner)


def test_patterns_and_folders_are_taken_once_and_in_order(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "llm-adapt.yaml").write_text("x")
    found = find_files(["*/llm-adapt.yaml", "a", "a/llm-adapt.yaml"], tmp_path)
    assert [path.as_posix() for path in found] == ["a/llm-adapt.yaml", "b/llm-adapt.yaml"]
    with pytest.raises(LlmAdaptError, match="nothing is called"):
        find_files(["c*/llm-adapt.yaml"], tmp_path)


def test_the_root_is_where_git_says(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert repository_root(tmp_path / "a" / "b") == (tmp_path / "a" / "b").resolve()
    (tmp_path / "a" / ".git").write_text("gitdir: elsewhere")
    assert repository_root(tmp_path / "a" / "b") == (tmp_path / "a").resolve()


def test_the_schema_takes_what_the_reader_takes():
    from jsonschema import Draft202012Validator

    from llm_adapt.files.yaml_file import read_yaml

    validator = Draft202012Validator(project_schema())
    Draft202012Validator.check_schema(project_schema())
    assert validator.is_valid(read_yaml(PROJECT, "p").data)
    assert not validator.is_valid({"answers": {}, "decisoin": {}})
    assert validator.is_valid({"projects": {"a": {"answers": "a.yaml"}}})
