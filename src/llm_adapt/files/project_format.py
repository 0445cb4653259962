"""The YAML format of a project file, as pydantic models: what `llm-adapt.yaml` may say."""

from typing import Annotated, Literal, TypeAlias, Union, cast

from pydantic import Discriminator, Field, StringConstraints, Tag

from llm_adapt.files.format import AnswerValue, Strict, Text

Day: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), Field(description="a date: 2026-03-31")
]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$")]
Strategy: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(?:\+[a-z0-9_]+)*$")]
FileName: TypeAlias = Annotated[
    Text, Field(description="a file, from the folder of this one; * takes the last by name")
]
At: TypeAlias = Annotated[
    str | list[str | int],
    Field(description="where in the file: keys and list places joined by dots, or as a list"),
]
Command: TypeAlias = Annotated[
    list[Text], Field(min_length=1, description="program and arguments; runs without a shell")
]
PERCENT = r"^\d+(?:\.\d+)?%$"


class ValueEvidence(Strict):
    """A value at a place in a JSON, YAML, TOML or CSV file."""

    value: FileName
    at: At


class RecordsEvidence(Strict):
    """The number of records of a JSONL, JSON, CSV or Parquet file."""

    records: FileName
    at: At | None = Field(None, description="where the list stands in a JSON file")


class SizeEvidence(Strict):
    """The size of a file, or of all files of a folder."""

    size: FileName
    unit: Literal["bytes", "kB", "MB", "GB"] = "bytes"


class TokensEvidence(Strict):
    """An estimate of the tokens of a file or folder: its bytes over the bytes of a token."""

    tokens: FileName
    bytes_per_token: Annotated[float | int, Field(gt=0)] = 4


class AgeEvidence(Strict):
    """The age of a file in days."""

    age_days: FileName
    dated_by: Literal["commit", "file"] = "commit"


class LmEvalEvidence(Strict):
    """A metric of a results file of lm-evaluation-harness."""

    lm_eval: FileName
    task: Text
    metric: Text = Field(description="such as acc or exact_match; with its filter: acc,none")


class PromptfooEvidence(Strict):
    """A metric of a JSON output file of promptfoo."""

    promptfoo: FileName
    metric: Text = Field("pass_rate", description="pass_rate, score, errors or a named score")
    provider: Text | None = Field(None, description="one provider, where the file has several")


class InspectEvidence(Strict):
    """A metric of a log of Inspect (.json, or .eval with its header)."""

    inspect_ai: FileName
    metric: Text = "accuracy"
    scorer: Text | None = None


class CommandEvidence(Strict):
    """The number or word that a command prints; runs only with --allow-commands."""

    command: Command
    timeout_s: Annotated[int, Field(ge=1, le=3600)] = 60


class ExitCodeEvidence(Strict):
    """The exit code of a command; runs only with --allow-commands."""

    exit_code: Command
    timeout_s: Annotated[int, Field(ge=1, le=3600)] = 60


KINDS = (
    "value", "records", "size", "tokens", "age_days", "lm_eval", "promptfoo", "inspect_ai",
    "command", "exit_code",
)  # fmt: skip


def _kind(value: object) -> str | None:
    keys = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return next((kind for kind in KINDS if kind in keys), None)


EvidenceForm: TypeAlias = Annotated[
    Union[  # noqa: UP007 (a discriminated union of tagged members)
        Annotated[ValueEvidence, Tag("value")],
        Annotated[RecordsEvidence, Tag("records")],
        Annotated[SizeEvidence, Tag("size")],
        Annotated[TokensEvidence, Tag("tokens")],
        Annotated[AgeEvidence, Tag("age_days")],
        Annotated[LmEvalEvidence, Tag("lm_eval")],
        Annotated[PromptfooEvidence, Tag("promptfoo")],
        Annotated[InspectEvidence, Tag("inspect_ai")],
        Annotated[CommandEvidence, Tag("command")],
        Annotated[ExitCodeEvidence, Tag("exit_code")],
    ],
    Discriminator(
        _kind,
        custom_error_type="evidence_kind",
        custom_error_message=f"needs one of {', '.join(KINDS)}",
    ),
]


class AssumptionForm(Strict):
    """An answer or a bound, held against evidence."""

    id: Name | None = None
    says: Text | None = None
    evidence: EvidenceForm
    answer: Name | None = Field(None, description="the question whose answer must agree")
    compare: Literal["equal", "at_least", "at_most"] = Field(
        "equal", description="how the measured number stands to the answer"
    )
    tolerance: (
        Annotated[float | int, Field(ge=0)]
        | Annotated[str, StringConstraints(pattern=PERCENT)]
        | None
    ) = Field(None, description="an amount, or a part such as 5%")
    equal: bool | int | float | str | None = None
    at_least: int | float | None = None
    above: int | float | None = None
    at_most: int | float | None = None
    below: int | float | None = None
    max_age_days: Annotated[int, Field(ge=0)] | None = None
    dated_by: Literal["content", "commit", "file"] | None = Field(
        None, description="what the age is read from; result files say their date themselves"
    )


class DissentForm(Strict):
    """Why the decision is right although something else stands first."""

    reason: Text
    against: Strategy | None = Field(None, description="what stood first when this was written")


class DecisionForm(Strict):
    """The strategy taken, since when and by whom."""

    strategy: Strategy
    since: Day | None = None
    by: Text | None = None
    dissent: Text | DissentForm | None = None


class IgnoreForm(Strict):
    """A finding that is accepted for a time."""

    finding: Annotated[str, StringConstraints(pattern=r"^C\d{3}$")]
    at: Text | None = Field(None, description="only for this assumption or answer")
    reason: Text | None = None
    until: Day | None = None


class ProjectForm(Strict):
    """One project."""

    project: Text | None = Field(None, description="its name; else that of the folder")
    rules: Text | None = Field(None, description="a shipped rule set, or a folder from here")
    answers: FileName | dict[str, AnswerValue] = Field(
        description="field: value lines, or the file they stand in"
    )
    decision: DecisionForm | None = None
    review_by: Day | None = None
    record: FileName | None = Field(None, description="the decision record that must keep step")
    assumptions: list[AssumptionForm] = Field(default_factory=list[AssumptionForm])
    ignore: list[IgnoreForm] = Field(default_factory=list[IgnoreForm])


class ProjectsForm(Strict):
    """Several projects in one file."""

    rules: Text | None = None
    projects: Annotated[dict[Name, ProjectForm], Field(min_length=1)]
