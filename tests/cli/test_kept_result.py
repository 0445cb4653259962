"""What `save FILE` writes after an interview."""

import pytest

from llm_adapt.cli.interview.kept_result import PROJECT, kept_result
from llm_adapt.errors import UsageError
from llm_adapt.files.project_file import read_project_file
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import program_for

GIVEN = Situation({"knowledge_need": Answer("core"), "weights_access": Answer("api_only")})


@pytest.fixture(scope="module")
def program():
    return program_for("current")


def test_a_markdown_name_gets_the_report(program, tmp_path):
    text = kept_result(tmp_path / "advice.md", program, GIVEN)
    assert text.startswith("## Best on what is known: Retrieval (RAG)")


def test_an_html_name_gets_a_page(program, tmp_path):
    text = kept_result(tmp_path / "advice.html", program, GIVEN)
    assert text.startswith("<!doctype html>")
    assert "<h1><strong>Best on what is known: Retrieval (RAG)" in text


def test_the_name_of_a_project_file_gets_one_that_reads_back(program, tmp_path):
    path = tmp_path / PROJECT
    path.write_text(kept_result(path, program, GIVEN))
    (project,) = read_project_file(path, str(path)).projects
    assert project.decision.strategy == "rag"


def test_a_project_file_is_never_overwritten(program, tmp_path):
    (tmp_path / PROJECT).write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        kept_result(tmp_path / PROJECT, program, GIVEN)


def test_any_other_name_is_for_the_answers(program, tmp_path):
    assert kept_result(tmp_path / "answers.yaml", program, GIVEN) is None
