"""A small sound rule set, and ways to put a fault into it."""

from pathlib import Path

import pytest

from llm_adapt.usecases.verify import Options, verify_rules

SOUND = (Path(__file__).parent / "sound" / "ruleset.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path):
    """A folder with the sound rule set, some of its text replaced, and more text at its end."""

    def write(*changes, add=""):
        text = SOUND
        for before, after in changes:
            assert before in text, f"{before!r} is nowhere"
            text = text.replace(before, after, 1)
        (tmp_path / "ruleset.yaml").write_text(text + add, encoding="utf-8")
        return str(tmp_path)

    return write


@pytest.fixture
def found(folder):
    """The findings in the rule set with a fault; the situations to try are few."""

    def verify(*changes, add="", **options):
        return verify_rules(folder(*changes, add=add), Options(tries=60, **options)).findings

    return verify
