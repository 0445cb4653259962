"""The steps of the GitHub Action, run as its runner would, with a stand-in for GitHub."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llm_adapt.files.yaml_file import read_file

ROOT = Path(__file__).parent.parent.parent
# Keeps comments in a folder, answers what the step asks for, and refuses everything else.
GH = f"""#!{sys.executable}
import json, os, pathlib, sys
store = pathlib.Path(os.environ["STORE"])
words = sys.argv[1:]
assert words[:1] == ["api"], words
place = next(w for w in words if w.startswith("repos/"))
body = next((pathlib.Path(w[6:]).read_text() for w in words if w.startswith("body=@")), None)
if body is None:
    assert place == "repos/o/r/issues/7/comments", place
    for path in sorted(store.iterdir()):
        print(json.dumps([int(path.name), path.read_text()]))
elif "PATCH" in words:
    number = place.removeprefix("repos/o/r/issues/comments/")
    assert (store / number).exists()
    (store / number).write_text(body)
else:
    assert place == "repos/o/r/issues/7/comments", place
    (store / str(100 + len(list(store.iterdir())))).write_text(body)
"""


@pytest.fixture(scope="module")
def steps():
    data = read_file(ROOT / "action.yml", "action.yml").data
    return {step["name"]: step["run"] for step in data["runs"]["steps"] if "name" in step}


@pytest.fixture
def runner(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "store").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    return tmp_path


def run(script, folder, place, **given):
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "STORE": str(folder / "store"),
        "PLACE": str(place),
        "GITHUB_OUTPUT": str(place / "output"),
        "REPOSITORY": "o/r",
        "NUMBER": "7",
        **given,
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def check(steps, folder, place, **given):
    inputs = dict.fromkeys(("RULES", "SARIF", "STRICT", "MIN_STABILITY", "CHANGED_SINCE", "ALLOW_COMMANDS", "ADVISORY"), "")  # fmt: skip
    inputs |= {"PYTHON": sys.executable, "FILES": "llm-adapt.yaml", "FAIL_ON": "error",
               "FORMAT": "text"}  # fmt: skip
    return run(steps["Check"], folder, place, **{**inputs, **given})


def outputs(place):
    return dict(line.split("=", 1) for line in (place / "output").read_text().splitlines())


def place_of(folder, name):
    place = folder / name
    place.mkdir()
    return place


def test_two_uses_in_one_job_keep_their_results_and_comments_apart(steps, runner):
    example = ROOT / "examples" / "ci" / "mail-sorter"
    shutil.copytree(example, runner, dirs_exist_ok=True)
    one, two = place_of(runner, "one"), place_of(runner, "two")
    assert check(steps, runner, one)[0] == 0
    assert outputs(one)["outcome"] == "done"
    broken = runner / "broken.yaml"
    broken.write_text("project: p\nanswers: {task_type: nonsense}\n")
    assert check(steps, runner, two, FILES="broken.yaml")[0] == 3
    assert outputs(two)["exit-code"] == "3"
    assert outputs(one)["exit-code"] == "0"
    for place, key in ((one, "a"), (two, "b"), (one, "a")):
        code, said = run(steps["Comment"], runner, place, KEY=key)
        assert code == 0, said
    comments = sorted(path.read_text() for path in (runner / "store").iterdir())
    assert [text.splitlines()[0] for text in comments] == [
        "<!-- llm-adapt a -->",
        "<!-- llm-adapt b -->",
    ]


def test_advice_is_no_reason_to_fail_where_only_advice_is_asked_for(steps, runner):
    (runner / "llm-adapt.yaml").write_text("project: p\nanswers: {task_type: nonsense}\n")
    place = place_of(runner, "one")
    assert check(steps, runner, place)[0] == 3
    (place / "output").unlink()
    code, _ = check(steps, runner, place, ADVISORY="true")
    assert code == 0
    assert outputs(place)["exit-code"] == "3"
    assert json.loads((place / "result.json").read_text())["outcome"] == "invalid"
