"""Lines that are no rows are counted with their numbers; nothing is lost, nothing falls over."""

import json
import os

import pytest

from llm_adapt.audit import reader
from llm_adapt.audit.reader import Shard, counted, items, kind_of, shards_of
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.audit import BadLine

ROW = '{"text": "a"}'


def bad(path, kind="jsonl"):
    return [(b.line, b.problem) for b in items(Shard(str(path), kind)) if isinstance(b, BadLine)]


def good(path, kind="jsonl"):
    return [item[0] for item in items(Shard(str(path), kind)) if not isinstance(item, BadLine)]


def test_bad_lines_keep_their_numbers(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{ROW}\n\n{{"text": \n7\n{ROW}\n{"[" * 100_000}\n{{"n": {"9" * 5000}}}\n')
    assert [line for line, _ in bad(path)] == [3, 4, 6, 7]
    assert good(path) == [0, 3]


def test_a_line_longer_than_any_row_is_passed_over_in_flat_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_ROW", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text(f'{ROW}\n{{"text": "{"x" * 5000}"}}\n{ROW}\n')
    assert bad(path) == [(2, reader.TOO_LARGE)]
    assert good(path) == [0, 2]


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 20])
def test_a_list_is_the_same_however_it_is_cut(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(reader, "CHUNK", chunk)
    path = tmp_path / "a.json"
    rows = [{"text": "a" * n, "more": [n, {"b": "\u00e9]"}]} for n in range(40)]
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False), encoding="utf-8")
    assert [item[-1] for item in items(Shard(str(path), "json"))] == rows


@pytest.mark.parametrize(
    ("text", "rows", "line", "said"),
    [
        ('[{"text": "a"},\n {"text": }]', 1, 2, "not JSON"),
        ('[{"text": "a"},\n {"text": "b"}', 2, 2, "the file ends"),
        ('[{"text": "a"},\n' + "[" * 100_000, 1, 2, "nested too deep"),
    ],
)
def test_a_list_that_breaks_off_says_where(tmp_path, text, rows, line, said):
    path = tmp_path / "a.json"
    path.write_text(text)
    assert len(good(path, "json")) == rows
    [(at, problem)] = bad(path, "json")
    assert at == line
    assert said in problem


def test_cells_without_a_heading_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\na,b\nc,d,e\nf\n")
    assert bad(path, "csv") == [(3, "3 cells under 2 headings")]
    assert good(path, "csv") == [0, 2]


def test_what_is_no_regular_file_is_refused(tmp_path):
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(LlmAdaptError):
            kind_of(path)


@pytest.mark.parametrize("raw", [b"\x1f\x8b\x08broken", b"PAR1broken"])
def test_a_damaged_file_is_an_error_and_no_traceback(tmp_path, raw):
    path = tmp_path / "a.jsonl"
    path.write_bytes(raw)
    with pytest.raises(LlmAdaptError):
        list(items(Shard(str(path), kind_of(path))))


def test_shards_hold_every_line_once(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"text": "{"y" * (n % 50)}"}}\n\n' for n in range(500)))
    whole = [item[-1] for item in items(Shard(str(path), "jsonl"))]
    for size in (1, 100, 5000):
        shards = shards_of(path, "jsonl", size)
        assert [item[-1] for shard in shards for item in items(shard)] == whole
        counts = [counted(shard) for shard in shards]
        assert (sum(n for n, _ in counts), sum(n for _, n in counts)) == (1000, 500)
