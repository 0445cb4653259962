"""Does a run fit a card, on what does it depend, what would make it fit, and how far does it go."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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
# The options of a change, what it costs, and the run with it.
_Change = tuple[str, str, Run]


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
    seen, gib = gpu.usable_gib, estimate.gib
    fit = Fit.FITS if gib.high <= seen else Fit.NO if gib.low > seen else Fit.DEPENDS
    return CardVerdict(gpu.name, seen, fit)


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
            f"transformers, may take {evaluated.gib.high:.3g} GiB; with fewer: --eval-batch 1"
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

    Changes are added up only where no single one that is as cheap is enough.
    """
    run = calibrated(run, tables)
    if verdict(memory(run, tables), gpu).fit is Fit.FITS:
        return ()
    found: dict[str, Remedy] = {}
    for alone, changes in _serving_changes(run) if run.method == SERVE else _changes(run):
        if found and not alone:
            continue
        for what, costs, changed in changes:
            # Changes that differ in a number only are one kind, of which the smallest is shown.
            kind = "".join(character for character in what if not character.isdigit())
            if kind not in found:
                estimate = memory(changed, tables)
                fit = verdict(estimate, gpu).fit
                if fit is Fit.FITS:
                    found[kind] = Remedy(what, estimate.gib.typical, fit, costs)
    return tuple(found.values())


def sweep(
    run: Run, cards: Iterable[Gpu], methods: Iterable[str], tables: Tables
) -> tuple[Sweep, ...]:
    """For each card and method: how long sequences may be, and how large a micro-batch."""
    run, found = calibrated(run, tables), list[Sweep]()
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


def _changes(run: Run) -> Iterator[tuple[bool, Iterator[_Change]]]:
    """Changes of a run of training, in groups from cheap to dear; single ones, or all together."""
    free = _stated(run, loss="fused", checkpointing=True, micro_batch=min(1.0, run.micro_batch))
    options = "--loss fused --checkpointing --batch 1"
    if run.shape.eager:
        free, options = _stated(free, attention="flash"), f"{options} --attention flash"
    yield True, _free(run)
    yield False, iter([(options, "a little time", free)])
    yield True, _weaker(run)
    if not run.quantised:
        options, free = f"{options} --method qlora", _with_method(free, "qlora")
        yield False, iter([(options, "time, and some quality", free)])
    yield True, _more_cards(run)
    yield (
        False,
        ((f"{options} {what}", "cards and time", more) for what, _, more in _more_cards(free)),
    )


def _free(run: Run) -> Iterator[_Change]:
    if run.loss != "fused":
        yield "--loss fused (Liger, cut cross entropy)", "nothing", _stated(run, loss="fused")
    for batch in _halves(run.micro_batch, 1):
        changed = _stated(run, micro_batch=batch, accumulation=max(2.0, run.accumulation))
        yield f"--batch {batch:g} with accumulation", "a little time", changed
    if not run.checkpointing:
        yield "--checkpointing", "about a third more time", _stated(run, checkpointing=True)
    if run.full:
        changed = _stated(run, optimizer="paged_adamw8bit")
        yield "--optimizer paged_adamw8bit", "some time for paging", changed


def _weaker(run: Run) -> Iterator[_Change]:
    if run.full:
        costs = "learns less than full training from much data"
        yield "--method lora", costs, _with_method(run, "lora")
    if not run.quantised:
        yield "--method qlora", "1.1 to 2.5 times the time", _with_method(run, "qlora")
    for length in _halves(run.seq_len, _SHORTEST):
        yield f"--seq-len {length:g}", "longer examples are cut", _stated(run, seq_len=length)


def _halves(value: float, least: float) -> Iterator[float]:
    while value > least:
        value //= 2
        yield value


def _more_cards(run: Run) -> Iterator[_Change]:
    sharding = {} if run.method == SERVE else {"sharding": "fsdp"}
    option = "".join(f" --sharding {each}" for each in sharding.values())
    for cards in (run.gpus * 2**times for times in range(1, _DOUBLINGS + 1)):
        changed = _stated(run, gpus=cards, **sharding)
        yield f"--gpus {cards:g}{option}", f"{cards:g} cards", changed


def _serving_changes(run: Run) -> Iterator[tuple[bool, Iterator[_Change]]]:
    kinds = {"none": ("fp8", "nf4"), "fp8": ("nf4",)}.get(run.quantizer, ())
    fewer = ((f"--quant {bits}", "some quality", _stated(run, quantizer=bits)) for bits in kinds)
    yield True, fewer
    yield True, _more_cards(run)
