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
    """Write them again with: python tests/architecture/readme_blocks.py."""
    page, make = BLOCKS.BLOCKS[name]
    assert BLOCKS.block(page.read_text("utf-8"), name) == make()


def test_cases_hold_four_fifths_of_the_rules():
    (lowest,) = re.findall(r"\*\*(.+?)\*\*", BLOCKS.block(TEXT, "held"))
    assert float(lowest) >= 0.80


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


PAGES = [*BLOCKS.ROOT.glob("*.md"), *(BLOCKS.ROOT / "docs").glob("*.md")]
PAGES += (BLOCKS.ROOT / "examples").glob("*/README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(BLOCKS.ROOT).as_posix())
def test_every_file_that_a_page_links_to_exists(page):
    links = re.findall(r"\]\((?!https?://)([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_read_in_three_minutes():
    assert len(TEXT.splitlines()) <= 200
