"""What each strategy would take here: work, money, skills, memory and hours, from the answers.

Ranges come from `rules/tables/effort.yaml`, the price tables and the estimator; where an answer is
missing, what was assumed instead is said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.hours import training_hours
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.requests import SERVED, read_traffic, requests_cost
from llm_adapt.estimate.run import read_run
from llm_adapt.files.tables import shipped_tables
from llm_adapt.rules.advice import Advice, Citation, Span, Takes
from llm_adapt.rules.cited import Cited
from llm_adapt.rules.estimate import Range
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.table import Tables

TRAINED = ("peft", "full_ft", "cpt", "pretrain")
TYPICAL_SIZE_B = 8.0
# A small and a large hosted model of today, between whose prices a month lies.
HOSTED = ("gpt-5.4-mini", "claude-sonnet-5")
_ESTIMATOR = Citation("estimator", "the estimator of this tool", None, "2026-11", "D")
_EPOCHS = 3


def with_takes(advice: Advice, rules: RuleSet) -> Advice:
    """The advice with what every place of its ranking would take."""
    answers = {name: given.value for name, given in advice.answers.items()}
    reckoning = _Reckoning(rules, answers, shipped_tables())
    places = (replace(p, takes=reckoning.takes(p.strategy)) for p in advice.ranking)
    return replace(advice, ranking=tuple(places))


@dataclass(slots=True)
class _Reckoning:
    """What strategies take in one situation."""

    rules: RuleSet
    answers: Mapping[str, Plain]
    tables: Tables

    def takes(self, strategy: str) -> Takes | None:
        """Everything about one strategy, with nothing where nothing is known."""
        parts, efforts = self.rules.strategies[strategy].parts, self.tables.efforts
        names = [f"first-version-{part}" for part in parts]
        known = [efforts[name] for name in names if name in efforts]
        estimates = dict(pair for part in parts for pair in self.estimates(part))
        if len(known) < len(parts):
            nothing = Takes(None, None, None, None, skills=(), assumes=(), estimates=estimates)
            return nothing if estimates else None
        factor = efforts["production-factor"]
        low, high = max(work.low for work in known), sum(work.high for work in known)
        cited = [work.cited for work in known]
        assumes: dict[str, None] = {}
        return Takes(
            first_version=Span((low, high), "days", _citations(cited)),
            production=Span(
                (low * factor.low, high * factor.high), "days", _citations([*cited, factor.cited])
            ),
            once_usd=self._once(parts, assumes),
            monthly_usd=self._monthly(parts, assumes),
            skills=tuple(dict.fromkeys(skill for work in known for skill in work.skills)),
            assumes=tuple(assumes),
            estimates=estimates,
        )

    def estimates(self, strategy: str) -> Iterator[tuple[str, Span]]:
        """The estimates that the rule set asks for and the answers suffice for."""
        for takes in self.rules.strategies[strategy].takes:
            asked = {column: (self._number(s.of), s.times) for column, s in takes.answers.items()}
            if not all(answer for answer, _ in asked.values()):
                continue
            cells = {column: answer * times for column, (answer, times) in asked.items() if answer}
            try:
                run = read_run({"method": "full", **takes.cells, **cells}, self.tables)
                if takes.kind == "memory":
                    amount, unit = training_memory(run, self.tables).gib, "GiB"
                else:
                    amount, unit = training_hours(run, self.tables).hours, "GPU hours"
            except LlmAdaptError:
                # A size that no table covers: no estimate is better than a wild one.
                continue
            yield takes.title, _span(amount, unit, (_ESTIMATOR,))

    def _number(self, name: str) -> float | None:
        answer = self.answers.get(name)
        return None if isinstance(answer, bool) or not isinstance(answer, int | float) else answer

    def _size(self, assumes: dict[str, None]) -> float:
        size = self._number("base_model_params_b")
        if not size:
            assumes[f"a base of {TYPICAL_SIZE_B:g} billion parameters"] = None
        return size or TYPICAL_SIZE_B

    def _once(self, parts: Iterable[str], assumes: dict[str, None]) -> Span | None:
        low = high = 0.0
        cited: list[Cited] = []
        for part in parts:
            if part in ("icl", "rag"):
                row = self.tables.efforts[f"once-{part}"]
                low, high, cited = low + row.low, high + row.high, [*cited, row.cited]
                continue
            found = self._trained(part, assumes)
            if found is None:
                return None
            low, high, cited = low + found[0], high + found[1], [*cited, *found[2]]
        return _span(Range(low, low, high), "USD", _citations(cited) or (_ESTIMATOR,))

    def _trained(
        self, part: str, assumes: dict[str, None]
    ) -> tuple[float, float, list[Cited]] | None:
        efforts, size = self.tables.efforts, self._size(assumes)
        if part in ("cpt", "pretrain"):
            tokens = self._number("unlabeled_tokens")
            if not tokens:
                assumes["no cost of training without the amount of raw text"] = None
            run = self._rent(part, size, tokens) if tokens else None
            return (run.low, run.high, []) if run else None
        need, each = efforts[f"examples-{part}"], efforts["example-tokens"]
        labelled = self._number("labeled_examples")
        if labelled is None:
            assumes["no labelled examples yet"] = None
        have = labelled or 0.0
        taught = self.answers.get("teacher_available") in (True, "yes")
        cheap = efforts["teacher-label" if taught else "label"]
        dear = efforts["teacher-label" if taught else "expert-label"]
        few = self._rent(part, size, max(have, need.low) * each.low * _EPOCHS)
        many = self._rent(part, size, max(have, need.high) * each.high * _EPOCHS)
        if few is None or many is None:
            return None
        low = max(0.0, need.low - have) * cheap.low + few.low
        high = max(0.0, need.high - have) * dear.high + many.high
        return low, high, [need.cited, cheap.cited, dear.cited, each.cited]

    def _rent(self, part: str, size: float, tokens: float) -> Range | None:
        """USD of training on dated cards."""
        cells: dict[str, Plain] = {
            "params_b": size,
            "tokens": tokens,
            "purpose": part if part in ("cpt", "pretrain") else "sft",
            "method": "lora" if part == "peft" else "full",
            "gpu": "A100-80GB",
        }
        try:
            return training_hours(read_run(cells, self.tables), self.tables).usd
        except LlmAdaptError:
            return None

    def _monthly(self, parts: Iterable[str], assumes: dict[str, None]) -> Span | None:
        volume = self._number("monthly_requests")
        if not volume:
            assumes["no monthly cost without the number of requests"] = None
            return None
        if self.answers.get("deployment") == "on_device":
            return None
        assumes["200 tokens asked, 300 answered"] = None
        looked_up = "rag" in parts
        if set(parts) & set(TRAINED):
            assumes["rented H100 cards that are busy a fifth of the time"] = None
            size, way = self._size(assumes), "rag" if looked_up else "tuned"
            found = self._served(volume, way, size)
        else:
            assumes[f"a hosted model priced between {' and '.join(HOSTED)}"] = None
            way = "rag" if looked_up else "prompt"
            found = self._hosted(volume, way)
        return _span(found, "USD a month", (_ESTIMATOR,)) if found else None

    def _hosted(self, volume: float, way: str) -> Range | None:
        """A month of a hosted model, between the prices of a small and a large one."""
        months: list[float] = []
        for name in HOSTED:
            try:
                traffic = read_traffic({**self._asked(volume), "hosted": name}, self.tables)
                options = requests_cost(traffic, self.tables).options
            except LlmAdaptError:
                return None
            months += [o.usd_per_month.typical for o in options if o.name.startswith(way)]
        return Range(min(months), min(months), max(months))

    def _served(self, volume: float, way: str, size: float) -> Range | None:
        """A month of servers of one's own that hold the tuned model in 16 bit."""
        for cards in (1, 2, 4, 8, 16):
            own: dict[str, Plain] = {"own_model": f"{size:g}B", "own_gpus": cards, "own_for": way}
            try:
                traffic = read_traffic({**self._asked(volume), **own}, self.tables)
                found = requests_cost(traffic, self.tables).options
            except LlmAdaptError:
                continue
            return next(o.usd_per_month for o in found if o.name == SERVED)
        return None

    def _asked(self, volume: float) -> dict[str, Plain]:
        return {"per_month": volume, "prefix": self._number("prompt_prefix_tokens") or 0}


def _span(found: Range, unit: str, sources: tuple[Citation, ...]) -> Span:
    """The ends with three digits, which is all that they can mean."""
    return Span((float(f"{found.low:.3g}"), float(f"{found.high:.3g}")), unit, sources)


def _citations(cited: Iterable[Cited]) -> tuple[Citation, ...]:
    """Each source once, by its address."""
    found = {
        row.source: Citation(
            id=row.source.removeprefix("https://").split("/")[0],
            title=row.note or row.source,
            url=row.source if row.source.startswith("http") else None,
            date=row.date,
            grade=row.grade,
        )
        for row in cited
    }
    return tuple(found.values())
