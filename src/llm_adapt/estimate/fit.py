"""Does a run fit a card, on what does it depend, what would make it fit, and how far does it go."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.run import SERVE, SETTINGS, Run, ends_of, habits, said
from llm_adapt.estimate.serving import serving_memory
from llm_adapt.rules.estimate import GIB, CardVerdict, Fit, MemoryEstimate, Range, Remedy, Sweep
from llm_adapt.rules.table import Gpu, Tables

_DOUBLINGS = 8
_SHORTEST, _LONGEST, _MOST_BATCH = 512.0, 131_072.0, 1024.0
# A setting decides when its ends lie further apart than this share of the card.
_DECIDES = 0.05
_MOST_DECIDERS = 3
# Cheap changes first; within a rank the smaller change comes first.
_FREE, _SLOWER, _WEAKER, _MONEY = range(4)
_FREE_OPTIONS = "--loss fused --checkpointing --batch 1"


def memory(run: Run, tables: Tables) -> MemoryEstimate:
    """Peak memory of one GPU, of training or serving, narrowed by what a run has shown."""
    plain = (serving_memory if run.method == SERVE else training_memory)(run, tables)
    factor = calibrated(run, tables).calibration
    if not factor:
        return plain
    typical, spread = plain.gib.typical * factor, tables.value("calibrated-spread")
    return replace(
        plain,
        gib=Range(typical, typical / spread, typical * spread),
        parts={name: size * factor for name, size in plain.parts.items()},
    )


def calibrated(run: Run, tables: Tables) -> Run:
    """The run with the factor that a measured peak of it showed, for questions about its kin."""
    if not run.measured:
        return run
    plain = memory(replace(run, measured=0.0, calibration=0.0), tables).gib.typical
    return replace(run, measured=0.0, calibration=run.measured / GIB / plain)


def verdict(estimate: MemoryEstimate, gpu: Gpu) -> CardVerdict:
    """Whether a range of peaks lies below what torch sees of a card."""
    if estimate.gib.high <= gpu.usable_gib:
        return CardVerdict(gpu.name, gpu.usable_gib, Fit.FITS)
    low = estimate.gib.low
    return CardVerdict(gpu.name, gpu.usable_gib, Fit.NO if low > gpu.usable_gib else Fit.DEPENDS)


def explained(run: Run, estimate: MemoryEstimate, gpu: Gpu, tables: Tables) -> CardVerdict:
    """The verdict, with the settings that decide where it depends, the widest first."""
    run, found = calibrated(run, tables), verdict(estimate, gpu)
    if found.fit is Fit.FITS and run.method != SERVE and "eval_batch" not in run.stated:
        batch = tables.value("usual-evaluation-batch")
        evaluated = memory(_stated(run, eval_batch=batch), tables)
        if verdict(evaluated, gpu).fit is Fit.FITS:
            return found
        only = (
            f"unless it evaluates while it trains: {batch:g} sequences at once, the default of "
            f"transformers, take about {evaluated.gib.typical:.3g} GiB; with fewer: --eval-batch 1"
        )
        return replace(found, depends_on=(only,))
    if found.fit is not Fit.DEPENDS:
        return found
    wide: list[tuple[float, str]] = []
    for name, ends in ends_of(run, tables).items() if run.method != SERVE else ():
        peaks = [memory(_stated(run, **{name: end}), tables).gib.typical for end in ends]
        # How memory is counted decides nothing.
        if name != "metric" and peaks[1] - peaks[0] > _DECIDES * gpu.usable_gib:
            shown = " or ".join(map(said, ends))
            option = SETTINGS[name].option
            wide.append(
                (peaks[0] - peaks[1], f"{option} {shown}: {peaks[0]:.3g} or {peaks[1]:.3g} GiB")
            )
    deciding = tuple(told for _, told in sorted(wide)[:_MOST_DECIDERS])
    alone = ("what runs differ by though all settings are the same: measure ten steps",)
    return replace(found, depends_on=deciding or alone)


def remedies(run: Run, gpu: Gpu, tables: Tables) -> tuple[Remedy, ...]:
    """The changes that make a run fit a card, cheapest first; empty when it fits already.

    Single changes come first; where none is enough they are added up in order of cost.
    """
    run = calibrated(run, tables)

    def tried(what: str, changed: Run, costs: str) -> Remedy:
        estimate = memory(changed, tables)
        return Remedy(what, estimate.gib.typical, verdict(estimate, gpu).fit, costs)

    if tried("", run, "").fit is Fit.FITS:
        return ()
    serving = run.method == SERVE
    free = _stated(run, loss="fused", checkpointing=True, micro_batch=min(1.0, run.micro_batch))
    found: dict[str, Remedy] = {}
    weaker = False
    for rank, what, costs, changed in _serving_changes(run) if serving else _changes(run):
        if rank > _SLOWER and not (serving or weaker or found):
            weaker, together = True, tried(_FREE_OPTIONS, free, "a little time")
            if together.fit is Fit.FITS:
                found[together.change] = together
        # Changes that differ in a number only are one kind, of which the smallest is shown.
        kind = "".join(character for character in what if not character.isdigit())
        if kind not in found and (remedy := tried(what, changed, costs)).fit is Fit.FITS:
            found[kind] = remedy
    if serving or any(not each.startswith("--gpus") for each in found):
        return tuple(found.values())
    # Everything that is free or slow, then the weaker method, then cards, until it fits.
    options, run = _FREE_OPTIONS, free
    if not run.quantised:
        options, run = f"{options} --method qlora", _with_method(run, "qlora")
    steps = [(options, run, "time, and some quality")]
    steps += [
        (f"{options} {what}", more, "cards and time") for _, what, _, more in _more_cards(run)
    ]
    fitting = (remedy for step in steps if (remedy := tried(*step)).fit is Fit.FITS)
    return tuple({each.change: each for each in (*islice(fitting, 1), *found.values())}.values())


def sweep(
    run: Run, cards: Iterable[Gpu], methods: Iterable[str], tables: Tables
) -> tuple[Sweep, ...]:
    """For each card and method: how long sequences may be, and how large a micro-batch.

    Args:
        run: The rest of the settings.
        cards: The cards.
        methods: The methods.
        tables: Dated constants.
    """
    found: list[Sweep] = []
    for gpu in cards:
        for method in methods:
            tried = _with_method(replace(run, card=gpu), method)
            longest = run.shape.context or _LONGEST
            lengths = _longest(tried, "seq_len", _SHORTEST / 2, min(longest, _LONGEST), gpu, tables)
            batch = _longest(tried, "micro_batch", 1.0, _MOST_BATCH, gpu, tables)[0]
            gib = memory(tried, tables).gib
            found.append(Sweep(gpu.name, method, gib, *lengths, batch, run.seq_len))
    return tuple(found)


def largest_micro_batch(run: Run, gpu: Gpu, tables: Tables) -> float:
    """The largest micro-batch that fits a card, 0 when none does."""
    return _longest(calibrated(run, tables), "micro_batch", 1.0, _MOST_BATCH, gpu, tables)[0]


def _longest(  # noqa: PLR0913, PLR0917 (a search over one setting)
    run: Run, name: str, least: float, most: float, gpu: Gpu, tables: Tables
) -> tuple[float, float]:
    """The largest value of a setting that fits, and that may fit; 0 when not even the least."""

    def fit(value: float) -> Fit:
        return verdict(memory(_stated(run, **{name: value}), tables), gpu).fit

    def largest(allowed: Callable[[Fit], bool]) -> float:
        found, value = 0.0, least
        while value <= most and allowed(fit(value)):
            found, value = value, value * 2
        step = found / 2
        while found and step >= max(1.0, found / 8):
            if found + step <= most and allowed(fit(found + step)):
                found += step
            step //= 2
        return found

    return largest(lambda fit: fit is Fit.FITS), largest(lambda fit: fit is not Fit.NO)


def _stated(run: Run, **settings: Any) -> Run:  # noqa: ANN401 (fields of a run)
    return replace(run, **settings, stated=run.stated | set(settings))


def _with_method(run: Run, method: str) -> Run:
    """The run with another method, and what usually goes with it."""
    if method == run.method:
        return run
    kept = run.stated - {"quantizer", "regime", "trainable", "reference"}
    usual = habits({**{name: getattr(run, name) for name in kept}, "method": method}, run.shape)
    changed = {name: value for name, value in usual.items() if name not in kept}
    quantizer = changed.pop("quantizer", "none")
    return replace(
        run, **{**changed, "method": method, "quantizer": quantizer, "trainable": 0.0}, stated=kept
    )


def _changes(run: Run) -> Iterator[tuple[int, str, str, Run]]:
    """Single changes with their rank and cost, cheapest first."""
    if run.loss != "fused":
        what = "--loss fused (Liger, cut cross entropy)"
        yield _FREE, what, "nothing", _stated(run, loss="fused")
    for batch in _halves(run.micro_batch, 1):
        changed = _stated(run, micro_batch=batch, accumulation=max(2.0, run.accumulation))
        yield _FREE, f"--batch {batch:g} with accumulation", "a little time", changed
    if not run.checkpointing:
        changed = _stated(run, checkpointing=True)
        yield _SLOWER, "--checkpointing", "about a third more time", changed
    if run.full:
        changed = _stated(run, optimizer="paged_adamw8bit")
        yield _SLOWER, "--optimizer paged_adamw8bit", "some time for paging", changed
        costs = "learns less than full training from much data"
        yield _WEAKER, "--method lora", costs, _with_method(run, "lora")
    if not run.quantised:
        yield _WEAKER, "--method qlora", "1.1 to 2.5 times the time", _with_method(run, "qlora")
    for length in _halves(run.seq_len, _SHORTEST):
        changed = _stated(run, seq_len=length)
        yield _WEAKER, f"--seq-len {length:g}", "longer examples are cut", changed
    yield from _more_cards(run)


def _halves(value: float, least: float) -> Iterator[float]:
    while value > least:
        value //= 2
        yield value


def _more_cards(run: Run) -> Iterator[tuple[int, str, str, Run]]:
    for cards in (run.gpus * 2**times for times in range(1, _DOUBLINGS + 1)):
        changed = _stated(run, gpus=cards, sharding="fsdp")
        yield _MONEY, f"--gpus {cards:g} --sharding fsdp", f"{cards:g} cards", changed


def _serving_changes(run: Run) -> Iterator[tuple[int, str, str, Run]]:
    for bits in ("fp8", "nf4"):
        if not run.quantised or (run.quantizer == "fp8" and bits == "nf4"):
            yield _WEAKER, f"--quant {bits}", "some quality", _stated(run, quantizer=bits)
    for cards in (run.gpus * 2**times for times in range(1, _DOUBLINGS + 1)):
        yield _MONEY, f"--gpus {cards:g}", "more cards", _stated(run, gpus=cards)
