"""What ARCHITECTURE.md and CONTRIBUTING.md say is there, and what they show works."""

import re
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


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


def test_the_rule_that_contributing_shows_can_be_added(cli, tmp_path):
    shown = re.search(r"```yaml\n(.*?)```", CONTRIBUTING, re.DOTALL)
    (tmp_path / "ruleset.yaml").write_text("name: own\nversion: '1'\ntitle: O\nextends: current\n")
    (tmp_path / "rule.yaml").write_text(dedent(shown[1]))
    tested = cli("rules", "test", str(tmp_path), "-k", "labels-half-checked")
    assert (tested.code, tested.err) == (0, "")
    assert "2 tests, none failed" in tested.out


def test_the_commands_that_contributing_shows_are_commands(cli):
    commands = set(re.findall(r"`llm-adapt ((?:rules )?[a-z]+)", ARCHITECTURE + CONTRIBUTING))
    assert len(commands) >= 4
    for command in commands:
        assert cli(*command.split(), "--help").code == 0
