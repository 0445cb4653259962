"""Every finding of `llm-adapt check`: stable code, severity, what it means and the way out."""

from dataclasses import dataclass

from llm_adapt.rules.finding import Severity


@dataclass(frozen=True, slots=True)
class CheckCode:
    """One kind of finding. Codes are never renumbered and never used again."""

    code: str
    name: str
    severity: Severity
    title: str
    text: str
    remedy: str
    can_ignore: bool = True


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

_ALL = (
    CheckCode(
        "C101", "project-file-invalid", _ERROR, "The project file cannot be used",
        "The file is missing, empty, not YAML, or says something that the format does not have. "
        "Nothing in it was checked. Exit code 3.",
        "Correct the line; `llm-adapt schema project` describes the format to an editor.",
        can_ignore=False,
    ),
    CheckCode(
        "C102", "answers-invalid", _ERROR, "An answer is not valid for the rule set",
        "The rule set has no such question, or the question does not take this answer. A newer "
        "rule set may have renamed a question or a choice.",
        "Correct the answer; `llm-adapt schema answers` lists what each question takes.",
        can_ignore=False,
    ),
    CheckCode(
        "C103", "nothing-checked", _ERROR, "There was nothing to check",
        "The project holds no decision and no assumption, so a green result would mean nothing. "
        "Exit code 3.",
        "Record the decision, or an assumption with evidence: `llm-adapt init` writes both.",
        can_ignore=False,
    ),
    CheckCode(
        "C104", "decision-unknown", _ERROR, "The decision names no strategy of the rule set",
        "The rule set does not know the strategy that the decision names.",
        "Name one of the strategies that `llm-adapt rules list` shows, or none.",
        can_ignore=False,
    ),
    CheckCode(
        "C201", "decision-ruled-out", _ERROR, "The decision is ruled out",
        "With these answers a hard limit forbids the chosen strategy. A dissent does not cover "
        "this: what is impossible stays impossible, however good the reason.",
        "Correct the answers if they are wrong, else decide again. While a way out is under "
        "way, ignore it with a reason and a date.",
    ),
    CheckCode(
        "C202", "decision-not-advised", _ERROR, "The arguments speak against the decision",
        "Another strategy stands first, and the arguments about the chosen one speak against it.",
        "Decide again, or write down under `decision: dissent:` why it is right all the same.",
    ),
    CheckCode(
        "C203", "decision-not-first", _ERROR, "The decision is no longer first",
        "Another strategy stands first; the chosen one is still viable.",
        "Decide again, or write down under `decision: dissent:` why it is right all the same.",
    ),
    CheckCode(
        "C204", "dissent-not-needed", _WARNING, "The dissent is no longer needed",
        "The decision stands first by itself, so the reason for keeping it against the advice "
        "speaks about a situation that has passed.",
        "Remove `dissent`.",
    ),
    CheckCode(
        "C205", "dissent-out-of-date", _WARNING, "The dissent argues against something else",
        "The dissent was written against one strategy, and by now another one stands first.",
        "Read the new first choice, then renew the dissent or decide again.",
    ),
    CheckCode(
        "C206", "decision-open", _WARNING, "An open question could change the decision",
        "Questions without an answer leave more than one possible winner. Exit code 4, unless "
        "this is ignored with a reason.",
        "Find out and answer the questions named, the most useful first.",
    ),
    CheckCode(
        "C301", "assumption-contradicted", _ERROR, "The evidence contradicts an assumption",
        "What was measured does not agree with the answer or bound that the decision rests on.",
        "If the measurement is right, correct the answer and look at the decision again.",
    ),
    CheckCode(
        "C302", "evidence-missing", _ERROR, "The evidence is missing",
        "The file that an assumption rests on does not exist.",
        "Correct the path, commit the file, or have the step that makes it run before the check.",
    ),
    CheckCode(
        "C303", "evidence-unreadable", _ERROR, "The evidence cannot be read",
        "The file is not what the assumption takes it for: another format, no such place in it, "
        "no number there; or a command failed.",
        "Correct the file, or where the assumption looks in it.",
    ),
    CheckCode(
        "C304", "evidence-outside", _ERROR, "The evidence lies outside the repository",
        "The path leads out of the repository, perhaps through a link. Nobody else could check it.",
        "Bring the file into the repository, or allow it with --allow-outside.",
    ),
    CheckCode(
        "C305", "evidence-too-large", _ERROR, "The evidence is too large",
        "The file is larger than what a check reads in reasonable time and memory.",
        "Have the step that makes it write the number into a small file.",
    ),
    CheckCode(
        "C306", "evidence-binary", _ERROR, "The evidence is binary",
        "The file is not text, so no number can be read from it.",
        "Name a text file (JSON, YAML, TOML, CSV, JSONL), or a .parquet file for `records`.",
    ),
    CheckCode(
        "C307", "evidence-old", _ERROR, "The evidence is older than allowed",
        "The assumption says how old its evidence may be, and it is older, or its age is unknown.",
        "Measure again.",
    ),
    CheckCode(
        "C308", "evidence-not-run", _WARNING, "A command was not run",
        "An assumption is measured by a command, and commands run only when they are allowed.",
        "Pass --allow-commands where you trust everyone who can change the project file.",
    ),
    CheckCode(
        "C309", "assumption-idle", _ERROR, "The assumption has nothing to agree with",
        "The evidence is held against an answer that is not given, or not a fitting one.",
        "Give the answer, or hold the evidence against a bound.",
    ),
    CheckCode(
        "C401", "review-overdue", _ERROR, "The review is overdue",
        "The date by which the decision was to be looked at again has passed.",
        "Look at it again, then set `review_by` to the next date.",
    ),
    CheckCode(
        "C402", "review-due", _WARNING, "The review is due soon",
        "The date by which the decision is to be looked at again is near.",
        "Plan the review.",
    ),
    CheckCode(
        "C501", "rules-changed-decision", _ERROR, "The rules changed, and with them this decision",
        "The answers are those of the lock file, the rule set is not, and another strategy "
        "stands first, or the decision stands worse than before.",
        "Read what changed, decide again or dissent, then accept the rules: `llm-adapt check "
        '--update-lock --reason "..."`.',
    ),
    CheckCode(
        "C502", "rules-changed-reasons", _WARNING, "The rules changed, and with them the reasons",
        "The decision stands as it stood when the lock file was written, by other reasons.",
        "Read the reasons, then run `llm-adapt check --update-lock`.",
    ),
    CheckCode(
        "C503", "rules-changed-nothing", _NOTE, "The rules changed, nothing here did",
        "The rule set is not the one of the lock file; decision and reasons are the same.",
        "Run `llm-adapt check --update-lock` when convenient.",
    ),
    CheckCode(
        "C504", "lock-missing", _NOTE, "The decision is not locked",
        "There is no lock file, or this project is not in it, so a change of the rules cannot be "
        "told from a change of the answers.",
        "Run `llm-adapt check --update-lock` and commit llm-adapt.lock.",
    ),
    CheckCode(
        "C505", "lock-out-of-step", _NOTE, "The answers or the decision changed since the lock",
        "The lock file was written for other answers or another decision.",
        "Run `llm-adapt check --update-lock`.",
    ),
    CheckCode(
        "C506", "lock-unreadable", _ERROR, "The lock file cannot be read",
        "llm-adapt.lock is not what `--update-lock` writes: perhaps a merge went wrong.",
        "Run `llm-adapt check --update-lock`; it writes the file anew.",
    ),
    CheckCode(
        "C601", "ignore-unused", _WARNING, "An ignore is not used",
        "There is no such finding (any more), so the ignore only hides the next one.",
        "Remove it.",
        can_ignore=False,
    ),
    CheckCode(
        "C602", "ignore-without-reason", _ERROR, "An ignore has no reason",
        "An ignore without a reason is not applied: nobody could judge later whether it holds.",
        "Add `reason`.",
        can_ignore=False,
    ),
    CheckCode(
        "C603", "ignore-expired", _ERROR, "An ignore has expired",
        "The date of the ignore has passed; it is no longer applied.",
        "Mend what it hid, or give a new date with a new reason.",
        can_ignore=False,
    ),
    CheckCode(
        "C604", "ignore-open-ended", _WARNING, "An ignore has no end",
        "An ignore without a date is applied, and stays when everyone has forgotten it.",
        "Add `until`.",
        can_ignore=False,
    ),
    CheckCode(
        "C701", "record-out-of-step", _WARNING, "The decision record is out of step",
        "The record was written from another decision, other answers or other rules.",
        "Run `llm-adapt record` and commit the file.",
    ),
    CheckCode(
        "C702", "record-missing", _WARNING, "The decision record is missing",
        "The project file names a decision record, and there is no such file.",
        "Run `llm-adapt record` and commit the file.",
    ),
)  # fmt: skip

CODES = {entry.code: entry for entry in _ALL}
BY_NAME = {entry.name: entry for entry in _ALL}
