"""What bad input gets: one clear message on stderr, the right exit code, never a traceback."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.main import get_command

from llm_adapt.cli.app import app_for
from llm_adapt.cli.exit_code import ExitCode

LAUGHS = "a0: &a0 x\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)

FILES = {
    "an empty file": (b"", "this file is empty"),
    "a file of spaces": (b"   \n\n", "this file is empty"),
    "a list": (b"- task_type\n", "answers are `field: value` lines"),
    "a word": (b"qa\n", "answers are `field: value` lines"),
    "no answers": (b"{}\n", "there are no answers here"),
    "a tab": (b"task_type:\n\tqa\n", "a tab is used to indent"),
    "a broken line": (b"task_type: [qa\n", "this is not YAML"),
    "a duplicate key": (b"task_type: qa\ntask_type: code\n", "task_type is written twice"),
    "a merge key": (b"<<: {a: 1}\n", "merge keys"),
    "an anchor in itself": (b"capability_gap: &a [*a]\n", "an anchor contains itself"),
    "a billion laughs": (LAUGHS.encode(), "too many values"),
    "a python object": (b"task_type: !!python/name:os.system ''\n", "is not allowed"),
    "a deep file": (b"[" * 100_000, "nest"),
    "Latin-1": (b"task_type: caf\xe9\n", "this file is not UTF-8 text"),
    "UTF-16": ("task_type: qa".encode("utf-16"), "this file is not UTF-8 text"),
    "a picture": (bytes(range(256)) * 40, "this file is not UTF-8 text"),
    "a zero byte": (b"task_type: qa\0\n", "a character that YAML forbids"),
    "two documents": (b"task_type: qa\n---\ntask_type: qa\n", "a second document starts here"),
    "a very long word": (b"task_type: " + b"x" * 3_000_000, "task_type cannot be 'xxx"),
    "a file that is too large": (b"#" + b"x" * 4_100_000, "this file is larger than 4 MB"),
    "an unknown question": (b"labelled_examples: 5\n", "there is no question 'labelled_examples'"),
    "an unknown value": (b"task_type: summarisation\n", "task_type cannot be 'summarisation'"),
    "a negative count": (b"labeled_examples: -1\n", "labeled_examples cannot be -1"),
    "a huge number": (b"labeled_examples: 1e400\n", "labeled_examples is too large"),
    "a number of 400 digits": (b"labeled_examples: " + b"9" * 400, "is too long for a number"),
    "infinity": (b"labeled_examples: .inf\n", "labeled_examples is too large"),
    "not a number": (b"labeled_examples: .nan\n", "labeled_examples cannot be nan"),
    "a mapping for a list": (b"team_skills: {a: b}\n", "team_skills needs a list, not a mapping"),
    "a terminal code": (b'task_type: "\\e[31m"\n', "task_type cannot be"),
}


@pytest.fixture(params=["file", "stdin"])
def give(request, cli, tmp_path):
    """The same bytes as a file and through standard input."""

    def run(raw):
        if request.param == "stdin":
            return cli("advise", "-", stdin=raw), "<stdin>"
        path = tmp_path / "answers.yaml"
        path.write_bytes(raw)
        return cli("advise", path), str(path)

    return run


@pytest.mark.parametrize("what", FILES)
def test_a_bad_file_gets_its_place_and_reason(give, what):
    raw, message = FILES[what]
    start = time.perf_counter()
    outcome, name = give(raw)
    assert (
        time.perf_counter() - start < 10
    )  # seconds, against minutes for a reader that falls for it
    assert outcome.code == ExitCode.INVALID_INPUT
    assert outcome.out == ""
    first = outcome.err.splitlines()[0]
    assert first.startswith(f"{name}:")
    assert message in first
    assert "Traceback" not in outcome.err
    assert "\x1b" not in outcome.err
    assert len(outcome.err) < 3000


def test_a_missing_file_is_named(cli, tmp_path):
    outcome = cli("advise", tmp_path / "no.yaml")
    assert outcome.code == ExitCode.INVALID_INPUT
    assert (
        outcome.err
        == f"{tmp_path}/no.yaml:1:1: error: there is no such file\n  hint: check the path\n"
    )


def test_a_folder_is_no_answers_file(cli, tmp_path):
    outcome = cli("advise", tmp_path)
    assert (outcome.code, "this is a folder, not a file" in outcome.err) == (
        ExitCode.INVALID_INPUT,
        True,
    )


def test_a_sparse_file_of_200_megabytes_is_refused_at_once(cli, tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    outcome = cli("advise", path)
    assert (outcome.code, "this file is larger than 4 MB" in outcome.err) == (
        ExitCode.INVALID_INPUT,
        True,
    )


def test_an_endless_device_is_refused(cli):
    assert "this file is larger than 4 MB" in cli("advise", "/dev/zero").err


def test_every_fault_is_told_at_once_and_in_order(cli):
    outcome = cli("advise", "-", stdin=b"task_type: q\nlabeled_examples: -1\nfoo: 1\n")
    places = [line.split(": error")[0] for line in outcome.err.splitlines() if "error" in line]
    assert places == ["<stdin>:1:12", "<stdin>:2:19", "<stdin>:3:1"]


def test_faults_of_the_file_and_of_options_are_told_together(cli, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("task_type: qaa\n")
    done = cli("advise", path, "--set", "nope=3", "--set", "labeled_examples=many")
    assert done.code == ExitCode.INVALID_INPUT
    assert done.err.count("error: ") == 3
    assert "did you mean qa?" in done.err


def test_an_answers_file_given_to_the_check_is_known_for_one(cli, example):
    done = cli("check", example)
    assert done.code == ExitCode.INVALID_INPUT
    assert done.out.count("C101") == 1
    assert "this is an answers file, no project file" in done.out
    assert "llm-adapt init examples/" in done.out


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["task_type"], "error: --set 'task_type' has no value"),
        (["task_typ=qa"], "  hint: did you mean task_type?"),
        (["task_type=q"], "error: --set: task_type cannot be 'q'"),
        (["labeled_examples=1e400"], "error: --set: labeled_examples is too large"),
        (["a=1", "b=2"], "error: --set: there is no question 'b'"),
    ],
)
def test_a_wrong_option_is_a_usage_error(cli, example, settings, message):
    flags = [word for setting in settings for word in ("--set", setting)]
    outcome = cli("advise", example, *flags)
    assert outcome.code == ExitCode.USAGE
    assert message in outcome.err.splitlines()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("curent", "there is no rule set 'curent'\n  hint: did you mean current?"),
        ("/dev/null", "a rule set is a folder"),
        ("x" * 5000, "there is no rule set"),
        ("a\0b", "there is no rule set"),
    ],
)
def test_a_rule_set_that_is_not_there_is_said(cli, example, rules, message):
    outcome = cli("advise", example, "--rules", rules)
    assert outcome.code == ExitCode.INVALID_INPUT
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_faults_of_a_rule_set_are_told_at_their_places(cli, example, tiny):
    folder = tiny(("order: 2", "order: two"), ("yes: lookup", "yse: lookup"))
    outcome = cli("advise", example, "--rules", folder)
    assert outcome.code == ExitCode.INVALID_INPUT
    assert (
        f"{folder}/questions.yaml:13:12: error: labels.order: must be a whole number" in outcome.err
    )
    assert f"{folder}/flowchart.yaml:13:9: error: unknown key 'yse'" in outcome.err


class TestWriting:
    @pytest.mark.parametrize("flag", ["-o", "--save"])
    def test_a_folder_that_is_not_there_is_named(self, cli, example, tmp_path, flag):
        outcome = cli("advise", example, "-f", "json", flag, tmp_path / "no" / "a")
        assert outcome.code == ExitCode.INVALID_INPUT
        assert outcome.err.splitlines() == [
            f"{tmp_path}/no/a:1:1: error: cannot be written: No such file or directory",
            f"  hint: make the folder {tmp_path}/no first",
        ]

    @pytest.mark.parametrize("flag", ["-o", "--save"])
    def test_a_full_disk_leaves_what_was_there(self, cli, example, tmp_path, flag, monkeypatch):
        path = tmp_path / "kept"
        path.write_text("# llm-adapt answers: as it was\n")

        def full(_descriptor):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        outcome = cli("advise", example, "-f", "json", flag, path)
        assert outcome.code == ExitCode.INVALID_INPUT
        assert (
            outcome.err.splitlines()[0]
            == f"{path}:1:1: error: cannot be written: No space left on device"
        )
        assert path.read_text() == "# llm-adapt answers: as it was\n"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_device_is_written_to_and_not_replaced(self, cli, example):
        assert cli("advise", example, "-f", "json", "-o", "/dev/null").code == ExitCode.DONE
        assert not Path("/dev/null").is_file()


class TestProcess:
    """What only a process of its own can show: pipes, closed streams, other encodings."""

    @pytest.fixture
    def shell(self, example, tmp_path, cache_folder):
        def run(line, **environment):
            variables = {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
                "LLM_ADAPT_CACHE": str(cache_folder),
                "ADAPT": f"{sys.executable} -m llm_adapt",
                "EXAMPLE": str(example),
                **environment,
            }
            return subprocess.run(
                ["bash", "-c", line],
                env=variables,
                cwd=tmp_path,
                capture_output=True,
                timeout=60,
                check=False,
            )

        return run

    @pytest.mark.parametrize(
        "command", ["schema rules", "advise $EXAMPLE -f json", "--help", "estimate --help"]
    )
    def test_a_reader_that_leaves_early_is_no_error(self, shell, command):
        ended = shell(f"set -o pipefail; $ADAPT {command} | head -c 1 >/dev/null")
        assert (ended.returncode, ended.stderr) == (0, b"")

    def test_a_reader_that_has_gone_before_the_first_line_is_no_error(self, shell):
        # More than a pipe holds, so that it is the command itself that meets the closed pipe.
        ended = shell("$ADAPT schema answers | sleep 0; exit ${PIPESTATUS[0]}")
        assert (ended.returncode, ended.stderr) == (0, b"")

    def test_a_full_disk_behind_stdout_is_said_once(self, shell):
        ended = shell("$ADAPT advise $EXAMPLE -f json > /dev/full")
        assert ended.returncode == ExitCode.INVALID_INPUT
        assert ended.stderr == b"error: the output cannot be used: No space left on device\n"

    def test_no_answers_and_no_terminal_is_a_usage_error_with_the_way_out(self, shell):
        ended = shell("$ADAPT advise < /dev/null")
        assert ended.returncode == ExitCode.USAGE
        assert b"there are no answers and no terminal to ask in" in ended.stderr
        assert b"hint: name an answers file, pipe one in with -, use --set" in ended.stderr
        assert ended.stdout == b""

    @pytest.mark.parametrize(
        ("streams", "code"), [("<&-", 0), (">&-", 0), ("2>&-", 0), ("<&- >&- 2>&-", 0)]
    )
    def test_closed_streams_are_no_bug(self, shell, streams, code):
        ended = shell(f"$ADAPT advise $EXAMPLE -f json {streams}")
        assert (ended.returncode, ended.stderr) == (code, b"")

    def test_closed_input_is_no_terminal(self, shell):
        ended = shell("$ADAPT advise <&-")
        assert ended.returncode == ExitCode.USAGE
        assert b"Traceback" not in ended.stderr

    def test_what_is_piped_is_utf8_whatever_the_locale_says(self, shell):
        command = "$ADAPT advise $EXAMPLE -f json"
        plain, odd = shell(command), shell(command, PYTHONIOENCODING="ascii", LC_ALL="C")
        assert (odd.returncode, odd.stderr) == (0, b"")
        assert odd.stdout == plain.stdout
        odd.stdout.decode()

    def test_a_file_name_that_is_no_text_is_shown_somehow(self, shell):
        ended = shell("$ADAPT advise $'caf\\xe9.yaml'")
        assert ended.returncode == ExitCode.INVALID_INPUT
        assert b"there is no such file" in ended.stderr
        assert b"Traceback" not in ended.stderr

    def test_a_file_name_cannot_steer_the_terminal(self, shell):
        ended = shell("$ADAPT advise $'\\x1b[31m.yaml'")
        assert b"\x1b" not in ended.stderr

    @pytest.mark.parametrize(
        "variables",
        [{"FORCE_COLOR": "1"}, {"GITHUB_ACTIONS": "true"}, {"FORCE_COLOR": "1", "CI": "1"}],
    )
    @pytest.mark.parametrize("command", ["--help", "advise --help", "advise --nonsense"])
    def test_help_and_usage_stay_plain_text_where_colour_is_forced(self, shell, variables, command):
        ended = shell(f"$ADAPT {command} 2>&1", **variables)
        assert b"\x1b" not in ended.stdout
        assert b"Usage: llm-adapt" in ended.stdout
        assert b"--rules" in ended.stdout or command != "advise --help"

    def test_saved_in_one_call_and_read_in_the_next(self, shell):
        ended = shell(
            "$ADAPT advise - -f json --save a.yaml > one < $EXAMPLE && $ADAPT advise a.yaml -f json > two && cmp one two"
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--write-baseline"],
        ["check", "--update-lock"],
        ["rules", "verify", "article", "--steps", "1"],
        ["estimate", "requests", "--per-month", "10", "--question", "9", "--hosted", "gpt-5.6-sol"],
        ["estimate", "hours", "--params-b", "7", "--tokens", "1M", "--gpu", "4090"],
        ["init", "--set", "task_type=qa", "-o", "-", "--review-in", "9999999"],
    ],
    ids=" ".join,
)
def test_the_first_and_the_last_day_of_the_calendar_are_days(
    cli, tmp_path, monkeypatch, arguments, day
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.json").write_text('{"a": 1}')
    (tmp_path / "llm-adapt.yaml").write_text(
        f"project: p\nanswers: {{task_type: qa}}\nreview_by: {day}\n"
        f"decision: {{strategy: icl, since: {day}}}\n"
        "assumptions: [{id: a, evidence: {age_days: e.json}, at_most: 9}]\n"
    )
    outcome = cli(*arguments, "--as-of", day)
    assert outcome.code in {0, 1, 2}, outcome.err


def test_a_whole_number_of_toml_is_bounded_in_every_base(cli, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for written in (f"a = 0x{'f' * 5000}", f"a = [0b{'1' * 9000}]"):
        (tmp_path / "e.toml").write_text(written)
        (tmp_path / "llm-adapt.yaml").write_text(
            "project: p\nanswers: {task_type: qa}\n"
            "assumptions: [{id: a, evidence: {value: e.toml, at: a}, at_least: 1}]\n"
        )
        outcome = cli("check")
        assert outcome.code == 1, outcome.err
        assert "C303" in outcome.out


def test_a_command_of_no_words_is_refused_where_it_stands(cli, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in ("command", "exit_code"):
        (tmp_path / "llm-adapt.yaml").write_text(
            "project: p\nanswers: {task_type: qa}\n"
            f"assumptions: [{{id: a, evidence: {{{kind}: []}}, at_least: 1}}]\n"
        )
        outcome = cli("check", "--allow-commands")
        assert outcome.code == 3
        assert "must not be empty" in outcome.out


def test_what_init_writes_of_any_bytes_can_be_checked(cli, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    hostile = "a\udcff\x1b[31m\u202e\nb: c"
    options = ["--name", hostile, "--by", hostile, "--strategy", "rag", "--dissent", hostile]
    assert cli("init", "--set", "task_type=qa", *options).code == 0
    outcome = cli("check")
    assert outcome.code in {0, 1}, outcome.out


def test_a_factory_of_workers_that_leaves_is_no_result(cli, tmp_path) -> None:
    (tmp_path / "e.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    outcome = cli("audit", tmp_path / "e.jsonl", "--executor", "sys:exit")
    assert outcome.code == 2
    assert "cannot be made" in outcome.err


@pytest.mark.parametrize("name", ["strategy", "digest", "verdict"])
def test_a_lock_with_a_number_for_a_word_is_damaged(cli, tmp_path, monkeypatch, name) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llm-adapt.yaml").write_text(
        "project: p\nanswers: {task_type: qa}\ndecision: {strategy: icl}\n"
    )
    assert cli("check", "--update-lock").code == 0
    lock = tmp_path / "llm-adapt.lock"
    data = json.loads(lock.read_text())
    (entry,) = data["projects"].values()
    entry[next(key for key in entry if name in key)] = 5
    lock.write_text(json.dumps(data))
    outcome = cli("check")
    assert outcome.code == 1
    assert "C506" in outcome.out


TWICE = '{\n "%s": 1, "b": {"%s": 2},\n "%s": 3}'
PROJECT = "project: p\nanswers: {task_type: qa}\ndecision: {strategy: icl}\n"
VALUE = "assumptions: [{id: a, evidence: {value: e.json, at: hidden_size}, at_least: 1}]\n"


@pytest.mark.parametrize(
    "case",
    [
        ("e.json", "hidden_size", ["check"], 1, "e.json is not JSON: {} (line 3, column 2)"),
        (
            "config.json",
            "hidden_size",
            ["estimate", "memory", "--config", "config.json"],
            3,
            ":3:2",
        ),
        ("answers.json", "labeled_examples", ["advise", "answers.json"], 3, "answers.json:3:2"),
        ("llm-adapt.lock", "schema", ["check"], 1, "llm-adapt.lock:3:2"),
        ("result.json", "schema", ["check", "-f", "summary", "result.json"], 3, "no result of"),
        ("rows.json", "text", ["audit", "rows.json"], 3, "no row"),
    ],
)
def test_a_key_that_json_writes_twice_is_a_fault(cli, tmp_path, monkeypatch, case) -> None:
    name, key, arguments, code, where = case
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llm-adapt.yaml").write_text(PROJECT + VALUE)
    (tmp_path / "e.json").write_text('{"hidden_size": 1}')
    (tmp_path / name).write_text(TWICE % (key, key, key))
    outcome = cli(*arguments)
    assert outcome.code == code, outcome
    assert where.format(f'the key "{key}" is written twice') in outcome.out + outcome.err


def test_a_row_that_writes_a_key_twice_is_a_bad_line(cli, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = ['{"prompt": "a", "completion": "b"}'] * 2
    rows[:0] = ['{"prompt": "a", "completion": "b", "prompt": "c"}']
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    (tmp_path / "a.json").write_text(f"[{','.join(rows)}]")
    for name in ("a.jsonl", "a.json"):
        told = json.loads(cli("audit", name, "-f", "json").out)
        assert [bad["problem"] for bad in told["bad_lines"]] == ["a key is written twice"]
        assert {row for found in told["findings"] for row in found["rows"]} == {2}


@pytest.mark.parametrize("projects", ["null", "7", "{}", "[1]", '[{"findings": 3}]', "[{}]"])
def test_a_result_without_a_list_of_projects_is_no_summary(cli, tmp_path, projects) -> None:
    path = tmp_path / "r.json"
    path.write_text(f'{{"schema": "llm-adapt/check/v1", "projects": {projects}}}')
    outcome = cli("check", "-f", "summary", path)
    assert outcome.code == 3, outcome
    assert f"{path}:1:1: error: `projects` of this result is no list" in outcome.err


def _options(command, way=()):
    for name, inner in getattr(command, "commands", {}).items():
        yield from _options(inner, (*way, name))
    for option in command.params:
        if "int" in option.type.name:
            yield (*way, option.opts[0]), getattr(option.type, "max", None)


def test_every_option_that_counts_has_an_end() -> None:
    counts = dict(_options(get_command(app_for([]))))
    assert len(counts) > 10
    assert [way for way, most in counts.items() if most is None] == []


DEEP = b'{"instruction": ' + b"[" * 900 + b"]" * 900 + b', "output": "x"}\n'
TALK = b'{"messages": [{"role": "user", "content": ' + b"[" * 900 + b"]" * 900 + b"}]}\n"


@pytest.mark.parametrize("row", [DEEP, TALK])
def test_rows_that_are_nested_deep_are_bad_lines(cli, tmp_path, row) -> None:
    good = b'{"instruction": "a", "output": "b"}\n'
    (tmp_path / "a.jsonl").write_bytes((good if row == DEEP else b"") + row * 3)
    outcome = cli("audit", tmp_path / "a.jsonl", "-f", "json")
    assert outcome.code in {0, 1, 3}, outcome.err
    assert "nested too deep" in outcome.out or "columns" in outcome.err


@pytest.mark.parametrize(
    "text",
    [
        "assumptions: [" + "{id: a, evidence: {value: e.json, at: a}, at_least: 1}," * 9_000 + "]",
        "ignore: [" + "{finding: C101, reason: abcdefghijkl}," * 12_000 + "]",
        "assumptions: [{id: a, evidence: {value: e.json, at: '" + "a." * 90_000 + "'}, equal: 1}]",
    ],
)
def test_projects_that_say_much_are_told_of_soon(cli, tmp_path, monkeypatch, text) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llm-adapt.yaml").write_text(PROJECT + text)
    (tmp_path / "e.json").write_text('{"a": 1}')
    started = time.process_time()
    outcome = cli("check")
    # Without a bound a minute and more.
    assert time.process_time() - started < 20
    assert outcome.code in {1, 3}, outcome.err
