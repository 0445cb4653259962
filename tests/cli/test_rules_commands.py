"""`llm-adapt rules list|docs|graph|diff|new`: what they write, and their exit codes."""

import json

import pytest
from typer.testing import CliRunner

from llm_adapt.cli.commands.rules import app
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.errors import LlmAdaptError, UsageError


def run(*args, stdin=None):
    result = CliRunner().invoke(
        app, list(args), input=stdin, env={"TERM": "dumb", "COLUMNS": "80"}, standalone_mode=False
    )
    if result.exception is not None:
        raise result.exception
    return result


def code(result):
    return result.return_value or ExitCode.DONE


def test_the_list_fits_80_columns_and_its_json_has_the_same_rules():
    text = run("list", "article").stdout
    rows = json.loads(run("list", "--rules", "article", "-f", "json").stdout)["rules"]
    assert rows
    assert all(row["id"] in text for row in rows)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_filter_narrows_the_list_and_an_unknown_one_is_a_usage_error():
    everything = json.loads(run("list", "-f", "json").stdout)["rules"]
    some = json.loads(run("list", "-f", "json", "--strategy", "rag", "--grade", "c").stdout)[
        "rules"
    ]
    assert 0 < len(some) < len(everything)
    assert {row["grade"] for row in some} == {"C"}
    with pytest.raises(UsageError):
        run("list", "--question", "nothing")


@pytest.mark.parametrize("notation", ["mermaid", "dot", "svg"])
def test_the_graph_comes_in_each_notation_and_can_be_lit(tmp_path, notation):
    plain = run("graph", "-f", notation).stdout
    lit = run("graph", "-f", notation, "--answers", "-", stdin="task_type: qa\n").stdout
    assert plain != lit
    target = tmp_path / "chart"
    run("graph", "current", "-f", notation, "-o", str(target))
    assert target.read_text("utf-8") == plain


def test_wrong_answers_are_told_with_their_place(tmp_path):
    (tmp_path / "a.yaml").write_text("task_type: nonsense\n")
    with pytest.raises(LlmAdaptError) as caught:
        run("graph", "--answers", str(tmp_path / "a.yaml"))
    assert "a.yaml:1:12" in "\n".join(caught.value.lines())


def test_docs_tell_one_thing_the_book_the_index_and_the_rows(tmp_path):
    assert run("docs", "rag").stdout.startswith("# rag\n")
    assert "```mermaid" in run("docs", "--index").stdout
    assert run("docs", "article").stdout == run("docs", "--all", "--rules", "article").stdout
    rows = json.loads(run("docs", "--article", "-f", "json").stdout)["rows"]
    assert len(rows) == 93
    assert "A85" in run("docs", "--article", "-f", "markdown").stdout
    run("docs", "--all", "-o", str(tmp_path / "book"))
    assert (tmp_path / "book" / "strategies" / "rag+peft.md").is_file()


@pytest.mark.parametrize(
    "args", [(), ("rag", "--index"), ("--all", "--article"), ("no-such-thing",)]
)
def test_docs_say_what_is_wrong_with_the_wish(args):
    with pytest.raises(UsageError) as caught:
        run("docs", *args)
    assert caught.value.hint


def test_diff_fails_on_a_change_only_when_asked():
    args = ("diff", "article", "current", "--samples", "100")
    assert code(run(*args)) == ExitCode.DONE
    assert code(run(*args, "--fail-on-change")) == ExitCode.FINDINGS
    same = run("diff", "current", "current", "--samples", "50", "--fail-on-change")
    assert code(same) == ExitCode.DONE
    assert "Proved" in same.stdout


def test_named_projects_decide_whether_diff_fails(tmp_path):
    stays, moves = tmp_path / "stays.yaml", tmp_path / "moves.yaml"
    example = json.loads(
        run("diff", "article", "current", "--samples", "200", "-f", "json").stdout
    )["example"]
    moves.write_text(json.dumps(example["answers"]))
    stays.write_text("task_type: qa\n")
    args = ("diff", "article", "current", "--samples", "50", "--fail-on-change", "-f", "json")
    one = run(*args, "--projects", str(stays))
    assert code(one) == ExitCode.DONE
    two = run(*args, "--projects", str(stays), str(moves))
    assert code(two) == ExitCode.FINDINGS
    assert [p["changed"] for p in json.loads(two.stdout)["projects"]] == [False, True]


def test_diff_text_fits_80_columns():
    text = run("diff", "article", "current", "--samples", "200").stdout
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_new_rule_is_listed_and_changes_nothing_by_itself(tmp_path):
    folder = str(tmp_path / "policy")
    written = run("new", "our-rule", folder).stdout.splitlines()
    assert len(written) == 2
    rows = json.loads(run("list", folder, "--profile", "policy", "-f", "json").stdout)["rules"]
    assert [row["id"] for row in rows] == ["our-rule"]
    with pytest.raises(UsageError):
        run("new", "our-rule", folder)


@pytest.mark.parametrize(
    "command",
    [
        ("rules", "graph", "-f", "mermaid"),
        ("rules", "graph", "-f", "dot"),
        ("rules", "graph", "-f", "svg"),
        ("rules", "docs", "labeled_examples"),
        ("rules", "docs", "--all"),
        ("rules", "docs", "--index"),
        ("schema", "rules"),
        ("schema", "answers"),
        ("rules", "list", "-f", "json"),
    ],
    ids=" ".join,
)
def test_what_was_written_can_be_written_again(cli, tmp_path, command):
    target = tmp_path / "page.md"
    for _ in range(2):
        outcome = cli(*command, "-o", str(target))
        assert (outcome.code, outcome.err) == (0, "")


def test_a_book_does_not_write_over_a_page_of_somebody_else(cli, tmp_path):
    (tmp_path / "README.md").write_text("# Mine\n")
    outcome = cli("rules", "docs", "--all", "-o", str(tmp_path))
    assert outcome.code == 3
    assert "README.md:1:1: error: this file is there already" in outcome.err
    assert (tmp_path / "README.md").read_text() == "# Mine\n"
    assert cli("rules", "docs", "--all", "-o", str(tmp_path), "--force").code == 0
    assert cli("rules", "docs", "--all", "-o", str(tmp_path)).code == 0
