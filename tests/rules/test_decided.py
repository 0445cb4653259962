"""On every documented project and example everything is decided: nothing ends at a limit."""

from pathlib import Path

import pytest

from llm_adapt.files.answers import read_answers
from llm_adapt.usecases.advise import inquire, program_for

TESTS = Path(__file__).parent.parent
FILES = [
    *sorted((TESTS / "real_cases").glob("*.yaml")),
    *sorted((TESTS.parent / "examples").glob("*/answers.yaml")),
]


@pytest.mark.parametrize("profile", ["article", "current"])
@pytest.mark.parametrize("part", range(4))
def test_what_is_asked_and_what_flips_is_decided(profile: str, part: int) -> None:
    program = program_for(profile)
    for path in FILES[part::4]:
        inquiry = inquire(program, read_answers(path, program.rules.questions))
        assert not [entry.question for entry in inquiry.outlook().open if entry.undecided], path
        assert not inquiry.bounds().undecided, path
