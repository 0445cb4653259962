"""What ARCHITECTURE.md says is there; test_shown_commands.py types what the pages show."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_file_that_the_map_names_is_there():
    named = set(re.findall(r"`([\w/]+(?:/|\.py|\.yaml|\.md|\.json))`", ARCHITECTURE))
    assert len(named) > 25
    homes = [ROOT, ROOT / "src" / "llm_adapt", *(ROOT / "src" / "llm_adapt").iterdir()]
    homes.append(ROOT / "src" / "llm_adapt" / "files" / "evidence")
    assert [
        name for name in sorted(named) if not any((home / name).exists() for home in homes)
    ] == []


def test_every_room_is_on_the_map():
    rooms = {path.parent.name for path in (ROOT / "src" / "llm_adapt").glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^\| `(\w+)/` \|", ARCHITECTURE, re.MULTILINE))


def test_the_map_is_one_page():
    assert ARCHITECTURE.count("\n") <= 100
