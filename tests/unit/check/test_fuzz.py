"""No content of any file leads to anything but a value or a finding: seeded, bounded in time.

`LLM_ADAPT_FUZZ=20000 pytest tests/unit/check/test_fuzz.py` looks longer.
"""

import gzip
import io
import json
import os
import sys
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.limits import finite
from llm_adapt.files.evidence.measure import measure
from llm_adapt.files.lock import read_baseline, read_lock
from llm_adapt.files.project_file import read_project_file
from llm_adapt.files.settings import read_settings
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import KINDS, Evidence

FILES = Path(__file__).parent / "files"
TODAY = date(2026, 12, 1)
EXAMPLES = int(os.environ.get("LLM_ADAPT_FUZZ", "60"))
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What has broken readers: numbers at the edge, escapes, halves of things, deep things.
ODD = [
    "9" * 400, "9" * 5000, "1e999", "-1e999", "NaN", "Infinity", ".nan", ".inf", "1_0", "0x1F", "²",
    "\\ud800", "\x00", "\u202e", "\ufeff", "\r", "{", "[", "]", "}", '"', "'", ",", ":", "\n", "\t",
    "[" * 2000, '{"a":' * 2000, "a." * 200 + "a = 1", "- " * 200, "<!DOCTYPE a>", "<testcase/>",
    "1e308", "5e-324", "null", "true", "2026-13-45", "9999-12-31T23:59:59+23:59", "253402300800",
    "PK\x03\x04", "PK\x05\x06", "PAR1", "version https://git-lfs.github.com/spec/v1\n",
]  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from([10**400, -(10**400), 2**63, 1e308, "9" * 400, "2026-01-01", 253402300800]),
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "results",
        "groups",
        "prompts",
        "metrics",
        "stats",
        "table",
        "head",
        "eval",
        "status",
        "scores",
        "scorer",
        "name",
        "value",
        "created",
        "date",
        "success",
        "provider",
        "namedScores",
        "namedScoreWeights",
        "score",
        "testPassCount",
        "testPassed",
        "testCases",
        "metricsScores",
        "metricsData",
        "splits",
        "num_examples",
        "train",
        "_data_files",
        "filename",
        "a",
    ]
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "e.json", "e.jsonl", "e.yaml", "e.toml", "e.csv", "e.tsv", "e.xml", "e.eval", "e.json.gz",
    "e.csv.gz", "e.parquet", "e.arrow", "dataset_info.json", "metric", "e.txt",
]  # fmt: skip
OPTIONS = {
    "at": ["a", "-1.a", "0", ["a", 0], "a=1.b", "results.*", None],
    "over": [None, "mean", "last", "min", "sum", "first"],
    "metric": ["acc", "pass_rate", "score", "accuracy"],
    "task": ["a", "name"],
    "scorer": [None, "a"],
    "provider": [None, "a"],
    "split": [None, "train"],
    "percent": [False, True],
}


def measured(folder, kind, name, **options):
    defaults = {key: default for key, (_, default) in KINDS[kind].options.items()}
    access = Access(folder, folder)
    found = measure(Evidence(kind, (name,), {**defaults, **options}, Location("p")), access, TODAY)
    assert found.dated is None or isinstance(found.dated, date)
    finite(found.value)


@st.composite
def contents(draw):
    """The bytes of a file: a real one damaged, a tree, a table, or pieces put together."""
    form = draw(st.sampled_from(["real", "tree", "lines", "pieces", "bytes"]))
    if form == "real":
        raw = bytearray(draw(st.sampled_from(REAL)))
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, max(0, len(raw) - 1)))
            piece = draw(st.sampled_from(ODD)).encode("utf-8", "surrogatepass")
            raw[at : at + draw(st.sampled_from([0, 1, 9]))] = piece
        return bytes(raw)
    if form == "tree":
        return written(draw(TREES))
    if form == "lines":
        return b"\n".join(written(tree) for tree in draw(st.lists(TREES, max_size=4)))
    if form == "bytes":
        return draw(st.binary(max_size=80))
    return "".join(draw(st.lists(st.sampled_from(ODD) | st.text(max_size=4), max_size=8))).encode(
        "utf-8", "surrogatepass"
    )


def written(tree):
    # Whole numbers of any length, as a file may hold them and `json` does not write them.
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return json.dumps(tree).encode("utf-8", "surrogatepass")
    finally:
        sys.set_int_max_str_digits(before)


REAL = [path.read_bytes() for path in sorted(FILES.rglob("*")) if path.is_file()]


@seed(20261128)
@FEW
@given(data=st.data(), raw=contents(), name=st.sampled_from(NAMES))
def test_no_file_of_evidence_is_more_than_a_finding(tmp_path, data, raw, name):
    folder = tmp_path.resolve()
    raw = gzip.compress(raw) if name.endswith(".gz") and data.draw(st.booleans()) else raw
    (folder / name).write_bytes(raw)
    codes = {}
    for kind, described in KINDS.items():
        if described.runs or kind == "age_days":
            continue
        options = {
            key: data.draw(st.sampled_from(OPTIONS[key]))
            for key in described.options
            if key in OPTIONS
        }
        if kind == "value" and options["at"] is None:
            options["at"] = "a"
        try:
            measured(folder, kind, name, **options)
        except EvidenceError as error:
            codes[error.code] = len(error.message)
    assert set(codes) <= {"C302", "C303", "C304", "C305", "C306", "C312"}
    assert max(codes.values(), default=0) < 5000


@seed(20261128)
@FEW
@given(raw=contents(), method=st.sampled_from([0, 8, 12, 14]), damage=st.integers(0, 10_000))
def test_no_archive_is_more_than_a_finding(tmp_path, raw, method, damage):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("header.json", raw)
    packed = bytearray(stream.getvalue())
    packed[damage % len(packed)] ^= 0xFF
    (tmp_path / "e.eval").write_bytes(packed)
    code = "C303"
    try:
        measured(tmp_path.resolve(), "inspect_ai", "e.eval", metric="accuracy")
    except EvidenceError as error:
        code = error.code
    assert code in {"C303", "C305", "C306"}


@seed(20261128)
@FEW
@given(raw=contents())
def test_no_file_of_ours_is_more_than_a_fault(tmp_path, raw):
    readers = {
        "llm-adapt.yaml": lambda path: read_project_file(path, path.name),
        "llm-adapt.lock": lambda path: read_lock(path, path.name),
        "llm-adapt.baseline": read_baseline,
        "llm-adapt.toml": lambda path: read_settings(path.parent),
    }
    for name, read in readers.items():
        (tmp_path / name).write_bytes(raw)
        with suppress(LlmAdaptError):
            read(tmp_path / name)


def bomb(path, size):
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(b'{"a":' + b" " * size + b"1}"))
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", b"[" + b"{}," * (size // 3) + b"1]")


@pytest.mark.parametrize(
    ("kind", "name"), [("value", "e.json.gz"), ("inspect_ai", "e.eval"), ("records", "e.jsonl.gz")]
)
def test_what_unpacks_to_too_much_is_refused_without_being_held(tmp_path, kind, name):
    import tracemalloc

    bomb(tmp_path / name, 60_000_000)
    tracemalloc.start()
    with pytest.raises(EvidenceError) as caught:
        measured(tmp_path.resolve(), kind, name, **({"at": "a"} if kind == "value" else {}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "C305"
    assert peak < 100_000_000


def test_a_line_without_end_is_refused(tmp_path):
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress(b'"' + b"a" * 20_000_000 + b'"'))
    with pytest.raises(EvidenceError, match="longer than"):
        measured(tmp_path.resolve(), "records", "e.jsonl.gz")


def test_a_damaged_stream_inside_an_archive_is_a_finding(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", "a" * 500)
    packed = bytearray(stream.getvalue())
    start = packed.index(b"header.json") + len("header.json")
    packed[start : start + 4] = b"\xff" * 4
    (tmp_path / "e.eval").write_bytes(packed)
    with pytest.raises(EvidenceError, match=r"damaged|cannot be read"):
        measured(tmp_path.resolve(), "inspect_ai", "e.eval")
