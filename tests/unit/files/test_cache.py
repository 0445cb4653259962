import hashlib
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


def kept_in(place) -> list[Path]:
    return sorted(place.glob("*.rules"))


def test_the_same_rule_set_comes_out_cold_and_warm(place):
    cold = load_rules("current")
    assert load_rules("current") == cold
    assert len(kept_in(place)) == 1
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
    (kept,) = kept_in(place)
    good = kept.read_bytes()
    kept.write_bytes(damage(good))
    assert load_rules(folder) == whole
    assert kept.read_bytes() == good


def rewritten(file: Path, old: bytes, new: bytes) -> None:
    """Change what is kept, checksum included, as somebody would who knows the format."""
    first, _, body = file.read_bytes().partition(b"\n")
    assert old in body
    body = body.replace(old, new)
    label = first.rpartition(b" ")[0]
    file.write_bytes(label + b" " + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def test_a_rewritten_rule_does_not_go_by_the_digest_of_the_genuine_one(place, tiny):
    folder = str(tiny())
    genuine = load_rules(folder).digest
    (file,) = kept_in(place)
    rewritten(file, b'"strategy":"rag"', b'"strategy":"icl"')
    changed = load_rules(folder)
    assert set(changed.join.values()) == {"icl"}
    assert changed.digest != genuine


def test_what_is_kept_in_another_form_changes_nothing(place, tiny):
    folder = str(tiny())
    whole = load_rules(folder)
    (file,) = kept_in(place)
    rewritten(file, b'"questions":', b'"quest":')
    assert load_rules(folder) == whole


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_others_may_write_is_not_read(place, tiny, mode, which):
    folder = str(tiny())
    whole = load_rules(folder)
    (file,) = kept_in(place)
    rewritten(file, b'"strategy":"rag"', b'"strategy":"icl"')
    (place if which == "folder" else file).chmod(mode)
    assert load_rules(folder) == whole


@pytest.mark.skipif(os.name == "nt", reason="owners of files")
def test_what_belongs_to_another_user_is_not_read(place, tiny, monkeypatch):
    folder = str(tiny())
    whole = load_rules(folder)
    rewritten(kept_in(place)[0], b'"strategy":"rag"', b'"strategy":"icl"')
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert load_rules(folder) == whole


def test_a_pipe_in_the_place_of_a_kept_rule_set_does_not_hang(place, tiny):
    folder = str(tiny())
    whole = load_rules(folder)
    (file,) = kept_in(place)
    file.unlink()
    file.symlink_to("/dev/zero")
    assert load_rules(folder) == whole


def test_a_full_disk_is_no_error_and_leaves_nothing_behind(place, tiny, monkeypatch):
    def full(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert load_rules(str(tiny())).name == "tiny"
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


def test_only_what_this_tool_wrote_is_thrown_away(place, tiny):
    place.mkdir(mode=0o700)
    theirs = [place / f"{'0' * 63}{n}.rules" for n in range(10)]
    theirs += [place / f"my{n}.json" for n in range(30)]
    for path in theirs:
        path.write_text("{}")
        os.utime(path, (1, 1))
    litter = [place / ".llm-adapt-abc12_x", place / ".llm-adapt-young"]
    for path in litter:
        path.write_text("half")
    os.utime(litter[0], (1, 1))
    folder = tiny()
    for number in range(cache.KEEP + 3):
        (folder / "zzz.yaml").write_text(f"flowchart_note: '{number}'\n")
        load_rules(str(folder))
        newest = max(kept_in(place), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (1000 + number, 1000 + number))
    assert all(path.exists() for path in theirs)
    assert [path.exists() for path in litter] == [False, True]
    assert len(kept_in(place)) == cache.KEEP + 10
    assert load_rules(str(folder)).flowchart_note == str(cache.KEEP + 2)
