"""Formats as trainers take them: recognised, read into rows, and said where nobody can know them."""

import gzip
import json

import pytest

from llm_adapt.audit.reader import Shard, kind_of
from llm_adapt.audit.run import Part, Plan, audit, format_for, rows_of
from llm_adapt.errors import LlmAdaptError

SAID = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
SHARED = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]
TYPED = [
    {"role": "user", "content": [{"type": "text", "value": "Hi"}]},
    {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
]
TOOLS = [
    {"from": "human", "value": "Rain?"},
    {"from": "function_call", "value": "{}"},
    {"from": "observation", "value": "yes"},
    {"from": "gpt", "value": "Yes."},
]
FORMATS = {
    "alpaca": ({"instruction": "Add", "input": "1 2", "output": "3"}, "alpaca", "Add\n1 2", "3"),
    "gpteacher": ({"instruction": "Add", "input": "", "response": "3"}, "alpaca", "Add", "3"),
    "no input key": ({"instruction": "Add", "output": None}, "alpaca", "Add", None),
    "sharegpt": ({"conversations": SHARED}, "sharegpt", "Hi", "Hello"),
    "tools": ({"conversations": TOOLS, "tools": "[]"}, "sharegpt", "Rain?\n{}\nyes", "Yes."),
    "messages": ({"messages": SAID}, "messages", "Hi", "Hello"),
    "typed parts": ({"messages": TYPED}, "messages", "Hi", "Hello"),
    "bare list": (SAID, "messages", "Hi", "Hello"),
    "prompt": ({"prompt": "Hi", "completion": "Hello"}, "prompt-response", "Hi", "Hello"),
    "question": ({"question": "Hi", "answer": "Hello"}, "prompt-response", "Hi", "Hello"),
    "dpo": ({"prompt": "Hi", "chosen": "Yo", "rejected": "No"}, "preference", "Hi", "Yo"),
    "dpo chat": ({"chosen": SAID, "rejected": SAID}, "preference", "Hi", "Hello"),
    "dpo sharegpt": (
        {"conversations": SHARED[:1], "chosen": SHARED[1], "rejected": SHARED[1]},
        "preference", "Hi", "Hello",
    ),
    "transcript": (
        {"chosen": "\n\nHuman: Hi\n\nAssistant: Yo", "rejected": "\n\nHuman: Hi\n\nAssistant: No"},
        "preference", "Hi", "Yo",
    ),
    "kto": ({"messages": SAID, "label": True}, "kto", "Hi", "Hello"),
    "kto flat": ({"prompt": "Hi", "completion": "Yo", "label": False}, "kto", "Hi", "Yo"),
    "labels": ({"text": "late", "category": "post"}, "text-label", "late", None),
    "text": ({"text": "some words"}, "text", "some words", None),
}  # fmt: skip


def read(path):
    kind = kind_of(path)
    form = format_for(path, kind, "", {})
    plan, part = Plan({str(path): form}, {}, {}), Part()
    return form, list(rows_of(Shard(str(path), kind), plan, part)), part


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("shape", ["jsonl", "json", "jsonl.gz"])
def test_a_format_is_recognised_and_read(tmp_path, name, shape):
    raw, expected, prompt, output = FORMATS[name]
    path = tmp_path / f"data.{shape}"
    lines = "".join(json.dumps(raw) + "\n" for _ in range(3))
    text = json.dumps([raw] * 3, indent=1) if shape == "json" else lines
    path.write_bytes(gzip.compress(text.encode()) if shape.endswith("gz") else text.encode())
    form, rows, part = read(path)
    assert form.name == expected
    assert [row.number for row in rows] == [0, 1, 2]
    assert (rows[2].prompt, rows[2].output) == (prompt, output)
    assert not any(part.unread.values())


def test_a_table_is_read_with_cells_of_several_lines(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text('id;prompt;completion\r\n1;"two\nlines";"a; b"\r\n2;x;y\r\n', newline="")
    form, rows, _ = read(path)
    assert form.columns == {"prompt": "prompt", "output": "completion"}
    assert [(row.prompt, row.output) for row in rows] == [("two\nlines", "a; b"), ("x", "y")]


def test_one_object_is_a_row_or_the_home_of_a_list(tmp_path):
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"conversations": SHARED}, indent=2))
    assert len(read(path)[1]) == 1
    path.write_text(json.dumps({"version": 1, "data": [{"messages": SAID}] * 4}, indent=2))
    assert len(read(path)[1]) == 4


def test_plain_text_has_a_row_a_line(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("one\n\ntwo\n")
    assert [row.prompt for row in read(path)[1]] == ["one", "two"]


def test_columns_nobody_can_know_are_told_and_can_be_said(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text('{"original_text": "a", "ans": "b"}\n')
    with pytest.raises(LlmAdaptError) as caught:
        audit([path])
    assert "ans, original_text" in caught.value.message
    assert "--column" in str(caught.value.hint)
    found = audit([path], columns={"prompt": "original_text", "output": "ans"})
    assert found.files[0].columns == {"prompt": "original_text", "output": "ans"}


def test_a_row_of_another_format_is_read_and_told(tmp_path):
    path = tmp_path / "mixed.jsonl"
    rows = [{"instruction": "a", "output": "b"}] * 5 + [{"messages": SAID}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = audit([path])
    assert found.rows == 6
    assert [(f.rule, f.rows) for f in found.findings if f.rule == "mixed-format"] == [
        ("mixed-format", (5,))
    ]


def test_ambiguous_columns_take_the_likelier_and_say_so(tmp_path):
    path = tmp_path / "both.jsonl"
    path.write_text('{"instruction": "a", "output": "right", "response": "other"}\n')
    assert audit([path]).files[0].columns["output"] == "output"
