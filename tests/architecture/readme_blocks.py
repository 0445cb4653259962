"""The parts of the README and of docs/ that come from the tool itself.

`python tests/architecture/readme_blocks.py` writes them anew; a test holds them current.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from llm_adapt.audit.reader import TABLE as DATA
from llm_adapt.files.answers import read_answers
from llm_adapt.files.evidence import limits as most
from llm_adapt.files.findings import catalogue
from llm_adapt.report.forms import advice_as
from llm_adapt.rules.project import KINDS
from llm_adapt.usecases.advise import advise, program_for
from llm_adapt.usecases.cases import run_tests
from llm_adapt.usecases.rulebook.graph import graph_text

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
CHECK = ROOT / "docs" / "check.md"
# With the command and the dots, 25 lines.
SHOWN = 23
FLOWCHART = ROOT / "docs" / "flowchart.svg"
SESSION = "examples/climate-report-questions/answers.yaml"


def session() -> str:
    """The result for the README's example."""
    program = program_for("current")
    advice = advise(program, read_answers(ROOT / SESSION, program.rules.questions))
    text = advice_as("text", advice, program.rules)
    shown = "\n".join(text.splitlines()[:SHOWN])
    return f"```console\n$ llm-adapt advise {SESSION}\n{shown}\n...\n```"


def scores() -> str:
    """The table of the real cases."""
    script = ROOT / "tests" / "benchmarks" / "scores.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    return f"```\n{done.stdout.rstrip()}\n```"


def held() -> str:
    """How firmly cases hold the rules: the lowest share of all."""
    lowest = 1.0
    for profile in ("article", "current"):
        tested = run_tests(profile, mutate=True, projects=ROOT / "tests" / "real_cases")
        shares = [share.percent / 100 for share in tested.coverage]
        lowest = min(lowest, tested.mutation.score, *shares)
    return (
        "Cases, written by hand or from those projects, cover either rule set (rules, nodes, edges, single\n"
        f"conditions) and notice small faults in it (`rules test --mutation`): **{lowest:.2f}** or more of each."
    )


def findings() -> str:
    """The findings of the CI check, each with the anchor that reports link to."""
    rows = [
        f'| <a id="{kind.code.lower()}"></a>{kind.code} | {kind.severity.value} | {kind.title} |'
        for kind in catalogue().values()
        if kind.code.startswith("C")
    ]
    return "\n".join(["| code | severity | finding |", "|---|---|---|", *rows])


def evidence() -> str:
    """What an assumption can be measured by, an example each."""
    rows = [f"| `{kind}` | {told.text} | `{told.example}` |" for kind, told in KINDS.items()]
    return "\n".join(["| evidence | measures | for example |", "|---|---|---|", *rows])


def limits() -> str:
    """What a reader of evidence takes in."""
    rows = [f"| {what} | {bound} |" for what, bound in (*LIMITS, *DATA)]
    return "\n".join(["| limit of | at most |", "|---|---|", *rows])


# What a reader of evidence, of rules and of results takes in.
LIMITS = (
    ("a JSON file or header read whole (larger ones are streamed)", f"{most.MAX_PARSED:,} bytes"),
    ("values in it", f"{most.MAX_VALUES:,}"),
    ("a file that is streamed or counted, unpacked", f"{most.MAX_STREAMED:,} bytes"),
    ("values, keys and brackets of a streamed JSON file", f"{most.MAX_EVENTS:,}"),
    ("a line, or a value of a streamed JSON file", f"{most.MAX_LINE:,} bytes"),
    ("rows of a file", f"{most.MAX_ROWS:,}"),
    ("a TOML file", f"{most.MAX_TOML:,} bytes"),
    ("a YAML file", "4,000,000 bytes"),
    ("a rule set with all it extends", "6,000,000 bytes, 250,000 values, 5,000 files"),
    ("parts of a TOML key", f"{most.MAX_KEY_PARTS}"),
    ("full stops of a TOML file, in keys and numbers", f"{most.MAX_TOML_DOTS:,}"),
    ("elements and attributes of an XML file", f"{most.MAX_XML_PARTS:,}"),
    ("the index of an .eval archive", f"{most.MAX_ARCHIVE_INDEX:,} bytes"),
    (
        "a lock, a baseline, a result of a check",
        f"{most.MAX_PARSED:,} bytes, {most.MAX_VALUES:,} values",
    ),
    ("a .gitignore", "1,000,000 bytes, 5,000 lines"),
    ("what a command prints", f"{most.MAX_OUTPUT:,} bytes"),
    ("files of a folder, entries that a pattern looks at", f"{most.MAX_FILES:,}"),
)
# What a block is called, the page that it stands on, and what writes it.
BLOCKS: dict[str, tuple[Path, Callable[[], str]]] = {
    "session": (README, session),
    "scores": (README, scores),
    "held": (README, held),
    "codes": (CHECK, findings),
    "evidence": (CHECK, evidence),
    "limits": (CHECK, limits),
}


def flowchart() -> str:
    """The picture of the default rule set's flowchart."""
    return graph_text(program_for("current"), form="svg")


def block(text: str, name: str) -> str:
    """What stands between the markers of a block."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    if found is None:
        raise LookupError(f"there is no block {name}")
    return found[1]


def replaced(text: str, name: str, content: str) -> str:
    """The text with a block set."""
    pattern = rf"(<!-- {name} -->\n).*?\n?(<!-- /{name} -->)"
    return re.sub(pattern, lambda m: f"{m[1]}{content}\n{m[2]}", text, flags=re.DOTALL)


def main() -> None:
    """Write every block anew."""
    for name, (page, make) in BLOCKS.items():
        page.write_text(replaced(page.read_text("utf-8"), name, make()), "utf-8")
    FLOWCHART.write_text(flowchart(), "utf-8")


if __name__ == "__main__":
    main()
