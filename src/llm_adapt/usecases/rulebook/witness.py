"""From settled comparisons back to answers that settle them so, held against both rule sets."""

from collections.abc import Iterator
from itertools import product

from llm_adapt.decide.atoms import Atoms, Variable
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import Value
from llm_adapt.usecases.rulebook.paired import Pair
from llm_adapt.usecases.rulebook.partial import Known
from llm_adapt.usecases.rulebook.situations import numbers

# So many pairs of numbers are tried for the ratios of a situation.
TRIES = 4_000


def witness(pair: Pair, known: Known) -> dict[str, Value] | None:
    """Answers on which both rule sets put different strategies first; nothing if none are found."""
    for count, values in enumerate(_candidates(pair.atoms, known)):
        before, after = pair.firsts(values)
        if before != after:
            return values
        if count > TRIES:
            break
    return None


def _candidates(atoms: Atoms, known: Known) -> Iterator[dict[str, Value]]:
    values = _plain(atoms, known)
    open_numbers: list[str] = []
    for variable in atoms.variables:
        if variable.ratio and (known.true | known.false) & variable.mask:
            # What others are divided by comes first: it must not be nothing.
            open_numbers += [q for q in variable.questions[::-1] if q not in open_numbers]
    if not open_numbers:
        yield values
        return
    first, rest = open_numbers[0], open_numbers[1:]
    for value in _numbers(atoms, first, values):
        tried = {**values, first: value}
        # With the first one fixed, every cut of a ratio is a cut of the others.
        for others in product(*(_numbers(atoms, name, tried) for name in rest)):
            yield {**tried, **dict(zip(rest, others, strict=True))}


def _numbers(atoms: Atoms, name: str, values: dict[str, Value]) -> list[Value]:
    others = {key: value for key, value in values.items() if key != name}
    given = [values[name]] if name in values else []
    return [*given, *numbers(atoms, name, others)]


def _plain(atoms: Atoms, known: Known) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name in atoms.questions:
        indices = atoms.by_question.get(name, [])
        own = [atoms.variables[index] for index in indices if not atoms.variables[index].ratio]
        value = _answer(atoms.questions[name], own, known)
        if value is not None:
            found[name] = value
    return found


def _answer(question: Question, variables: list[Variable], known: Known) -> Value | None:
    settled = [v for v in variables if (known.true | known.false) & v.mask]
    if question.kind is Kind.SEVERAL:
        chosen = {v.name.removeprefix(f"{question.id}:") for v in settled if known.true & v.mask}
        return tuple(item for item in question.values if item in chosen) if settled else None
    for variable in settled:
        for cell in variable.cells:
            if (cell.true, cell.false) == (known.true & variable.mask, known.false & variable.mask):
                return cell.value
    return None
