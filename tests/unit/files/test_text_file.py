import os
import stat
from pathlib import Path

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files import text_file
from llm_adapt.files.text_file import write_text


@pytest.fixture
def kept(tmp_path):
    """A file that must survive whatever goes wrong, alone in its folder."""
    path = tmp_path / "kept.yaml"
    path.write_text("as it was\n")
    yield path
    assert path.read_text() == "as it was\n"
    assert list(tmp_path.iterdir()) == [path]


def told(path, text="new\n"):
    with pytest.raises(LlmAdaptError) as caught:
        write_text(path, text)
    return caught.value.lines()


def test_a_file_is_written_with_the_rights_of_its_neighbours(tmp_path):
    mask = os.umask(0o027)
    try:
        write_text(tmp_path / "a", "é\n")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").read_bytes() == "é\n".encode()
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_file_written_over_keeps_its_rights(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o604)
    write_text(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o604)


def test_a_private_file_is_for_its_owner_alone(tmp_path):
    write_text(tmp_path / "a", "x", private=True)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(kept, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(text_file.os, "fsync", full)
    assert told(kept) == [
        f"{kept}:1:1: error: cannot be written: No space left on device",
        "  hint: nothing was changed",
    ]


def test_a_rename_that_fails_leaves_the_old_file(kept, monkeypatch):
    def fail(_self, _target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    assert "cannot be written: Input/output error" in told(kept)[0]


def test_an_interruption_leaves_the_old_file(kept, monkeypatch):
    def interrupt(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(text_file.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(kept, "new")


def test_a_write_protected_file_is_not_replaced(kept, monkeypatch):
    monkeypatch.setattr(text_file.os, "access", lambda *_: False)
    assert "cannot be written: it is write-protected" in told(kept)[0]


def test_a_folder_one_may_not_write_in_is_said(kept, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(text_file.tempfile, "NamedTemporaryFile", refuse)
    assert "cannot be written: Permission denied" in told(kept)[0]


def test_text_that_is_no_text_is_not_half_written(kept):
    assert "cannot be written" in told(kept, "half \ud800")[0]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    fault, hint = told(tmp_path / "no" / "a")
    assert "cannot be written: No such file or directory" in fault
    assert hint == f"  hint: make the folder {tmp_path}/no first"


def test_a_folder_is_not_written_over(tmp_path):
    assert "cannot be written: Is a directory" in told(tmp_path)[0]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_text(pipe, "through\n")
    assert os.read(reader, 100) == b"through\n"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


def test_a_full_device_is_said():
    assert "cannot be written: No space left on device" in told(Path("/dev/full"))[0]


def test_a_long_name_is_no_obstacle(tmp_path):
    write_text(tmp_path / ("x" * 255), "x")
    assert (tmp_path / ("x" * 255)).exists()
