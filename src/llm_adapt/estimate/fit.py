"""Does a run fit a card, and what would make it fit, cheapest first."""

from collections.abc import Iterator
from dataclasses import replace

from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.serving import PRECISIONS, Serving, serving_memory
from llm_adapt.estimate.setup import Known
from llm_adapt.rules.estimate import CardVerdict, Fit, MemoryEstimate, Remedy
from llm_adapt.rules.table import Gpu, Tables

_DOUBLINGS = 8
_SHORTEST = 512
_FEWER_BITS = ("fp8", "nf4")
# Cheap changes first; within a rank the smaller change comes first.
_FREE, _SLOWER, _WEAKER, _MONEY = range(4)


def verdict(estimate: MemoryEstimate, gpu: Gpu, tables: Tables) -> CardVerdict:
    """Whether a peak fits a card: with a margin it fits, without one it is tight.

    Args:
        estimate: The peak in GiB; fewer stated inputs need a wider margin.
        gpu: The card, by what torch sees of it in GiB.
        tables: The margins.
    """
    stated = "verdict-margin" if estimate.all_stated else "verdict-margin-few-inputs"
    margin, peak = tables.value(stated), estimate.gib.typical
    if peak * margin <= gpu.usable_gib:
        fit = Fit.FITS
    else:
        fit = Fit.TIGHT if peak <= gpu.usable_gib * margin else Fit.NO
    return CardVerdict(gpu.name, gpu.usable_gib, fit)


def remedies(known: Known, gpu: Gpu, tables: Tables) -> tuple[Remedy, ...]:
    """The changes that make a run fit a card, cheapest first; empty when it fits already.

    Single changes come first; where none is enough they are added up in order of cost.

    Args:
        known: The run.
        gpu: The card.
        tables: Dated constants.
    """
    if verdict(training_memory(known, tables), gpu, tables).fit is Fit.FITS:
        return ()
    changes = sorted(_changes(known), key=lambda change: change[0])
    found: dict[str, Remedy] = {}
    for _, what, costs, changed in changes:
        kind = _kind(what)
        if kind in found:
            continue
        remedy = _tried(changed, gpu, tables, what, costs)
        if remedy.fit is Fit.FITS:
            found[kind] = remedy
    return tuple(found.values()) or _together(known, gpu, tables)


def _kind(change: str) -> str:
    """Changes that differ in a number only are one kind, of which the smallest is shown."""
    return "".join(character for character in change if not character.isdigit())


def serving_remedies(serving: Serving, gpu: Gpu, tables: Tables) -> tuple[Remedy, ...]:
    """What makes a served model fit: fewer bits, then more cards; empty when it fits already."""
    if verdict(serving_memory(serving, tables), gpu, tables).fit is Fit.FITS:
        return ()
    changes = [(f"{bits} weights", replace(serving, precision=bits)) for bits in _FEWER_BITS]
    cards = serving.gpus
    for _ in range(_DOUBLINGS):
        cards *= 2
        changes.append((f"{cards:g} of these cards", replace(serving, gpus=cards)))
    found: dict[str, Remedy] = {}
    for what, changed in changes:
        estimate = serving_memory(changed, tables)
        fit = verdict(estimate, gpu, tables).fit
        costs = "more cards" if "cards" in what else "some quality"
        if fit is Fit.FITS and PRECISIONS[changed.precision] <= PRECISIONS[serving.precision]:
            found.setdefault(_kind(what), Remedy(what, estimate.gib.typical, fit, costs))
    return tuple(found.values())


def _tried(known: Known, gpu: Gpu, tables: Tables, what: str, costs: str) -> Remedy:
    estimate = training_memory(known, tables)
    return Remedy(what, estimate.gib.typical, verdict(estimate, gpu, tables).fit, costs)


def _changes(known: Known) -> Iterator[tuple[int, str, str, Known]]:
    yield from _free_changes(known)
    if not known.checkpointing:
        changed = replace(known, checkpointing=True)
        yield _SLOWER, "gradient checkpointing", "about a third more time", changed
    if known.method == "full":
        changed = replace(known, optimizer="paged_adamw8bit")
        yield _SLOWER, "a paged 8-bit optimizer", "some time for paging", changed
        changed = replace(known, method="lora", quantizer="none", trainable=None)
        yield _WEAKER, "LoRA", "learns less than full training from much data", changed
    if known.method != "qlora":
        changed = replace(known, method="qlora", quantizer="nf4", trainable=None)
        yield _WEAKER, "QLoRA (nf4)", "1.1 to 2.5 times the time", changed
    length = known.seq_len or 0
    while length > _SHORTEST:
        length = length // 2
        changed = replace(known, seq_len=length)
        yield _WEAKER, f"at most {length:g} tokens", "longer examples are cut", changed
    yield from _more_cards(known)


def _free_changes(known: Known) -> Iterator[tuple[int, str, str, Known]]:
    if known.loss != "fused":
        what = "fused cross entropy (Liger, cut cross entropy)"
        yield _FREE, what, "nothing", replace(known, loss="fused")
    batch = known.micro_batch or 1
    while batch > 1:
        batch = batch // 2
        changed = replace(known, micro_batch=batch, accumulates=True)
        yield _FREE, f"micro-batch {batch:g} with accumulation", "a little time", changed


def _more_cards(known: Known) -> Iterator[tuple[int, str, str, Known]]:
    cards = known.gpus or 1
    for _ in range(_DOUBLINGS):
        cards *= 2
        changed = replace(known, gpus=cards, sharding="fsdp")
        yield _MONEY, f"{cards:g} of these cards with FSDP", f"{cards:g} cards", changed


def _together(known: Known, gpu: Gpu, tables: Tables) -> tuple[Remedy, ...]:
    """Everything that is free or slow, then the weaker methods, then cards, until it fits."""
    batch = 1.0 if (known.micro_batch or 1) > 1 else known.micro_batch
    run = replace(known, loss="fused", checkpointing=True, micro_batch=batch)
    named = ["fused cross entropy", "checkpointing", "micro-batch 1"]
    if run.method != "qlora":
        run = replace(run, method="qlora", quantizer="nf4", trainable=None)
        named.append("QLoRA")
    remedy = _tried(run, gpu, tables, " + ".join(named), "time, and some quality")
    if remedy.fit is Fit.FITS:
        return (remedy,)
    for _, what, _, changed in _more_cards(run):
        remedy = _tried(changed, gpu, tables, " + ".join([*named, what]), "cards and time")
        if remedy.fit is Fit.FITS:
            return (remedy,)
    return ()
