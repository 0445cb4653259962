"""What is known about training data (`rules/audit/*.yaml`), and an audit told by it."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from llm_adapt.rules.advice import Advised
from llm_adapt.rules.audit import Audit, DataFinding, Severity
from llm_adapt.rules.form import Form
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Name, Text
from llm_adapt.rules.record import record

Share = Annotated[float, Form(ge=0, le=1)]


@record(frozen=True, kw_only=True)
class DataRule:
    """A rule of the audit: what it finds, why that matters, how to mend it.

    Attributes:
        carries: The rows of the article it stands for (`rules/article-rows.yaml`).
        sources: Ids of `rules/*/sources.yaml`; none where nobody but us says so.
        words: What its check looks for, patterns or phrases, by what they are.
    """

    title: Text
    severity: Severity
    why: Text
    mend: Text
    carries: list[str] = field(default_factory=list[str])
    sources: list[str] = field(default_factory=list[str])
    words: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@record(frozen=True, kw_only=True)
class Taking:
    """A measured fact becomes an answer: itself, or what is said where it is above a share."""

    fact: Name
    above: Share | None = None
    answer: Text = ""


@record(frozen=True, kw_only=True)
class FromFacts:
    """How a question is answered from facts: the first taking that holds."""

    takes: list[Taking]
    because: Text
    grade: Literal["A", "B", "C", "D"] = "D"


@record(frozen=True, kw_only=True)
class Measure:
    """A bound on a measured fact."""

    fact: Name
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: object) -> bool:
        """Whether a value keeps the bound; what is no number does not."""
        low, high = self.at_least, self.at_most
        return isinstance(value, int | float) and not (
            (low is not None and value < low) or (high is not None and value > high)
        )


@record(frozen=True, kw_only=True)
class PlanStep:
    """A step of the data plan: findings that call for it, and what shows that it is done."""

    faults: list[Name] = field(default_factory=list[Name])
    done: list[Measure] = field(default_factory=list[Measure])


@record(frozen=True, kw_only=True)
class Expectation:
    """When a share is not the expected one: so many times as much or as little, and so far off."""

    times: float
    apart: Share


@record(frozen=True, kw_only=True)
class Trainer:
    """What a trainer does with rows that are not as it expects.

    Attributes:
        takes: By format, the columns that it looks for by name.
        mapped: What to do where the columns are called otherwise.
        stops: Kinds of rows (`audit/checks/trainer.py`) that it stops at; so `drops` and `keeps`.
        long: What becomes of a row beyond the length.
        length: The usual length, in tokens.
        source: Where that was read, `also` and `read` say more of it.
    """

    title: Text
    takes: dict[Name, list[str]]
    mapped: Text
    stops: list[Name] = field(default_factory=list[Name])
    drops: list[Name] = field(default_factory=list[Name])
    keeps: list[Name] = field(default_factory=list[Name])
    long: Literal["cuts", "drops"] | None = None
    length: int | None = None
    source: Text
    also: Text = ""
    read: Text = ""

    @property
    def fates(self) -> dict[str, list[str]]:
        """By rule, the kinds of rows that come to it."""
        fates = {"stops": self.stops, "drops": self.drops, "keeps": self.keeps}
        if self.long is not None:
            fates[self.long] = [*fates.get(self.long, []), "long"]
        return {f"trainer-{fate}": kinds for fate, kinds in fates.items() if kinds}


@record(frozen=True, kw_only=True)
class DataKnowledge:
    """All that the shipped rules say about data."""

    rules: dict[Name, DataRule]
    answers: dict[Name, FromFacts]
    plan: dict[Name, PlanStep]
    expected: Expectation
    trainers: dict[Name, Trainer]
    tokens: Annotated[dict[Name, float], Form(description="tokens of each piece of a text")]
    languages: Annotated[
        dict[Name, list[Text]], Form(description="frequent words of languages in Latin letters")
    ]
    not_counted: Annotated[
        list[Name], Form(description="rules whose rows are no further examples")
    ] = field(default_factory=list[Name])

    @property
    def words(self) -> dict[str, dict[str, list[str]]]:
        """By rule or check, what is looked for."""
        return {"profile": self.languages, **{n: rule.words for n, rule in self.rules.items()}}


@record(frozen=True)
class Told:
    """A finding with its rule, how much it matters here, the rows of its file.

    `line` is where the first of its rows begins, 0 without one; `accepted` says why it does not
    fail a run, where it does not.
    """

    finding: DataFinding
    rule: DataRule
    severity: str
    of: int
    line: int = 0
    accepted: str = ""

    @property
    def share(self) -> float:
        """The part of the rows of its file, 0 to 1."""
        return len(self.finding.rows) / self.of if self.of else 0.0


@record(frozen=True)
class FromData:
    """An answer that the data give, the fact it was read from, and why it is read so."""

    value: Plain
    fact: str
    measured: float | int | str
    because: str


@record(frozen=True)
class AuditReport:
    """An audit with all that is said of it."""

    audit: Audit  # what was found, with the facts that only the rules' severities give
    told: tuple[Told, ...]  # the findings, worst first
    answers: Mapping[str, FromData]  # what the data say about the decision, by question
    plan: tuple[Advised, ...]  # of the data plan, what a finding calls for first
    called_for: Mapping[str, tuple[str, ...]]  # by step, the rules whose findings call for it
    done: tuple[str, ...]  # titles of steps that the data have done already
    usable: int  # rows of the training files that nothing is wrong with
    trained: int  # rows of the training files
