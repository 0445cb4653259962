import json
import os
from pathlib import Path

import pytest

from llm_adapt.files import cache
from llm_adapt.files.rules import load_rules


@pytest.fixture
def place(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    monkeypatch.setenv("LLM_ADAPT_CACHE", str(folder))
    return folder


def test_what_is_kept_is_found_again(place):
    cache.write("key", {"a": [1, "é", None]})
    assert cache.read("key") == {"a": [1, "é", None]}
    assert cache.read("other") is None


def test_the_same_rule_set_comes_out_cold_and_warm(place):
    cold = load_rules("current", use_cache=False)
    assert load_rules("current") == cold
    assert list(place.glob("*.json"))
    assert load_rules("current") == cold


def test_a_changed_rule_is_never_read_from_the_cache(place, tiny):
    folder = tiny()
    assert load_rules(str(folder)).rules["facts-are-missing"].title == "Facts are missing"
    file = folder / "knowledge.yaml"
    file.write_text(file.read_text().replace("title: Facts are missing", "title: Facts are wanted"))
    assert load_rules(str(folder)).rules["facts-are-missing"].title == "Facts are wanted"


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace(b"tiny", b"tinY"),
        lambda raw: b"\xff" * 100,
        lambda raw: raw.partition(b"\n")[2],
        lambda raw: b"x\n" + b"[" * 100_000,
    ],
)
def test_a_damaged_cache_changes_nothing(place, tiny, damage):
    folder = str(tiny())
    whole = load_rules(folder)
    (kept,) = place.glob("*.json")
    good = kept.read_bytes()
    kept.write_bytes(damage(good))
    assert load_rules(folder) == whole
    assert kept.read_bytes() == good


@pytest.mark.parametrize("other", [{}, {"sections": {}}, {"sections": [], "places": 5}])
def test_a_cache_of_another_form_changes_nothing(place, tiny, other):
    folder = str(tiny())
    whole = load_rules(folder)
    (kept,) = place.glob("*.json")
    cache.write(kept.stem, other)
    assert load_rules(folder) == whole


def test_a_cache_that_is_no_mapping_counts_as_nothing(place):
    cache.write("key", {})
    body = b"[]"
    (place / "key.json").write_bytes(cache._digest(body) + b"\n" + body)
    assert cache.read("key") is None


def test_a_full_disk_is_no_error_and_leaves_nothing_behind(place, monkeypatch):
    def full(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache.write("key", {"a": 1})
    assert list(place.iterdir()) == []


def test_a_home_one_cannot_write_to_is_no_error(tmp_path, tiny, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LLM_ADAPT_CACHE", str(tmp_path / "file" / "below"))
    assert load_rules(str(tiny())).name == "tiny"


def test_no_home_at_all_is_no_error(tiny, monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("LLM_ADAPT_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert load_rules(str(tiny())).name == "tiny"


def test_the_cache_can_be_switched_off(tmp_path, tiny, monkeypatch):
    monkeypatch.setenv("LLM_ADAPT_CACHE", "")
    assert cache.folder() is None
    assert load_rules(str(tiny())).name == "tiny"


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/llm-adapt"),
        ("linux", {"XDG_CACHE_HOME": "", "HOME": "/home/a"}, "/home/a/.cache/llm-adapt"),
        ("darwin", {"HOME": "/home/a"}, "/home/a/Library/Caches/llm-adapt"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/llm-adapt/cache"),
        ("win32", {"LOCALAPPDATA": ""}, None),
    ],
)
def test_the_cache_lies_where_the_system_keeps_caches(monkeypatch, platform, variables, folder):
    monkeypatch.delenv("LLM_ADAPT_CACHE")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cache.sys, "platform", platform)
    assert cache.folder() == (folder and Path(folder))


def test_old_rule_sets_are_thrown_away(place):
    for number in range(cache.KEEP + 5):
        cache.write(f"key{number}", {"a": number})
        os.utime(place / f"key{number}.json", (number, number))
    cache.write("last", {})
    names = {path.stem for path in place.glob("*.json")}
    assert len(names) == cache.KEEP
    assert "last" in names
    assert "key0" not in names


def test_the_cache_is_plain_json_after_its_digest(place):
    cache.write("key", {"a": 1})
    assert json.loads((place / "key.json").read_text().partition("\n")[2]) == {"a": 1}
