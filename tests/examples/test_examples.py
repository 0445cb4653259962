"""Every folder of examples/ with answers is run as its README says."""

from pathlib import Path

import pytest

from llm_adapt.files.answers import read_answers
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.plain import mapping
from llm_adapt.usecases.advise import program_for

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/answers.yaml"))


@pytest.fixture(scope="module")
def program():
    return program_for("current")


def test_there_are_at_least_seven_examples():
    assert len(FOLDERS) >= 7


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_example_comes_to_its_expected_first_place(folder, program):
    expected = mapping(read_file(folder / "expected.yaml").data)["first"]
    values = read_answers(folder / "answers.yaml", program.rules.questions).values()
    assert program.first(values) == expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_example_says_why_it_exists_and_how_it_is_run(folder):
    text = (folder / "README.md").read_text("utf-8")
    assert f"llm-adapt advise examples/{folder.name}/answers.yaml" in text
    assert len(text.splitlines()) >= 5
