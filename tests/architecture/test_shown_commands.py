"""Every command that a page or a help text shows is typed, and ends as the text says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from shown_commands import Shown, Written, in_help, on_page, unquoted, words
from typer.main import get_command

from llm_adapt.cli.app import app_for

ROOT = Path(__file__).resolve().parents[2]
# What stands in docs/sessions was recorded from a terminal, and is held by the test that records it.
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "examples/*/README.md", "rules/README.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)
# What needs a terminal; tests/cli/test_interview.py has one.
ASKS = ("llm-adapt advise", "llm-adapt init")
# What takes long and the gate does elsewhere: tests/rules, and the page of organisation-policy.
DONE_ELSEWHERE = (
    "llm-adapt rules verify",
    "llm-adapt rules verify current",
    "llm-adapt rules verify article current",
    "llm-adapt rules verify ./my-rules --as-of 2026-12-31 --fail-on note",
    "llm-adapt rules test article current --mutation --fail-under 0.8",
)
# What the user of a help text has already; the projects, because `check` looks below the folder.
ANSWERS = "examples/two-million-recipes/answers.yaml"
OTHERS = "examples/grocery-query-understanding/answers.yaml"
DATA = "examples/training-data"
EVALUATION = "examples/ci/mail-sorter/results/eval.json"
OWN = {
    "answers.yaml": ANSWERS,
    "mine.yaml": ANSWERS,
    "a.yaml": ANSWERS,
    "theirs.yaml": OTHERS,
    "after.yaml": OTHERS,
    "b.yaml": OTHERS,
    "my-rules": "examples/organisation-policy",
    "policy": "examples/organisation-policy",
    "my-projects": "tests/real_cases",
    "services/bot": "examples/ci/mail-sorter",
    "docs/flowchart.svg": "docs/flowchart.svg",
}
CONFIG = (
    '{"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "vocab_size": 100,'
    ' "num_hidden_layers": 2, "num_attention_heads": 4}'
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def commands():
    """Every command with its words, the groups left out."""
    root = get_command(app_for([]))
    for name, command in root.commands.items():
        for below, leaf in getattr(command, "commands", {}).items():
            yield f"{name} {below}", leaf
        if not hasattr(command, "commands"):
            yield name, command


COMMANDS = dict(commands())


def git(folder, *arguments):
    name = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *name, *arguments], check=True, capture_output=True)


def commit(folder):
    git(folder, "init", "-q")
    git(folder, "add", ".")
    for message in ("first", "second"):
        git(folder, "commit", "-q", "--allow-empty", "-m", message)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A fresh clone to stand in, with two commits, on a day when the example project holds."""
    for name in ("rules", "examples", "docs", "tests/real_cases"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in (*ROOT.glob("*.md"), ROOT / ".gitignore"):
        shutil.copy(path, tmp_path)
    commit(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795600000")
    return tmp_path


@pytest.fixture
def home(name, tmp_path, monkeypatch, cli):
    """What the reader of a help text has: files of their own, under the names of the examples."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795600000")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    for path, source in OWN.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / path)
    Path("config.json").write_text(CONFIG)
    Path("rows.jsonl").write_text('{"params_b": 8, "method": "qlora"}\n')
    shutil.copy(ROOT / DATA / "eval.jsonl", tmp_path)
    rules = "empty-output,unfilled-template,merged-examples,mojibake,leaked-into-training"
    cleaned = ("--write", "train.jsonl", "--drop", rules)
    cli("audit", ROOT / DATA / "train.jsonl", "--against", "eval.jsonl", *cleaned)
    Path("results").mkdir()
    Path("before.json").write_text(cli("advise", "answers.yaml", "-f", "json").out)
    checked = cli("check", "services/bot", "-f", "json").out
    measured = (ROOT / EVALUATION).read_text("utf-8")
    Path("results/eval.json").write_text(checked if name == "check" else measured)
    commit(tmp_path)
    return tmp_path


@pytest.fixture
def type_in(tmp_path, cli):
    """Types a line: in this process where it is a command of ours alone, else in a shell."""
    programs = tmp_path.parent / f"{tmp_path.name}-bin"
    programs.mkdir()
    (programs / "llm-adapt").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m llm_adapt "$@"\n')
    (programs / "llm-adapt").chmod(0o755)

    def type_line(text, *, fresh):
        if (
            text.startswith("llm-adapt ")
            and not re.search(r"[|<>&*]", unquoted(text))
            and not fresh
        ):
            done = cli(*words(text)[1:])
            return done.code, done.err
        env = {
            **os.environ,
            "PYTHONPATH": str(tmp_path / "src" if fresh else ROOT / "src"),
            "PATH": f"{programs}:{os.environ['PATH']}",
        }
        shell = ["bash", "-o", "pipefail", "-c", text]
        done = subprocess.run(
            shell, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        return done.returncode, done.stderr

    return type_line


def unknown_words(text):
    """What a command line names that is not there: a command, an option, an extra, a task."""
    unknown = []
    for part in re.split(r"\s*(?:&&|\|)\s*", text):
        program, *rest = shlex.split(part, comments=True)
        if program == "llm-adapt":
            unknown += unknown_options(rest)
        elif "pip" in (program, *rest):
            extras = {e for found in re.findall(r"\[([\w,]+)\]", part) for e in found.split(",")}
            unknown += extras - set(PROJECT["project"]["optional-dependencies"])
        elif program == "poe":
            unknown += set(rest[:1]) - set(PROJECT["tool"]["poe"]["tasks"])
        elif program == "python":
            unknown += [
                word for word in rest if word.endswith(".py") and not (ROOT / word).exists()
            ]
    return unknown


def unknown_options(rest):
    name = " ".join(rest[:2]) if " ".join(rest[:2]) in COMMANDS else rest[0]
    options = {"--help", "--version"}
    if name in COMMANDS:
        for parameter in COMMANDS[name].params:
            options |= {*parameter.opts, *parameter.secondary_opts}
    elif name not in {"rules", "estimate"} and not name.startswith("-"):
        return [name]
    given = [word.split("=")[0] for word in rest if word.startswith("-") and word != "-"]
    return [word for word in given if word not in options and word != "--"]


def is_typed(text):
    """Whether a line is run here: installing and the gate itself are only looked at."""
    return text not in {*ASKS, *DONE_ELSEWHERE} and not re.search(
        r"\bpip install\b|\bpoe\b|^\.ci/", text
    )


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_ends_as_it_says(page, clone, type_in):
    shown = list(on_page((ROOT / page).read_text("utf-8")))
    fresh = any(isinstance(each, Written) for each in shown)
    if fresh:
        # What the page changes in the rules must be what the command reads.
        shutil.copytree(ROOT / "src", clone / "src")
    wrong = []
    for each in shown:
        if isinstance(each, Written):
            path = clone / each.path
            assert not path.exists(), f"{page}:{each.line}: {each.path} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(each.text, "utf-8")
            continue
        place = f"{page}:{each.line}: {each.text}"
        wrong += [f"{place}: there is no {word}" for word in unknown_words(each.text)]
        if each.is_pattern or not is_typed(each.text):
            continue
        code, err = type_in(each.text, fresh=fresh)
        if code != each.code:
            wrong.append(f"{place}: exits {code}, not {each.code}\n{err}")
    assert wrong == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_examples_of_a_help_text_work(name, home, cli, type_in):
    examples = list(in_help(cli(*name.split(), "--help").out))
    assert examples, "no examples"
    wrong = []
    for shown in examples:
        assert words(shown.text)[0] in {"llm-adapt", "cat"}, "not one command to a line"
        wrong += [f"{shown.text}: there is no {word}" for word in unknown_words(shown.text)]
        if is_typed(shown.text):
            code, err = type_in(shown.text, fresh=False)
            git(home, "clean", "-fdq")
            git(home, "checkout", "-q", ".")
            if code != shown.code:
                wrong.append(f"{shown.text}: exits {code}, not {shown.code}\n{err}")
    assert wrong == []


def test_commands_are_found_in_every_form_that_pages_use():
    page = """\
    llm-adapt check    # looks

```console
$ llm-adapt advise \\
    a.yaml
Recommended: nothing
$ llm-adapt check x.yaml  # exits 1
```

   ```yaml
   # rules/x.yaml
   a:
     b: c
   ```

Type `llm-adapt explain ID`, or `llm-adapt advise x --strict` (exits 4).
"""
    assert list(on_page(page)) == [
        Shown(1, "llm-adapt check"),
        Shown(4, "llm-adapt advise a.yaml"),
        Shown(7, "llm-adapt check x.yaml", 1),
        Written(11, "rules/x.yaml", "a:\n  b: c\n"),
        Shown(16, "llm-adapt explain ID"),
        Shown(16, "llm-adapt advise x --strict", 4),
    ]
    assert [each.is_pattern for each in on_page("`llm-adapt explain ID` `llm-adapt check`")] == [
        True,
        False,
    ]
