import math
import re
import time
import tracemalloc

import pytest
import yaml

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files import yaml_file
from llm_adapt.files.yaml_file import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_VALUES,
    decode,
    dump_yaml,
    read_bytes,
    read_file,
    read_yaml,
)


@pytest.fixture(params=["c", "python"], autouse=True)
def loader(request, monkeypatch):
    """Both parsers of the library: the fast one may be missing on a platform."""
    if request.param == "python":
        monkeypatch.setattr(yaml_file, "_LOADER", yaml.SafeLoader)
    return request.param


fast_parser = pytest.mark.parametrize("loader", ["c"], indirect=True)


def told(text: str) -> list[str]:
    with pytest.raises(LlmAdaptError) as caught:
        read_yaml(text, "a.yaml")
    return caught.value.lines()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("7e9", 7e9),
        ("7E+9", 7e9),
        ("2_000", 2000),
        ("1.10", 1.1),
        (".5", 0.5),
        ("-3", -3),
        ("+3", 3),
        ("010", "010"),
        ("0", 0),
        ("0.5", 0.5),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("1.2.3", "1.2.3"),
        ("2024-01-15", "2024-01-15"),
        ("2024-01-15T10:00:00Z", "2024-01-15T10:00:00Z"),
        ("1e400", math.inf),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("inf", "inf"),
        ("nan", "nan"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("'7'", "7"),
        ('"true"', "true"),
        ("٣", "٣"),
        ("=", "="),
        ("-", [None]),
        ("[a, 1, no]", ["a", 1, "no"]),
        ("|\n  5\n", "5\n"),
    ],
)
def test_a_scalar_is_read_as_people_mean_it(written, meant):
    value = read_yaml(f"key: {written}" if meant != [None] else "key:\n-", "a.yaml").data["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_not_a_number_is_read_as_one():
    assert math.isnan(read_yaml("key: .nan", "a.yaml").data["key"])


@pytest.mark.parametrize("digits", [399, 401, 5000, 100_000])
def test_a_number_of_any_length_is_read_without_a_crash(digits):
    # No quantity of anything: it stays the text it is, and whoever wants a number refuses it.
    assert read_yaml(f"key: {'9' * digits}", "a.yaml").data["key"] == "9" * digits


def test_a_key_is_text_whatever_it_looks_like():
    assert read_yaml("1: a\ntrue: b\nno: c\n~: d\n", "a.yaml").data == {
        "1": "a",
        "true": "b",
        "no": "c",
        "~": "d",
    }


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "this file is empty"),
        ("# a comment\n", "1:1", "this file is empty"),
        ("---\n", "1:1", "this file is empty"),
        ("null\n", "1:1", "this file is empty"),
        ("a:\n\tb: 1\n", "2:1", "a tab is used to indent"),
        ("a:\n  - b\n\t- c\n", "3:1", "a tab is used to indent"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "a is written twice"),
        ("base: &b {x: 1}\nother:\n  <<: *b\n", "3:3", "merge keys"),
        ("a: &x [*x]\n", "1:8", "an anchor contains itself"),
        ("a: &x {b: {c: *x}}\n", "1:15", "an anchor contains itself"),
        ("a: *nowhere\n", "1:4", "there is no anchor nowhere"),
        ("a: !!str 5\n", "1:4", "the tag tag:yaml.org,2002:str is not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", "1:4", "the tag tag:yaml.org,2002:python"),
        ("a: ! b\n", "1:4", "the tag ! is not allowed"),
        ("? [a]\n: b\n", "1:3", "a key must be one word or text"),
        ("a: 1\n---\nb: 2\n", "2:1", "a second document starts here"),
        ("a: [1, 2\nb: 3\n", "2:", "this is not YAML"),
        ("a: 'open\n", "2:1", "this is not YAML"),
        ("a: b: c\n", "1:5", "this is not YAML"),
        ("ü: b\nc: \x07\n", "2:4", "a character that YAML forbids"),
        ("ü: b\n\x00c: d\n", "2:1", "a character that YAML forbids"),
    ],
)
def test_what_is_refused_is_refused_with_its_place(text, place, message):
    first = told(text)[0]
    assert first.startswith(f"a.yaml:{place}")
    assert message in first


def test_every_fault_of_a_file_is_told_at_once():
    lines = told("a: 1\na: 2\nb: !t 3\nc: {d: 1, d: 2}\n")
    assert [line.split(": error:")[0] for line in lines if "error" in line] == [
        "a.yaml:2:1",
        "a.yaml:3:4",
        "a.yaml:4:11",
    ]


def test_a_fault_before_the_text_breaks_off_is_not_lost():
    assert "a is written twice" in "".join(told("a: 1\na: 2\nb: [\n"))


def test_thousands_of_faults_are_cut_short():
    lines = told("a: 1\n" * 100_000)
    assert len(lines) < 120
    assert "too many faults" in "".join(lines)


def test_aliases_are_the_value_of_their_anchor_with_its_place():
    document = read_yaml("a: &x\n  b: [1]\nc: *x\n", "a.yaml")
    assert document.data["c"] == {"b": [1]}
    assert str(document.place(("c", "b", 0))) == "a.yaml:2:7"
    assert str(document.key_place(("c", "b"))) == "a.yaml:2:3"


def test_places_are_those_of_values_and_of_keys():
    document = read_yaml("a:\n  - b\n  - c: 5\n", "a.yaml")
    assert str(document.place(("a", 1, "c"))) == "a.yaml:3:8"
    assert str(document.key_place(("a", 1, "c"))) == "a.yaml:3:5"
    assert str(document.place(("a", 7, "z"))) == "a.yaml:2:3"
    assert str(document.key_place(("nothing",))) == "a.yaml:1:1"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "- - ", "{? [", "&a [", "!t ["])
def test_depth_is_bounded(opening):
    lines = told(opening * 50_000)
    assert re.search("nested too deep|maximum nesting|not YAML|too many faults", "".join(lines))


def test_the_deepest_allowed_is_read_and_one_more_is_not():
    assert read_yaml("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH, "a.yaml").data
    assert "nested too deep" in told("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1))[0]


def laughs(form: str) -> str:
    return "a0: &a0 x\n" + "".join(
        f"a{i}: &a{i} {form.format(*[f'*a{i - 1}'] * 9)}\n" for i in range(1, 30)
    )


@pytest.mark.parametrize(
    "form",
    [
        "[{}, {}, {}, {}, {}, {}, {}, {}, {}]",
        "{{a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {}}}",
    ],
)
@fast_parser
def test_a_billion_laughs_is_refused_in_bounded_time_and_memory(form):
    tracemalloc.start()
    start = time.perf_counter()
    lines = told(laughs(form))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too many values" in lines[0]
    assert peak < 200_000_000
    assert time.perf_counter() - start < 30  # seconds; traced memory slows it down tenfold


@fast_parser
def test_as_many_values_as_nobody_writes_are_refused():
    assert "too many values" in told("- 1\n" * (MAX_VALUES + 1))[0]


def test_one_very_long_scalar_is_read():
    assert len(read_yaml("a: " + "x" * 1_000_000, "a.yaml").data["a"]) == 1_000_000


def test_a_very_long_name_does_not_flood_the_message():
    for text in (
        f"? {'x' * 5000}\n: 1\n? {'x' * 5000}\n: 1\n",
        f"a: !{'x' * 5000} b",
        f"a: *{'x' * 5000}",
    ):
        assert len("".join(told(text))) < 400


@fast_parser
class TestFiles:
    def told(self, path):
        with pytest.raises(LlmAdaptError) as caught:
            read_file(path)
        return caught.value.lines()[0]

    def test_a_missing_file_is_named(self, tmp_path):
        assert (
            self.told(tmp_path / "no.yaml")
            == f"{tmp_path}/no.yaml:1:1: error: there is no such file"
        )

    def test_a_folder_is_no_file(self, tmp_path):
        assert "this is a folder" in self.told(tmp_path)

    def test_a_file_below_a_file_cannot_be_read(self, tmp_path):
        (tmp_path / "a").write_text("x")
        assert "cannot be read: Not a directory" in self.told(tmp_path / "a" / "b")

    def test_a_link_to_itself_cannot_be_read(self, tmp_path):
        (tmp_path / "a").symlink_to(tmp_path / "a")
        assert "cannot be read" in self.told(tmp_path / "a")

    def test_a_name_that_is_too_long_cannot_be_read(self, tmp_path):
        assert "cannot be read: File name too long" in self.told(tmp_path / ("x" * 300))

    def test_a_name_with_a_zero_is_no_name(self, tmp_path):
        assert "this is no file name" in self.told(tmp_path / "a\0b")

    def test_no_permission_is_said(self, tmp_path, monkeypatch):
        path = tmp_path / "a.yaml"
        path.write_text("a: 1")

        def refuse(*_args, **_kwargs):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(type(path), "open", refuse)
        assert "cannot be read: Permission denied" in self.told(path)

    def test_an_error_of_the_disk_is_said(self, tmp_path, monkeypatch):
        path = tmp_path / "a.yaml"
        path.write_text("a: 1")

        def fail(*_args, **_kwargs):
            raise OSError("the disk is on fire")

        monkeypatch.setattr(type(path), "open", fail)
        assert "cannot be read: the disk is on fire" in self.told(path)

    @pytest.mark.parametrize(
        ("raw", "place"),
        [
            (b"\xff\xfea\x00", "1:1"),
            (b"a: 1\nb: \xe9t\xe9\n", "2:4"),
            ("é: ".encode() + b"\xe9", "1:4"),
        ],
    )
    def test_what_is_not_utf8_is_refused_at_its_place(self, tmp_path, raw, place):
        path = tmp_path / "a.yaml"
        path.write_bytes(raw)
        assert self.told(path) == f"{path}:{place}: error: this file is not UTF-8 text"

    def test_a_byte_order_mark_and_windows_line_ends_are_read(self, tmp_path):
        path = tmp_path / "a.yaml"
        path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: no\r\n")
        assert read_file(path).data == {"a": 1, "b": "no"}

    def test_a_huge_file_is_refused_without_reading_it(self, tmp_path):
        path = tmp_path / "huge.yaml"
        with path.open("wb") as stream:
            stream.truncate(200_000_000)
        tracemalloc.start()
        message = self.told(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert "this file is larger than 4 MB" in message
        assert peak < 3 * MAX_BYTES

    def test_a_file_of_the_largest_size_is_read(self, tmp_path):
        path = tmp_path / "large.yaml"
        path.write_bytes(b"a: 1\n#" + b"x" * (MAX_BYTES - 6))
        assert len(read_bytes(path, "large")) == MAX_BYTES
        assert read_yaml(decode(path.read_bytes(), "large"), "large").data == {"a": 1}


def test_what_is_written_is_quoted_where_it_would_be_read_as_something_else():
    data = {
        "no": "no",
        "7": ["7", "7e9", "true", "", " x", "010", 7, None, True],
        "<<": {"~": "null"},
    }
    text = dump_yaml(data)
    assert read_yaml(text, "a.yaml").data == data
    assert "010" in text
