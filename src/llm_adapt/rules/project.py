"""A project that has decided: its answers, the decision, and what the decision rests on.

These classes are the format of `llm-adapt.yaml` as well: `files/form.py` reads a file into them and
`files/schema.py` makes the JSON Schema from them.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from math import isfinite
from typing import Annotated, Any, Literal, TypeAlias

from llm_adapt.rules.form import GIVEN, SOME, Form
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record

OPS = ("equal", "at_least", "above", "at_most", "below")
# Longer than any honest review takes, short enough for the calendar.
MAX_DAYS = 100_000


Text: TypeAlias = Annotated[str, Form(pattern=r"^[\s\S]*\S[\s\S]*$", words="must not be empty")]
Name: TypeAlias = Annotated[str, Form(pattern=r"^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$")]
StrategyName: TypeAlias = Annotated[str, Form(pattern=r"^[a-z0-9_]+(?:\+[a-z0-9_]+)*$")]
FileName: TypeAlias = Annotated[
    str,
    Form(
        description="a file, from the folder of this one",
        pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$",
    ),
]
At: TypeAlias = Annotated[
    str | list[str | int],
    Form(description="where in the file: keys and list places joined by dots, or as a list"),
]
Number: TypeAlias = Annotated[float, Form()]
Over: TypeAlias = Annotated[
    Literal["last", "first", "mean", "min", "max", "sum"] | None,
    Form(description="what is made of the values of several rows"),
]
Percent: TypeAlias = Annotated[
    bool, Form(description="the file gives percent: 85 is taken as 0.85")
]
Seconds: TypeAlias = Annotated[int, Form(description="after this it is ended", ge=1, le=3600)]
REQUIRED: Any = object()


@record(frozen=True, kw_only=True)
class Placed:
    """Something that stands in a file; `places` are those of its keys, its own under ""."""

    places: Annotated[Mapping[str, Location], GIVEN] = field(
        default_factory=dict[str, Location], compare=False
    )

    def where(self, key: str = "") -> Location:
        """Where a key of it stands, or itself."""
        return self.places.get(key) or self.places.get("") or Location("")


@record(frozen=True)
class Kind:
    """One kind of evidence: what it measures, its options with their defaults, an example."""

    text: str
    example: str
    options: Mapping[str, tuple[Any, Plain]] = field(default_factory=dict[str, tuple[Any, Plain]])
    runs: bool = False
    # Whether the file itself says when it was made.
    dated: bool = False


def _noted(hint: object, words: str, default: Plain = REQUIRED) -> tuple[Any, Plain]:
    return Annotated[hint, Form(description=words)], default


def _metric(words: str, default: Plain = "pass_rate") -> dict[str, tuple[Any, Plain]]:
    return {"metric": _noted(Text, words, default)}


_PERCENT: dict[str, tuple[Any, Plain]] = {"percent": (Percent, False)}
_JUNIT = Literal["pass_rate", "tests", "successes", "failures", "errors", "skipped"]
_WORD = Annotated[
    int | None, Form(description="which word of the last line it prints, from 1", ge=1, le=1000)
]
KINDS: dict[str, Kind] = {
    "value": Kind(
        "A value at a place in a JSON, JSONL, YAML, TOML, CSV or TSV file (also .gz)",
        "{value: all_results.json, at: eval_wer, percent: true}",
        {"at": (At, REQUIRED), "over": (Over, None), **_PERCENT},
    ),
    "records": Kind(
        "The number of records of a JSONL, JSON, CSV, Parquet or Arrow file, of a dataset_info"
        " file, or of a folder that save_to_disk wrote",
        "{records: data/labels.jsonl}",
        {"at": _noted(At | None, "where the list stands in a JSON file", None),
         "split": _noted(Text | None, "one split of a dataset", None)},
    ),
    "size": Kind(
        "The size of a file, or of all files of a folder",
        "{size: corpus/, unit: MB}",
        {"unit": (Literal["bytes", "kB", "MB", "GB"], "bytes")},
    ),
    "tokens": Kind(
        "An estimate of the tokens of a file or folder: its bytes over the bytes of a token",
        "{tokens: corpus/, bytes_per_token: 4}",
        {"bytes_per_token": (Annotated[float, Form(ge=0.1, le=100)], 4)},
    ),
    "age_days": Kind(
        "The age of a file in days",
        "{age_days: data/labels.jsonl}",
        {"dated_by": (Literal["commit", "file"], "commit")},
    ),
    "lm_eval": Kind(
        "A metric of a results file of lm-evaluation-harness",
        '{lm_eval: "results/*/results_*.json", task: gsm8k, metric: "exact_match,strict-match"}',
        {"task": (Text, REQUIRED), **_PERCENT,
         **_metric('such as acc or exact_match; with its filter: "acc,none"', REQUIRED)},
        dated=True,
    ),
    "promptfoo": Kind(
        "A metric of an output file of promptfoo (.json, .yaml, .jsonl, .csv, .xml)",
        "{promptfoo: results/promptfoo.json, metric: pass_rate}",
        {**_metric("pass_rate, score, successes, failures, errors, or a name"),
         "provider": _noted(Text | None, "one provider, where the file has several", None)},
        dated=True,
    ),
    "inspect_ai": Kind(
        "A metric of a log of Inspect (.json or .eval)",
        "{inspect_ai: logs/run.eval, scorer: match, metric: accuracy}",
        {"metric": (Text, "accuracy"), "scorer": (Text | None, None)},
        dated=True,
    ),
    "deepeval": Kind(
        "The pass rate of a test run of DeepEval, or the mean score of one of its metrics",
        "{deepeval: .deepeval/.latest_test_run.json, metric: pass_rate}",
        _metric("pass_rate, successes, failures, or a metric's name"),
    ),
    "junit": Kind(
        "The pass rate of a JUnit XML file, or one of its counts",
        "{junit: reports/junit.xml, metric: pass_rate}",
        {"metric": (_JUNIT, "pass_rate")},
    ),
    "mlflow": Kind(
        "A metric in the file store of MLflow: the value of the highest step of a metric file",
        "{mlflow: mlruns/0/4f2a/metrics/accuracy}",
        {"over": (Over, "last"), **_PERCENT},
        dated=True,
    ),
    "audit": Kind(
        "A fact that an audit measures in training data",
        "{audit: data/train.jsonl, fact: eval_leak_share, against: data/eval.jsonl}",
        {"fact": _noted(Text, "such as defect_share; the audit lists them with -v", REQUIRED),
         "against": _noted(FileName | None, "an evaluation file that must not be in it", None),
         "data_format": _noted(Text | None, "where a wrong one is recognised", None),
         "columns": _noted(dict[Text, Text] | None, "by part, the column it stands in", None)},
    ),
    "command": Kind(
        "The number or word that a command prints; runs only with --allow-commands",
        "{command: [wc, -l, data/labels.csv], word: 1}",
        {"timeout_s": (Seconds, 60), "word": (_WORD, None)},
        runs=True,
    ),
    "exit_code": Kind(
        "The exit code of a command; runs only with --allow-commands",
        "{exit_code: [make, test]}",
        {"timeout_s": (Seconds, 60)},
        runs=True,
    ),
}  # fmt: skip


@record(frozen=True)
class Evidence:
    """What is measured: a kind, the file or command, and the options of that kind."""

    kind: str
    target: tuple[str, ...]
    options: Mapping[str, Plain]
    where: Location

    @property
    def path(self) -> str:
        """The file, or the command in one line."""
        return " ".join(self.target)

    @property
    def files(self) -> tuple[str, ...]:
        """All that it may be read from."""
        against = self.options.get("against")
        return (*self.target, against) if isinstance(against, str) else self.target

    @property
    def runs(self) -> bool:
        """Whether it is measured by running a command."""
        return KINDS[self.kind].runs


@record(frozen=True)
class Tolerance:
    """How far a number may be off: an amount, or a part of the expected number."""

    amount: float = 0.0
    relative: bool = False

    def around(self, expected: float) -> float:
        """The distance allowed around an expected number."""
        return self.amount * abs(expected) if self.relative else self.amount

    @staticmethod
    def read(raw: Plain) -> "Tolerance | str":
        """The tolerance that is written, or what is wrong with it."""
        relative = isinstance(raw, str) and raw.endswith("%")
        try:
            amount = float(str(raw).removesuffix("%").strip())
        except ValueError:
            amount = -1.0
        if isinstance(raw, bool) or not (isfinite(amount) and amount >= 0):
            return "must be an amount, or a part such as 5%"
        if isinstance(raw, str) and not relative:
            return f"is quoted, so it is text: write {raw}"
        return Tolerance(amount / 100 if relative else amount, relative)


@record(frozen=True, kw_only=True)
class Dissent(Placed):
    """Why the decision is right although something else stands first."""

    reason: Text
    against: Annotated[StrategyName, Form(description="what stood first when this was written")] = (
        ""
    )


@record(frozen=True, kw_only=True)
class Decision(Placed):
    """The strategy taken, since when and by whom."""

    strategy: StrategyName
    since: date | None = None
    by: Annotated[Text, Form(description="who owns the decision")] = ""
    dissent: Annotated[Dissent | None, Form(short=True)] = None


@record(frozen=True, kw_only=True)
class Assumption(Placed):
    """An answer or a bound, held against evidence."""

    evidence: Evidence
    id: Name = ""
    says: Text = ""
    answer: Annotated[Name, Form(description="the question whose answer must agree")] = ""
    compare: Annotated[
        Literal["equal", "at_least", "at_most"],
        Form(description="how the measured number stands to the answer"),
    ] = "equal"
    tolerance: Annotated[
        Tolerance,
        Form(
            description="an amount, or a part such as 5%",
            read=Tolerance.read,
            shape=Annotated[float, Form(ge=0)]
            | Annotated[str, Form(pattern=r"^\d+(?:\.\d+)?\s*%$")],
        ),
    ] = Tolerance()  # fmt: skip
    equal: bool | float | str | None = None
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    max_age_days: Annotated[int | None, Form(ge=0, le=MAX_DAYS)] = None
    dated_by: Annotated[
        Literal["content", "commit", "file"] | None,
        Form(description="what the age is read from; result files say their date themselves"),
    ] = None
    optional: Annotated[bool, Form(description="not red where its command may not run")] = False

    @property
    def bounds(self) -> list[tuple[str, Plain]]:
        """What the measured value is compared with besides an answer: how, and with what."""
        found = [(op, getattr(self, op)) for op in OPS]
        return [(op, value) for op, value in found if value is not None]


@record(frozen=True, kw_only=True)
class Ignore(Placed):
    """A finding that is accepted for a time."""

    finding: Annotated[str, Form(description="a code such as C301", pattern=r"^C\d{3}$")]
    at: Annotated[Text, Form(description="only for this assumption, answer or other subject")] = ""
    reason: Text = ""
    until: date | None = None


@record(frozen=True, kw_only=True)
class Project(Placed):
    """One project of a project file.

    `answers` is the file its answers stand in, or the answers themselves, which are read with the
    rule set they are for. `file` and `path` lead to the project; no file says them.
    """

    name: Annotated[Text, Form(key="project", description="its name; else that of the folder")] = ""
    rules: Annotated[
        Text,
        Form(description="a shipped rule set; a folder, REVISION:FOLDER or an archive from here"),
    ] = ""
    answers: Annotated[
        FileName | dict[str, Any], Form(description="field: value lines, or the file they stand in")
    ]
    decision: Decision | None = None
    review_by: date | None = None
    record: Annotated[FileName, Form(description="the decision record that must keep step")] = ""
    assumptions: list[Assumption] = field(default_factory=list[Assumption])
    ignore: list[Ignore] = field(default_factory=list[Ignore])
    file: Annotated[str, GIVEN] = ""
    path: Annotated[tuple[str | int, ...], GIVEN] = ()


@record(frozen=True, kw_only=True)
class Projects(Placed):
    """Several projects in one file."""

    rules: Annotated[Text, Form(description="for every project that names none")] = ""
    projects: Annotated[dict[Name, Project], SOME]


@record(frozen=True)
class Measured:
    """A value that evidence gave, in words as well, and the day it says it is of."""

    value: Plain
    said: str
    dated: date | None = None


@record(frozen=True)
class Locked:
    """What a lock file holds of one project: the rule set, the answers and the result then."""

    ruleset: str
    version: str
    digest: str
    answers: str
    strategy: str
    first: str
    verdict: str
    status: str
    reasons: tuple[str, ...]
    history: tuple[Mapping[str, Plain], ...] = field(default=())
