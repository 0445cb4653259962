"""A first rule in a folder of one's own: written from a template, with its cases, and loaded."""

import re
from math import floor
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.rulebook import HEAD
from llm_adapt.files.rules import DEFAULT, load_rules
from llm_adapt.files.scalar import scalar
from llm_adapt.files.text_file import make_folder, write_text
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import Kind, Question, RuleSet
from llm_adapt.rules.value import nearest, quoted

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SCHEMA = (
    "# yaml-language-server: $schema="
    "https://raw.githubusercontent.com/llm-adapt/llm-adapt/main/rules/schema/ruleset.schema.json\n"
)


def new_rule(name: str, folder: Path, question: str = "", strategy: str = "") -> list[Path]:
    """Write a rule with its cases into a folder that extends a shipped rule set.

    Args:
        name: The id of the rule.
        folder: Where to; it is made, and begun as a rule set, if it is none yet.
        question: What its condition looks at; any choice if none is named.
        strategy: What it speaks against; the dearest one if none is named.

    Returns:
        The files that were written.

    Raises:
        LlmAdaptError: The id is taken, a file is there already, or the folder has faults.
    """
    if not _ID.fullmatch(name):
        raise UsageError(
            f"{quoted(name)} is no id of a rule", None, "write for example: our-data-stays-here"
        )
    heading, file = folder / HEAD, folder / "rules" / f"{name}.yaml"
    written = (path.relative_to(folder).parts for path in folder.rglob("*.y*ml"))
    begun = any(not any(step.startswith(".") for step in steps) for steps in written)
    rules = load_rules(str(folder) if begun else DEFAULT)
    if name in rules.rules:
        raise UsageError(
            f"there is a rule {name} already", rules.rules[name].where, "take another id"
        )
    if file.exists() or file.is_symlink():
        raise LlmAdaptError(
            "there is such a file already", Location(str(file)), "it was left as it is"
        )
    text = _rule_text(name, _question(rules, question), _strategy(rules, strategy))
    make_folder(file.parent)
    files = {file: text} if begun else {heading: _heading_text(folder), file: text}
    for path, content in files.items():
        write_text(path, content)
    load_rules(str(folder), cases=True)
    return list(files)


def _question(rules: RuleSet, name: str) -> Question:
    if name and name not in rules.questions:
        hint = nearest(name, list(rules.questions)) or "see: llm-adapt schema answers"
        raise UsageError(f"there is no question {quoted(name)}", None, hint)
    if name:
        return rules.questions[name]
    choices = (q for q in rules.questions.values() if q.kind is Kind.CHOICE)
    return next(choices, next(iter(rules.questions.values())))


def _strategy(rules: RuleSet, name: str) -> str:
    single = [s for s in rules.strategies.values() if len(s.parts) == 1]
    if name and name not in {s.id for s in single}:
        hint = nearest(name, [s.id for s in single]) or f"one of {', '.join(s.id for s in single)}"
        raise UsageError(f"there is no single strategy {quoted(name)}", None, hint)
    return name or max(single, key=lambda s: (s.effort, s.id)).id


def _heading_text(folder: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "our-rules"
    return (
        f"{_SCHEMA}name: {slug}\nversion: 0.1.0\n"
        f'title: "Our own rules on top of {DEFAULT}"\nextends: {DEFAULT}\n'
    )


def _comparison(question: Question) -> tuple[str, str, str]:
    """A condition on a question, an answer that meets it, and one that does not."""
    match question.kind:
        case Kind.CHOICE:
            first, second = (_quoted(value) for value in [*question.values, "n/a"][:2])
            return f"is: {first}", first, second
        case Kind.YES_NO:
            return "is: yes", "yes", "no"
        case Kind.SEVERAL:
            first = _quoted(next(iter(question.values)))
            return f"has: {first}", f"[{first}]", "[]"
        case Kind.INTEGER | Kind.NUMBER:
            least = question.minimum
            most = least + 2 if question.maximum is None else question.maximum
            middle = (least + most) / 2
            bound = floor(middle) if question.kind is Kind.INTEGER else middle
            return f"above: {bound:g}", f"{most:g}", f"{bound:g}"


def _quoted(value: str) -> str:
    """A value as YAML reads it back: `null` and `7` are words only in quotes."""
    return value if scalar(value, plain=True) == value else f'"{value}"'


def _rule_text(name: str, question: Question, strategy: str) -> str:
    condition, fires, silent = _comparison(question)
    title = name.replace("-", " ").capitalize()
    return f"""{_SCHEMA}\
# What every part means: llm-adapt schema rules. What may be asked: llm-adapt schema answers.
rules:
  {name}:
    title: "{title}"
    # all: [...], any: [...] and not: ... join conditions. An open question makes one unknown.
    when: {{answer: {question.id}, {condition}}}
    # for or against a strategy or need: weak, moderate, strong or decisive. What shares a topic
    # counts once. To shut strategies out altogether write rules_out: [{strategy}] instead.
    argues:
      - {{against: {strategy}, strength: weak, topic: {name}}}
    because: Say in one or two sentences that a product manager understands why this follows.
    sources: [{name}-reason]
    examples: {{fires: {{{question.id}: {fires}}}, silent: {{{question.id}: {silent}}}}}

sources:
  {name}-reason:
    title: "Where this is written down, or who decided it"
    # url: https://...
    date: undated
    seen: own
    # A several studies or the primary source, B one study, C advice, D anecdote or judgement
    grade: D

cases:
  {name} fires:
    answers: {{{question.id}: {fires}}}
    expect: {{fires: [{name}]}}
  {name} is silent:
    answers: {{{question.id}: {silent}}}
    expect: {{silent: [{name}]}}
"""
