"""What a question means, why it is asked, what depends on it and where its limits lie."""

from llm_adapt.decide.conditions import fields_of
from llm_adapt.decide.program import Program
from llm_adapt.files.amounts import shipped_amounts
from llm_adapt.rules.model import Question, Scale, Tally, Threshold, singles
from llm_adapt.rules.words import number_words, scale_words

# Enough to show what a question is for; the rest is counted.
MOST_NAMED, MOST_UNITS = 4, 4


def help_lines(program: Program, question: Question) -> list[str]:
    """The help on one question, a paragraph for each point."""
    found = [question.help] if question.help else []
    found.append(f"Takes {question.allowed()}. For example: {example(question)}")
    found += depends(program, question.id)
    found += limits(program, question)
    return found


def example(question: Question) -> str:
    """An example as a person would type it."""
    return question.example.strip("[]").replace("_", "" if question.numeric else "_")


def what_number(question: Question) -> str:
    """What a number question takes, with the units that people have."""
    known = shipped_amounts().of(question.unit).values()
    units = list(dict.fromkeys(factor.words[0] for factor in known))
    if "%" in units:
        return f"A share: {question.example} or 62%."
    number = number_words(float(question.example or 0))
    own = question.unit.lower()
    others = [unit for unit in units if unit.rstrip("s") not in own][:MOST_UNITS]
    also = f"; {', '.join(others)} will do as well" if others else ""
    return f"A number{f' in {question.unit}' if question.unit else ''}, such as {number}{also}."


def depends(program: Program, name: str) -> list[str]:
    """Which tests of the flowchart and which rules look at a question."""
    rules, predicates = program.rules, program.rules.predicates
    looking = [r for r in rules.rules.values() if name in fields_of(r.when, predicates)]
    heard = {argument.target for rule in looking for argument in rule.arguments}
    nodes = (node for walk in rules.walks for node in walk.nodes.values())
    texts = dict.fromkeys(
        node.text
        for node in nodes
        if (isinstance(node.when, Tally) and node.when.need in heard)
        or name in fields_of(node.when, predicates)
    )
    found: list[str] = []
    if texts:
        found.append("Asked because it bears on: " + _named([*texts], " "))
    if looking:
        titles = _named([rule.title for rule in looking], "; ")
        found.append(f"Rules that look at it ({len(looking)}): {titles}")
    return found or ["No rule looks at it; it is kept for the report."]


def _named(texts: list[str], between: str) -> str:
    more = f"{between}and {len(texts) - MOST_NAMED} more" if len(texts) > MOST_NAMED else ""
    return between.join(texts[:MOST_NAMED]) + more


def limits(program: Program, question: Question) -> list[str]:
    """Where the answer to a number question starts to make a difference."""
    if not question.numeric:
        return []
    bounds: dict[float, str] = {}
    compared: set[str] = set()
    for condition in (*program.conditions.values(), *program.rules.predicates.values()):
        for atom in singles(condition):
            if not isinstance(atom, Threshold):
                continue
            if isinstance(atom.bound, Scale):
                if question.id in {atom.field, atom.bound.of}:
                    compared.add(f"{atom.field} is compared with {scale_words(atom.bound)}.")
            elif atom.field == question.id:
                bounds[atom.bound] = bounds.get(atom.bound) or atom.constant or ""
    found: list[str] = []
    if bounds:
        told = [
            number_words(bound) + (f" ({name})" if name else "")
            for bound, name in sorted(bounds.items())
        ]
        found.append(f"The limits lie at {', '.join(told)}. Which side it is on is enough.")
    return [*found, *sorted(compared)]
