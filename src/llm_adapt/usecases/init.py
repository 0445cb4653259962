"""A new project file: from answers with the decision they lead to, or as a skeleton."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from llm_adapt.decide.program import Program
from llm_adapt.errors import UsageError
from llm_adapt.files.answers import answers_data, answers_skeleton
from llm_adapt.files.yaml_file import dump_yaml
from llm_adapt.report.findings import flow
from llm_adapt.rules.check import Standing
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Decision
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Situation
from llm_adapt.usecases.checks.decision import standing_of, unknown_strategy

SCHEMA = (
    "https://raw.githubusercontent.com/llm-adapt/llm-adapt/main/rules/schema/project.schema.json"
)
_HEAD = (
    f"# yaml-language-server: $schema={SCHEMA}",
    "# Checked by: llm-adapt check",
)
_ASSUMPTIONS = """
# What the decision rests on, and how it is measured. Then `check` says when it no longer holds.
# assumptions:
#   - answer: labeled_examples            # an answer that must agree ...
#     evidence: {records: data/labels.jsonl}
#     tolerance: 10%
#   - id: quality
#     says: The model is good enough on our test set.
#     evidence: {value: results/eval.json, at: metrics.accuracy}
#     at_least: 0.85                      # ... or a bound
#     max_age_days: 90
# record: docs/decisions/0001-adapt-the-model.md   # written by: llm-adapt record
# ignore:
#   - finding: C203
#     reason: the move is under way
#     until: 2027-01-31
""".lstrip("\n")


@record(frozen=True)
class NewProject:
    """What a new project file says besides the answers."""

    name: str
    rules: str
    strategy: str
    by: str
    dissent: str
    since: date
    review_in_days: int
    assumptions: tuple[Mapping[str, Plain], ...] = ()


def project_yaml(program: Program, situation: Situation, new: NewProject) -> tuple[str, Standing]:
    """The text of a project file, and how the decision in it stands.

    Raises:
        UsageError: The decision is no strategy, or not the first one and there is no dissent.
    """
    first = standing_of(program, situation, "").first
    decision = Decision(strategy=new.strategy or first, since=new.since, by=new.by)
    unknown = unknown_strategy(decision, program.rules)
    if unknown is not None:
        raise UsageError(unknown.message, None, unknown.hint)
    if decision.strategy != first and not new.dissent:
        message = f"{decision.strategy} is not first, that is {first}"
        raise UsageError(message, None, 'say why it is right all the same: --dissent "..."')
    told: dict[str, Plain] = {"strategy": decision.strategy, "since": new.since.isoformat()}
    if new.by:
        told["by"] = new.by
    if decision.strategy != first:
        told["dissent"] = {"reason": new.dissent, "against": first}
    body: dict[str, Plain] = {
        **_named(new),
        "decision": told,
        "review_by": _review(new),
        "answers": dict(answers_data(situation, program.rules.questions)),
    }
    text = "\n".join([*_HEAD, "", dump_yaml(body), assumptions_yaml(new.assumptions)])
    return text, standing_of(program, situation, decision.strategy)


def _named(new: NewProject) -> dict[str, Plain]:
    return {"project": new.name, **({"rules": new.rules} if new.rules != "current" else {})}


def _review(new: NewProject) -> str:
    try:
        return (new.since + timedelta(days=new.review_in_days)).isoformat()
    except OverflowError:
        message = f"no calendar has the day {new.review_in_days:,} days after {new.since}"
        raise UsageError(message, None, "give --review-in a smaller number") from None


def skeleton_yaml(program: Program, new: NewProject) -> str:
    """A project file that asks nothing: every question stands in it, open."""
    lines = [
        *_HEAD,
        "",
        dump_yaml(_named(new)).rstrip("\n"),
        "# decision:",
        "#   strategy:                # see: llm-adapt advise llm-adapt.yaml",
        f"#   since: {new.since}",
        "#   by: ",
        f"# review_by: {_review(new)}",
        "",
        "# Leave empty what you do not know; n/a is what does not apply.",
        "answers:",
    ]
    lines += [f"  {line}".rstrip() for line in answers_skeleton(program.rules.questions)]
    return "\n".join([*lines, "", assumptions_yaml(new.assumptions)])


def assumptions_yaml(found: Sequence[Mapping[str, Plain]]) -> str:
    """The assumptions of a project file, each on one line; examples where there are none."""
    if not found:
        return _ASSUMPTIONS
    return "assumptions:\n" + "".join(f"  - {flow(entry)}\n" for entry in found)
