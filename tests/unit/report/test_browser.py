"""The page in a real browser: nothing is clipped on a phone, on a desk or on paper.

Skipped only where no Chromium is installed. The page is also judged by the axe-core that a package
of the development environment carries, or by a newer one: `AXE=.../axe.min.js`.
"""

import html
import json
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from llm_adapt.files.answers import read_answers
from llm_adapt.report.forms import Look, advice_as
from llm_adapt.usecases.advise import advise, program_for

ROOT = Path(__file__).parents[3]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
CARRIER = find_spec("axe_core_python")
BESIDE = CARRIER.origin if CARRIER and CARRIER.origin else ""
AXE = Path(os.environ.get("AXE") or Path(BESIDE).parent / "axe.min.js")
EXAMPLES = ("climate-report-questions", "grocery-query-understanding")
DATA = "training-data"
# What sticks out of the window, unless it stands in a box that scrolls.
MEASURE = """
for (const details of document.querySelectorAll("details")) details.open = true;
const wide = document.documentElement.clientWidth + 1;
const out = [...document.querySelectorAll("body *")].filter((element) =>
  !element.closest(".wide") && element.getBoundingClientRect().right > wide);
const clipped = [...document.querySelectorAll("pre, li, p, .row, h1, h2")].filter((element) =>
  element.scrollWidth > element.clientWidth + 1);
report({
  width: innerWidth, page: document.documentElement.scrollWidth,
  out: out.concat(clipped).map((element) => element.outerHTML.slice(0, 200)),
});
"""
JUDGE = """
for (const details of document.querySelectorAll("details")) details.open = true;
axe.run().then((found) => report({
  violations: found.violations.map((one) => one.id + ": " + one.nodes[0].html.slice(0, 200)),
}));
"""
REPORT = 'function report(found) { parent.postMessage(JSON.stringify(found), "*"); }'
# A window is never as narrow as a phone; a frame is.
FRAME = """<!doctype html><iframe src="page.html" style="border: 0; width: {width}px; height: 900px">
</iframe><pre id="told"></pre><script>
addEventListener("message", (said) => {{ document.getElementById("told").textContent = said.data }});
</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


def run(tmp_path, *options):
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'user'}")
    done = subprocess.run(
        [BROWSER, *flags, *options], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def told(tmp_path, page, width, script, library=""):
    scripts = f"<script>{library}</script><script>{REPORT}{script}</script>"
    text = page.replace("</body>", f"{scripts}</body>")
    (tmp_path / "page.html").write_text(text, "utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width), "utf-8")
    window = ("--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom")
    shown = run(tmp_path, *window, frame.as_uri())
    found = re.search(r'<pre id="told">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None
    return json.loads(html.unescape(found[1]))


@pytest.fixture(params=[*EXAMPLES, DATA])
def page(request, cli):
    if request.param == DATA:
        data = ROOT / "examples" / DATA
        train = cli("audit", data / "train.jsonl", "--against", data / "eval.jsonl", "-f", "html")
        return train.out
    program = program_for("current")
    answers = ROOT / "examples" / request.param / "answers.yaml"
    advice = advise(program, read_answers(answers, program.rules.questions))
    return advice_as("html", advice, program.rules, Look(day="2026-11-28"))


@pytest.mark.parametrize("width", [400, 1200])
def test_nothing_is_clipped(page, width, tmp_path):
    found = told(tmp_path, page, width, MEASURE)
    assert found["width"] == width
    assert found["out"] == []
    assert found["page"] <= width


def test_an_audit_draws_lengths_and_loads_nothing(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(
        f"an unbroken{'word' * 40} number {n} of many,class-{n % 30}\n" for n in range(90)
    )
    Path("t.csv").write_text(f"text,label\n{rows}", "utf-8")
    page = cli("audit", "t.csv", "-f", "html").out
    assert not re.search(r"<script|<link|<img|src=|url\(", page)
    drawn = """
    for (const details of document.querySelectorAll("details")) details.open = true;
    report([...document.querySelectorAll("figure i")].map((bar) => bar.getBoundingClientRect().width));
    """
    widths = told(tmp_path, page, 1200, drawn)
    assert len(widths) > 2
    assert min(widths) > 0
    assert told(tmp_path, page, 400, MEASURE)["out"] == []


def test_paper_shows_what_is_folded_on_the_screen(page, tmp_path):
    counts = []
    for name, text in (("a", page), ("b", page.replace("<details>", "<details open>"))):
        path = tmp_path / f"{name}.html"
        path.write_text(text, "utf-8")
        pdf = tmp_path / f"{name}.pdf"
        run(tmp_path, f"--print-to-pdf={pdf}", "--no-pdf-header-footer", path.as_uri())
        counts.append(len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())))
    folded, opened = counts
    # The browser may break one page of many elsewhere; what stays folded halves them.
    assert abs(folded - opened) * 10 <= opened
    assert opened > 1


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed")
@pytest.mark.parametrize("width", [400, 1200])
def test_axe_finds_nothing(page, width, tmp_path):
    library = AXE.read_text("utf-8")
    assert told(tmp_path, page, width, JUDGE, library)["violations"] == []
