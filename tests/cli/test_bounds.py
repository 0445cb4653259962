"""What a small file means may be large: every reader stops before it takes the machine with it.

Peak memory is that of a process of its own; the limits stand in docs/check.md, which a test of the
pages keeps true. No clock is asked: what does not end is ended by the limit of processor time.
"""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from llm_adapt.files import patterns
from llm_adapt.files.yaml_file import MAX_BYTES

MEGABYTES, SECONDS = 300, 20
# A process of its own starts small: what it is forked from counts in the peak of its children.
MEASURE = """
import json, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))
done = subprocess.run(sys.argv[2:], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, peak // 1024, (done.stdout + done.stderr)[-4000:]]))
"""
PROJECT = """\
project: p
answers: {task_type: qa}
decision: {strategy: icl}
assumptions: [{id: a, evidence: %s, at_least: 1}]
"""
LISTS = b"[" + b"[]," * 4_000_000 + b"1]"
ROW = b'{"prompt": "a", "completion": "'


def measured(folder: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, int, str]:
    env = {**os.environ, "LLM_ADAPT_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "llm_adapt", *arguments]
    call = [sys.executable, "-c", MEASURE, str(SECONDS), *command]
    done = subprocess.run(
        call, input=stdin, capture_output=True, cwd=folder, env=env, check=True, timeout=300
    )
    code, peak, said = json.loads(done.stdout)
    return code, peak, said


def archive(content: bytes, method: int = zipfile.ZIP_DEFLATED):
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as packed:
            packed.writestr("header.json", content)

    return write


def parquet(count: int, size: int):
    def write(path: Path) -> None:
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet as tables

        table = pyarrow.table({"prompt": ["a"] * count, "completion": ["x" * size] * count})
        tables.write_table(table, path, compression="zstd")

    return write


def many(text: str, number: int) -> bytes:
    return "".join(text.replace("%", str(n)) for n in range(number)).encode()


EVIDENCE = {
    "{inspect_ai: e.eval}": [archive(b"[" + b"{}," * 20_000_000 + b"1]"), archive(LISTS, zipfile.ZIP_LZMA)],
    "{value: e.json, at: a}": [LISTS, b"[" * 15_000_000, many('{"k%":', 900_000)],
    "{value: e.json.gz, at: a}": [gzip.compress(b"[" + b" " * 400_000_000, 1)],
    "{value: e.jsonl, at: a}": [b"x" * 100_000_000, LISTS[:7_000_000]],
    "{value: e.csv, at: a}": [b'a\n"' + b"x" * 100_000_000, b"," * 4_000_000],
    "{records: e.jsonl}": [b"x" * 100_000_000],
    "{value: e.toml, at: a}": [many("[k%." + ".".join("a" * 60) + "]\n", 7_500), many("[a.%]\n", 80_000)],
    "{value: e.yaml, at: a}": [many("k%: 1\n", 300_000), b"- " * 1_900_000],
    "{junit: e.xml}": [many('<a% b%="1"/>', 600_000), b"<a " + many('a%="1" ', 900_000)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "number"), [(kind, n) for kind, each in EVIDENCE.items() for n in range(len(each))]
)
def test_evidence_that_unfolds_is_a_finding_in_bounded_memory(tmp_path, evidence, number) -> None:
    content = EVIDENCE[evidence][number]
    file = tmp_path / evidence.partition(" ")[2].partition(",")[0].rstrip("}")
    file.write_bytes(content) if isinstance(content, bytes) else content(file)
    (tmp_path / "llm-adapt.yaml").write_text(PROJECT % evidence)
    code, peak, said = measured(tmp_path, "check")
    assert code == 1, said
    assert " error C30" in said
    assert peak < MEGABYTES


@pytest.mark.parametrize("name", ["llm-adapt.lock", "llm-adapt.baseline", "llm-adapt.toml"])
def test_files_beside_a_project_that_unfold_are_errors(tmp_path, name) -> None:
    (tmp_path / "llm-adapt.yaml").write_text(
        "project: p\nanswers: {task_type: qa}\ndecision: {strategy: icl}\n"
    )
    (tmp_path / name).write_bytes(LISTS)
    code, peak, said = measured(tmp_path, "check")
    assert code in {1, 3}, said
    assert f"{name}:1:1: error" in said
    assert peak < MEGABYTES
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    code, _, said = measured(tmp_path, "check")
    assert code in {1, 3}, said
    assert "no ordinary file" in said or "not an ordinary file" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e.csv", b'prompt,completion\n"' + b"x" * 100_000_000),
        ("e.jsonl", ROW + b"4 " * 1_000_000 + b'"}\n' + ROW + b"[" * 3_000_000),
        ("e.jsonl.gz", gzip.compress((ROW + b"a " * 2_500_000 + b'"}\n') * 6, 1)),
        ("e.parquet", parquet(400, 1_000_000)),
        ("e.parquet", parquet(20, 90_000_000)),
    ],
)
def test_training_data_with_huge_rows_are_read_in_bounded_memory(tmp_path, name, content) -> None:
    content(tmp_path / name) if callable(content) else (tmp_path / name).write_bytes(content)
    code, peak, said = measured(tmp_path, "audit", name)
    assert code in {0, 1, 3}, said
    assert peak < MEGABYTES


SHOP = b'{"instruction": "say a word", "output": "word"}\n'


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("e.json", b"[" + b"[]," * 500_000 + b"[]]", 500_001),
        ("e.jsonl", SHOP + b"x\n" * 400_000, 400_000),
        ("e.csv", b"prompt,completion\na,b\n" + b"1,2,3\n" * 400_000, 400_000),
    ],
)
def test_faulty_rows_are_all_named_and_none_is_held(tmp_path, name, content, count) -> None:
    (tmp_path / name).write_bytes(content)
    code, peak, said = measured(tmp_path, "audit", name, "-f", "json", "-o", "told")
    assert code in {0, 1}, said
    told = json.loads((tmp_path / "told").read_bytes())
    named = [len(told["bad_lines"]), *(len(found["rows"]) for found in told["findings"])]
    assert count in named
    assert peak < MEGABYTES / 2


@pytest.mark.parametrize("honest", [True, False])
def test_packed_data_that_unfold_are_refused(tmp_path, honest) -> None:
    raw = gzip.compress(SHOP + (b" " * 9_999 + b"\n") * 9_000, 9)
    (tmp_path / "e.jsonl.gz").write_bytes(raw if honest else raw[:-4] + b"aa\0\0")
    code, peak, said = measured(tmp_path, "audit", "e.jsonl.gz")
    assert code == 3, said
    assert "unpacks to more than" in said
    assert peak < MEGABYTES


def test_a_reply_without_end_is_passed_over(tmp_path) -> None:
    code, peak, said = measured(tmp_path, "advise", "--plain", stdin=b"x" * 100_000_000)
    assert code == 130, said
    assert peak < MEGABYTES


def test_lines_of_gitignore_without_end_are_passed_over(tmp_path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"*a" * 400_000 + b"\n" + b"**/*a*b*c*\n" * 80_000)
    (tmp_path / "llm-adapt.yaml").write_text(
        "project: p\nanswers: {task_type: qa}\ndecision: {strategy: icl}\n"
    )
    code, _, said = measured(tmp_path, "check")
    assert code in {0, 1}, said


@pytest.mark.parametrize(
    "arguments",
    [
        ["advise", "pipe"],
        ["advise", "--set", "task_type=qa", "--rules", "pipe"],
        ["estimate", "memory", "--config", "pipe"],
        ["check", "pipe"],
        ["check", "-f", "summary", "pipe"],
        ["audit", "pipe"],
        ["compare", "pipe", "pipe"],
        ["init", "pipe", "-o", "-"],
        ["init", "--set", "task_type=qa", "-o", "-", "--evidence", "pipe"],
        ["advise", "--plain", "--resume", "pipe"],
        ["record", "pipe"],
        ["rules", "diff", "pipe", "current"],
        ["rules", "verify", "pipe"],
        ["estimate", "requests", "--prices", "pipe", "--per-month", "10"],
        ["explain", "rag", "pipe"],
        ["audit", "rows.jsonl", "--baseline", "pipe"],
        ["audit", "rows.jsonl", "--against", "pipe"],
    ],
    ids=" ".join,
)
def test_a_pipe_that_nobody_writes_to_is_refused(tmp_path, arguments) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "rows.jsonl").write_bytes(ROW + b'b"}\n')
    command = [sys.executable, "-m", "llm_adapt", *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in {2, 3}, done.stderr
    assert "error" in done.stderr.lower()


def test_the_table_says_the_limits_that_stand_elsewhere() -> None:
    page = (Path(__file__).parents[2] / "docs" / "check.md").read_text()
    assert f"| a YAML file | {MAX_BYTES:,} bytes |" in page
    assert f"| a .gitignore | {patterns.MAX_IGNORE:,} bytes, {patterns.MAX_LINES:,} lines |" in page
