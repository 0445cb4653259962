"""On every documented project and example everything is decided: nothing ends at a limit."""

from pathlib import Path

import pytest
import yaml

from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.value import Unreadable
from llm_adapt.usecases.advise import program_for

TESTS = Path(__file__).parent.parent
FILES = [
    *sorted((TESTS / "real_cases").glob("*.yaml")),
    *sorted((TESTS.parent / "examples").glob("*/answers.yaml")),
]


@pytest.mark.parametrize("profile", ["article", "current"])
@pytest.mark.parametrize("part", range(4))
def test_what_is_asked_and_what_flips_is_decided(profile: str, part: int) -> None:
    program = program_for(profile)
    questions = program.rules.questions
    for path in FILES[part::4]:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        values = {}
        for name, raw in written.get("answers", written).items():
            read = questions[name].read(raw) if name in questions else None
            if read is not None and not isinstance(read, Unreadable):
                values[name] = read
        inquiry = Inquiry(program, values)
        assert not [entry.question for entry in inquiry.outlook().open if entry.undecided], path
        assert not inquiry.bounds().undecided, path
