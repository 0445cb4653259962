"""Findings, and the catalogue of every code of `llm-adapt check` (C) and `rules verify` (V)."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path, Plain
from llm_adapt.rules.project import Ignore
from llm_adapt.rules.record import record

# Evidence may hold a value of any length; a finding must stay readable.
MAX_TEXT = 1000


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """3 for an error, 1 for a note: a finding fails a run that fails on its weight or less."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


@record(frozen=True)
class Fix:
    """The value that a place of a YAML file should have."""

    file: str
    path: Path
    value: Plain


@record(frozen=True)
class Finding:
    """One finding."""

    code: str  # stable, never reused, such as V107
    severity: Severity
    title: str  # what every finding of this code is about
    message: str  # what is the matter here
    where: Location | None  # the place it concerns, when there is one
    hint: str  # what to do about it
    # A situation that shows it, to be pasted as a case; empty when none is needed.
    answers: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    project: str = ""  # the one it was found in, for `check`
    about: str = ""  # what it speaks of: an assumption, an answer, a strategy, a file
    ignored: Ignore | None = None  # what accepts it, when something does
    fix: Fix | None = None  # what would mend it, where that is known exactly

    @property
    def place(self) -> Location:
        """Where it stands; every finding of a check stands in a file."""
        return self.where or Location("")


@record(frozen=True)
class Code:
    """One kind of finding. Codes are never renumbered and never used again.

    `own` checks of a rule set speak of how an entry is written: what it inherits is not their
    business. What is not `on` is found only where an organisation's settings ask for it.
    `page` tells more about it.
    """

    code: str
    severity: Severity
    title: str
    name: str = ""
    text: str = ""
    remedy: str = ""
    own: bool = False
    on: bool = True
    page: str = "docs/check.md"

    @property
    def can_ignore(self) -> bool:
        """Whether a project may accept it: never that nothing was checked, or faults of ignores."""
        return self.code[:2] not in {"C1", "C6"}


def told(text: str) -> str:
    """Text from a file as a finding carries it: not too long, and such that it can be written."""
    cut = text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3]}..."
    return cut.encode("utf-8", "backslashreplace").decode()


def noted(  # noqa: PLR0913 (what a finding says)
    code: str,
    message: str,
    where: Location | None,
    about: str = "",
    hint: str = "",
    *,
    answers: Mapping[str, Plain] | None = None,
) -> Finding:
    """A finding, with the way out of its code unless there is a nearer one."""
    kind = CODES.get(code) or VERIFY_CODES.get(code) or TEST_CODES[code]
    way_out, shown = told(hint) or kind.remedy, answers or {}
    return Finding(
        code, kind.severity, kind.title, told(message), where, way_out, shown, about=about
    )


def in_order(findings: list[Finding]) -> list[Finding]:
    """By file and place, then code: the same input gives the same list."""
    return sorted(findings, key=lambda f: (f.place, f.code, f.message))


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

_CHECK = (
    Code("C101", _ERROR, "The project file cannot be used", "project-file-invalid",
         "The file is missing, empty, not YAML, or says something that the format does "
         "not have. Nothing in it was checked. Exit code 3.",
         "Correct the line; `llm-adapt schema project` describes the format to an editor."),
    Code("C102", _ERROR, "An answer is not valid for the rule set", "answers-invalid",
         "The rule set has no such question, or the question does not take this answer. A"
         " newer rule set may have renamed a question or a choice.",
         "Correct the answer; `llm-adapt schema answers` lists what each question takes."),
    Code("C103", _ERROR, "There was nothing to check", "nothing-checked",
         "The project holds no decision and no assumption, so a green result would mean "
         "nothing. Exit code 3.",
         "Record the decision, or an assumption with evidence: `llm-adapt init` writes both."),
    Code("C104", _ERROR, "The decision names no strategy of the rule set", "decision-unknown",
         "The rule set does not know the strategy that the decision names.",
         "Name one of the strategies that `llm-adapt rules list` shows, or none."),
    Code("C201", _ERROR, "The decision is ruled out", "decision-ruled-out",
         "With these answers a hard limit forbids the chosen strategy. A dissent does not"
         " cover this: what is impossible stays impossible, however good the reason.",
         "Correct the answers if they are wrong, else decide again. While a way out is "
         "under way, ignore it with a reason and a date."),
    Code("C202", _ERROR, "The arguments speak against the decision", "decision-not-advised",
         "Another strategy stands first, and the arguments about the chosen one speak against it.",
         "Decide again, or write down under `decision: dissent:` why it is right all the same."),
    Code("C203", _ERROR, "The decision is no longer first", "decision-not-first",
         "Another strategy stands first; the chosen one is still viable.",
         "Decide again, or write down under `decision: dissent:` why it is right all the same."),
    Code("C204", _WARNING, "The dissent is no longer needed", "dissent-not-needed",
         "The decision stands first by itself, so the reason for keeping it against the "
         "advice speaks about a situation that has passed.",
         "Remove `dissent`."),
    Code("C205", _WARNING, "The dissent argues against something else", "dissent-out-of-date",
         "The dissent was written against one strategy, and by now another one stands first.",
         "Read the new first choice, then renew the dissent or decide again."),
    Code("C206", _WARNING, "An open question could change the decision", "decision-open",
         "Questions without an answer leave more than one possible winner. The finding says in "
         "how many of the plausible ways to answer them the first place stays; below "
         "--min-stability the run fails with exit code 4.",
         "Find out and answer the questions named, the most useful first."),
    Code("C301", _ERROR, "The evidence contradicts an assumption", "assumption-contradicted",
         "What was measured does not agree with the answer or bound that the decision rests on.",
         "If the measurement is right, correct the answer and look at the decision again."),
    Code("C302", _ERROR, "The evidence is missing", "evidence-missing",
         "The file that an assumption rests on does not exist.",
         "Correct the path, commit the file, or have the step that makes it run before the check."),
    Code("C303", _ERROR, "The evidence cannot be read", "evidence-unreadable",
         "The file is not what the assumption takes it for: another format, no such place"
         " in it, no number there; or a command failed.",
         "Correct the file, or where the assumption looks in it."),
    Code("C304", _ERROR, "The evidence lies outside the repository", "evidence-outside",
         "The path leads out of the repository, perhaps through a link. Nobody else could"
         " check it.",
         "Bring the file into the repository, or allow it with --allow-outside."),
    Code("C305", _ERROR, "The evidence is too large", "evidence-too-large",
         "The file is larger than what a check reads in reasonable time and memory.",
         "Have the step that makes it write the number into a small file."),
    Code("C306", _ERROR, "The evidence is binary", "evidence-binary",
         "The file is not text, so no number can be read from it.",
         "Name a text file (JSON, YAML, TOML, CSV, JSONL), or a .parquet file for `records`."),
    Code("C307", _ERROR, "The evidence is older than allowed", "evidence-old",
         "The assumption says how old its evidence may be, and it is older, or its age is unknown.",
         "Measure again."),
    Code("C308", _ERROR, "A command was not run", "evidence-not-run",
         "An assumption is measured by a command, and commands run only when they are "
         "allowed. What was not run is not proved; a note where the assumption is optional.",
         "Pass --allow-commands where you trust everyone who can change the project file, or "
         "say `optional: true`."),
    Code("C309", _ERROR, "The assumption has nothing to agree with", "assumption-idle",
         "The evidence is held against an answer that is not given, or not a fitting one.",
         "Give the answer, or hold the evidence against a bound."),
    Code("C310", _ERROR, "The age of the evidence cannot be known", "evidence-age-unknown",
         "The assumption says how old its evidence may be, and nothing says how old it is: no "
         "repository, no git, a history that is not there, or a file that is not committed.",
         "Let git see the whole history (fetch-depth: 0), or say `dated_by: file`."),
    Code("C311", _ERROR, "The evidence is dated in the future", "evidence-from-the-future",
         "The date of the evidence lies after the day of the check, so its age says nothing.",
         "Correct the clock or the date that the file gives."),
    Code("C312", _ERROR, "The evidence was not fetched", "evidence-not-fetched",
         "The file is a pointer of Git LFS, which stands for a file that is not here.",
         "Fetch it: `git lfs pull` (actions/checkout: `lfs: true`)."),
    Code("C401", _ERROR, "The review is overdue", "review-overdue",
         "The date by which the decision was to be looked at again has passed.",
         "Look at it again, then set `review_by` to the next date."),
    Code("C402", _WARNING, "The review is due soon", "review-due",
         "The date by which the decision is to be looked at again is near.",
         "Plan the review."),
    Code("C501", _ERROR, "The rules changed, and with them this decision", "rules-changed-decision",
         "The answers are those of the lock file, the rule set is not, and another "
         "strategy stands first, or the decision stands worse than before.",
         "Read what changed, decide again or dissent, then accept the rules: `llm-adapt "
         'check --update-lock --reason "..."`.'),
    Code("C502", _WARNING, "The rules changed, and with them the reasons", "rules-changed-reasons",
         "The decision stands as it stood when the lock file was written, by other reasons.",
         "Read the reasons, then run `llm-adapt check --update-lock`."),
    Code("C503", _NOTE, "The rules changed, nothing here did", "rules-changed-nothing",
         "The rule set is not the one of the lock file; decision and reasons are the same.",
         "Run `llm-adapt check --update-lock` when convenient."),
    Code("C504", _NOTE, "The decision is not locked", "lock-missing",
         "There is no lock file, or this project is not in it, so a change of the rules "
         "cannot be told from a change of the answers.",
         "Run `llm-adapt check --update-lock` and commit llm-adapt.lock."),
    Code("C505", _NOTE, "The answers or the decision changed since the lock", "lock-out-of-step",
         "The lock file was written for other answers or another decision.",
         "Run `llm-adapt check --update-lock`."),
    Code("C506", _ERROR, "The lock file cannot be read", "lock-unreadable",
         "llm-adapt.lock is not what `--update-lock` writes: perhaps a merge went wrong. It is "
         "not overwritten, for it may hold entries of other projects.",
         "Resolve the conflict; or take out what cannot be read, then run "
         "`llm-adapt check --update-lock`."),
    Code("C601", _WARNING, "An ignore is not used", "ignore-unused",
         "There is no such finding (any more), so the ignore only hides the next one.",
         "Remove it."),
    Code("C602", _ERROR, "An ignore has no reason", "ignore-without-reason",
         "An ignore without a reason is not applied: nobody could judge later whether it holds.",
         "Add `reason`."),
    Code("C603", _ERROR, "An ignore has expired", "ignore-expired",
         "The date of the ignore has passed; it is no longer applied.",
         "Mend what it hid, or give a new date with a new reason."),
    Code("C604", _WARNING, "An ignore has no end", "ignore-open-ended",
         "An ignore without a date is applied, and stays when everyone has forgotten it.",
         "Add `until`."),
    Code("C605", _ERROR, "The baseline has expired", "baseline-expired",
         "The day until which the baseline accepts findings has passed; they count again.",
         "Mend them, or accept them anew: `llm-adapt check --write-baseline`."),
    Code("C606", _NOTE, "The baseline accepts what is gone", "baseline-unused",
         "A finding of the baseline is not there any more.",
         "Write it anew, so that the finding cannot come back unseen: "
         "`llm-adapt check --write-baseline`."),
    Code("C701", _WARNING, "The decision record is out of step", "record-out-of-step",
         "The record was written from another decision, other answers or other rules.",
         "Run `llm-adapt record` and commit the file."),
    Code("C702", _WARNING, "The decision record is missing", "record-missing",
         "The project file names a decision record, and there is no such file.",
         "Run `llm-adapt record` and commit the file."),
    Code("C801", _WARNING, "Nobody owns the decision", "owner-missing",
         "The organisation asks for an owner (`require`, in its settings).",
         "Add `by` under `decision`.", on=False),
    Code("C802", _WARNING, "The decision has no review date", "review-missing",
         "The organisation asks for a review date (`require`, in its settings).",
         "Add `review_by`.", on=False),
    Code("C803", _WARNING, "The decision was taken in the future", "since-in-the-future",
         "`since` lies after the day of the check.",
         "Correct `since`."),

)  # fmt: skip

_VERIFY = (
    Code("V101", _ERROR, "no first place",
         remedy="add a strategy to otherwise:, or a node before it"),
    Code("V102", _ERROR, "everything ruled out",
         remedy="let at least prompting stand in every case"),
    Code("V103", _WARNING, "the walk's choice is ruled out",
         remedy="make the obstacle a node of the walk"),
    Code("V104", _ERROR, "first place that no answer leads to",
         remedy="let the unknown edge lead where yes or no can"),
    Code("V105", _ERROR, "walk and ranking disagree",
         remedy="this is a bug of llm-adapt: please report it"),
    Code("V106", _ERROR, "a monotone fact does not hold",
         remedy="mend the rules, or withdraw the fact"),
    Code("V107", _ERROR, "node that no walk passes", remedy="lead an edge to it, or remove it"),
    Code("V108", _WARNING, "edge that no walk takes",
         remedy="an earlier node has settled it: remove the node or mend it"),
    Code("V109", _WARNING, "result that no walk ends at",
         remedy="lead an edge to it, or remove it"),
    Code("V110", _WARNING, "strategy that can never be first",
         remedy="add a way that leads to it, or remove it"),
    Code("V111", _WARNING, "none, and no way out of it",
         remedy="add a preparation that says what to do first"),
    Code("V201", _ERROR, "rule that never fires",
         remedy="its conditions exclude one another: mend or remove it"),
    Code("V202", _WARNING, "rule that always fires",
         remedy="its condition says nothing: narrow or remove it"),
    Code("V203", _WARNING, "argument that never counts",
         remedy="stronger ones of its topic always hold with it: remove it, or give it a topic"),
    Code("V204", _WARNING, "rule contained in another",
         remedy="the other says the same whenever this one does: keep one of them"),
    Code("V205", _ERROR, "rules that contradict each other",
         remedy="both hold in the same situations: one of them is wrong"),
    Code("V206", _ERROR, "predicate that is always the same", remedy="mend or remove it"),
    Code("V207", _WARNING, "predicate that says what another says", remedy="use one of them"),
    Code("V208", _WARNING, "item that is never shown",
         remedy="nothing recommended goes with its condition: mend or remove it"),
    Code("V301", _WARNING, "predicate that nothing uses", remedy="use it or remove it", own=True),
    Code("V302", _NOTE, "question that nothing looks at",
         remedy="write a rule that needs it, or do not ask it", own=True),
    Code("V303", _WARNING, "constant that nothing uses", remedy="use it or remove it", own=True),
    Code("V304", _WARNING, "derived number that nothing uses",
         remedy="use it or remove it", own=True),
    Code("V305", _WARNING, "source that nothing cites", remedy="cite it or remove it", own=True),
    Code("V306", _WARNING, "tool that nothing names",
         remedy="name it under tools:, or remove it", own=True),
    Code("V307", _WARNING, "need that decides nothing",
         remedy="let a node read it, or a strategy serve it", own=True),
    Code("V401", _WARNING, "no source", remedy="say who says so", own=True),
    Code("V402", _WARNING, "decisive on an anecdote alone",
         remedy="find a better source, or make it weaker", own=True),
    Code("V403", _NOTE, "source past its shelf life",
         remedy="look whether it still holds, and date it anew", own=True),
    Code("V404", _NOTE, "source without a date",
         remedy="find out when it was written or last changed", own=True),
    Code("V405", _ERROR, "no example that fires",
         remedy="give answers for which the rule holds", own=True),
    Code("V406", _ERROR, "no example that is silent",
         remedy="give answers for which the rule does not hold", own=True),
    Code("V407", _NOTE, "text too long",
         remedy="say it in fewer words; one or two sentences are read", own=True),
    Code("V408", _WARNING, "id not in kebab-case",
         remedy="write it as small words joined by hyphens", own=True),
    Code("V409", _WARNING, "address that cannot be followed",
         remedy="write https://, a host and a path, nothing else", own=True),
    Code("V410", _ERROR, "text names what is not there",
         remedy="name an answer, a constant or a derived number", own=True),
    Code("V411", _NOTE, "text may say unknown",
         remedy="it can hold while this is not known: word the text without it", own=True),
    Code("V412", _NOTE, "silent example that leaves the rule unknown",
         remedy="answer what the rule looks at, so that it is surely silent", own=True),
    Code("V413", _WARNING, "price past its shelf life",
         remedy="look the price up, and date it anew"),
    Code("V414", _NOTE, "step that does not say when it is done",
         remedy="say what to measure, when to stop, and how long it takes", own=True),
    Code("V501", _WARNING, "longer interview than allowed", remedy="cut rules or raise the cap"),
    Code("V901", _NOTE, "not decided", remedy="raise --steps, or split the condition"),
)  # fmt: skip

CODES = {code.code: code for code in _CHECK}
BY_NAME = {code.name: code for code in _CHECK}
VERIFY_CODES = {code.code: code for code in _VERIFY}

_TESTS = (
    Code("T101", _ERROR, "test failed", remedy="mend the rules, or the expectation"),
    Code("T102", _ERROR, "known failure that passes now", remedy="take todo away"),
    Code("T103", _NOTE, "ranked otherwise than what worked",
         remedy="one project alone is no reason to change a rule"),
    Code("T201", _NOTE, "not covered", remedy="add a case for it"),
    Code("T202", _NOTE, "fault that no test notices", remedy="no case was found in time"),
    Code("T203", _NOTE, "fault proved equal",
         remedy="it changes no first place: is it needed?"),
)  # fmt: skip
TEST_CODES = {code.code: code for code in _TESTS}
