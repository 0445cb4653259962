"""The README shows what the tool does, not what it did once."""

import importlib.util
import re
from pathlib import Path

import pytest

from llm_adapt.cli.exit_code import ExitCode

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("readme_blocks", HERE / "readme_blocks.py")
BLOCKS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(BLOCKS)
TEXT = BLOCKS.README.read_text("utf-8")


@pytest.mark.parametrize("name", sorted(BLOCKS.BLOCKS))
def test_a_block_that_the_tool_writes_is_current(name):
    assert BLOCKS.block(TEXT, name) == BLOCKS.BLOCKS[name]()


def test_the_picture_of_the_flowchart_is_current():
    """Write it again with: python tests/architecture/readme_blocks.py."""
    assert BLOCKS.FLOWCHART.read_text("utf-8") == BLOCKS.flowchart()


def test_the_session_is_no_longer_than_a_screen():
    assert len(BLOCKS.block(TEXT, "session").strip("`").strip().splitlines()) <= 26


def test_the_two_commands_of_the_first_screen_stand_there():
    first_screen = "\n".join(TEXT.splitlines()[:20])
    assert "python -m pip install . && llm-adapt advise examples/" in first_screen
    assert "python -m pip install -e '.[dev]' && poe check" in first_screen


def test_every_exit_code_is_explained():
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert told == {int(code) for code in ExitCode}


def test_every_file_it_links_to_exists():
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (BLOCKS.ROOT / link).exists()] == []
