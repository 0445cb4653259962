"""Use cases: memory, what fits, GPU hours and cost of requests, from cells and the dated tables.

Cells are settings by name, or by the columns of the published measurements; what is not stated is
left out. The command line, JSON lines and the library state the same ones (`estimate/run.py`,
`estimate/requests.py`); `config` is the path of a Hugging Face `config.json`.

Every function raises `LlmAdaptError` where a cell cannot be read, a name is unknown, or settings
are out of bounds or contradict each other. Dates are the day that prices are held against; without
one their age is not looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.age import old
from llm_adapt.estimate.config import from_config
from llm_adapt.estimate.fit import (
    calibrated,
    explained,
    largest_micro_batch,
    remedies,
    sweep,
    verdict,
)
from llm_adapt.estimate.fit import memory as memory_of
from llm_adapt.estimate.hours import training_hours
from llm_adapt.estimate.models import find_gpu
from llm_adapt.estimate.requests import (
    SERVED,
    payback_requests,
    read_traffic,
    requests_cost,
)
from llm_adapt.estimate.run import SERVE, SETTINGS, Run, read_run
from llm_adapt.estimate.serving import within_context
from llm_adapt.estimate.setting import Options, but
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.tables import read_config, read_tables, shipped_tables
from llm_adapt.report.json_v1 import as_data
from llm_adapt.rules.estimate import (
    GB,
    GIB,
    FitAnswer,
    HoursAnswer,
    MemoryAnswer,
    Range,
    RequestsAnswer,
)
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping
from llm_adapt.rules.table import Architecture, Tables, TokenPrice

CARDS = ("RTX 4090", "L40S", "A100-80GB")
SWEPT = ("full", "lora", "qlora")
Cells = Mapping[str, Plain]


def load_tables(prices: Path | None = None) -> Tables:
    """The shipped tables; rows of a price file of one's own win over theirs."""
    return read_tables(builtin_rules() / "tables", prices) if prices else shipped_tables()


def read(cells: Cells) -> Run:
    """A run from cells, its model from a `config.json` where one is named."""
    given = [SETTINGS[each].option for each in ("model", "params_b", "config") if cells.get(each)]
    if isinstance(cells, Options) and len(given) > 1:
        raise LlmAdaptError(f"{' and '.join(given)} are both given", hint="give one of them")
    config = cells.get("config")
    return read_run(cells, load_tables(), read_shape(Path(str(config))) if config else None)


def read_shape(config: Path) -> Architecture:
    """The architecture of a `config.json`, from disk."""
    raw = read_config(config)
    name = raw.get("_name_or_path")
    try:
        return from_config(raw, str(name) if name else str(config), load_tables())
    except LlmAdaptError as error:
        raise LlmAdaptError(error.message, Location(str(config)), error.hint) from None


def memory(cells: Cells) -> MemoryAnswer:
    """Peak memory of one GPU, verdicts per card, and what would make it fit.

    The method `inference` takes `seq_len` as the tokens of a request, `micro_batch` as requests at
    once.
    """
    tables, run = load_tables(), read(cells)
    if "seq_len" in run.stated:
        within_context(run, run.seq_len)
    estimate = memory_of(run, tables)
    cards = [run.card] if run.card else [find_gpu(card, tables) for card in CARDS]
    return MemoryAnswer(
        model=run.shape.name,
        params=run.shape.params,
        method=run.method,
        estimate=estimate,
        cards=tuple(explained(run, estimate, card, tables) for card in cards),
        remedies=remedies(run, cards[0], tables) if run.card else (),
        largest_micro_batch=largest_micro_batch(run, cards[0], tables) if run.card else None,
        calibration=calibrated(run, tables).calibration if run.measured else None,
        accuracy=accuracy("memory", run, tables),
    )


def fit(cells: Cells) -> FitAnswer:
    """What cards hold of a model, method by method: the longest sequences and micro-batches."""
    tables = load_tables()
    named = str(cells.get("method") or "")
    run = read(but(cells, method=named or "qlora", gpu=None))
    names = [each.strip() for each in str(cells.get("gpu") or "").split(",") if each.strip()]
    cards = [find_gpu(name, tables) for name in names or CARDS]
    # Rows say the length they are for.
    stated = run.stated | {"seq_len"}
    run = replace(run, stated=stated if named else stated - {"quantizer"})
    rows = sweep(run, cards, (run.method,) if named else SWEPT, tables)
    # What goes with one of several methods is assumed of none.
    common = run if named else replace(run, stated=run.stated | {"quantizer", "regime"})
    estimate = memory_of(common, tables)
    return FitAnswer(
        model=run.shape.name,
        params=run.shape.params,
        rows=rows,
        assumed=estimate.assumed,
        assumed_options=estimate.assumed_options,
        accuracy=accuracy("memory", run, tables),
    )


def memory_cells(cells: Cells) -> dict[str, Plain]:
    """One row of `memory.csv` answered for scripts: `gib`, `low`, `high`, and what was assumed.

    A length beyond the context is noted, not refused: published runs have it.
    """
    tables, run = load_tables(), read(cells)
    estimate = memory_of(run, tables)
    answer = _range(estimate.gib, "gib", 3)
    answer |= {"gb": round(estimate.gib.typical * GIB / GB, 3)}
    if run.card:
        answer |= {"verdict": verdict(estimate, run.card).fit.value}
    named = cells.get("gpu")
    unseen = (f"the GPU '{named}' is not known: no verdict",) if named and not run.card else ()
    return answer | _remarks(estimate.assumed, (*estimate.notes, *unseen))


def hours(cells: Cells, *, as_of: date | None = None) -> HoursAnswer:
    """GPU hours and cost of a training run."""
    tables = load_tables()
    run = read(but(cells, method=cells.get("method") or "full"))
    estimate = training_hours(run, tables)
    price = run.card.price if run.card and "usd_per_hour" not in run.stated else None
    if as_of and price and old(price.cited, as_of, tables):
        aged = f"this price is older than {tables.shelf_life_days} days: state one, --price"
        estimate = replace(estimate, notes=(*estimate.notes, aged))
    return HoursAnswer(
        model=str(cells.get("model") or run.shape.name),
        method=run.method,
        tokens=run.tokens,
        gpu=run.card.name if run.card else f"{run.peak_tflops:g} TFLOP/s",
        gpus=run.gpus,
        estimate=estimate,
        accuracy=accuracy("hours", run, tables),
    )


def hours_cells(cells: Cells) -> dict[str, Plain]:
    """One row of `gpu_hours.csv` answered for scripts: `hours`, `low`, `high`."""
    estimate = hours(cells).estimate
    answer = _range(estimate.hours, "hours", None)
    if estimate.usd:
        answer |= {"usd": estimate.usd.typical}
    return answer | _remarks(estimate.assumed, estimate.notes)


def requests(cells: Cells, *, as_of: date | None = None) -> RequestsAnswer:
    """Cost of a month of requests for every way to adapt a model."""
    prices = cells.get("prices")
    tables = load_tables(Path(str(prices)) if prices else None)
    traffic = read_traffic(cells, tables)
    estimate = requests_cost(traffic, tables)
    price = tables.prices[traffic.hosted]
    notes = (*estimate.notes, *(_aged(price, as_of, tables) if as_of else ()))
    hosted = [option for option in estimate.options if option.name != SERVED]
    dearest = max(hosted, key=lambda option: option.usd_per_request.typical)
    return RequestsAnswer(
        model=price.name,
        estimate=replace(estimate, notes=notes),
        payback={
            option.name: payback_requests(dearest, option)
            for option in estimate.options
            if option.usd_once.typical > 0
        },
    )


def _aged(price: TokenPrice, as_of: date, tables: Tables) -> Iterator[str]:
    """What the age of a price, or of its model, makes of it."""
    if price.retired:
        past = price.retired <= as_of.isoformat()
        when = "is retired since" if past else "will be retired on"
        yield f"{price.name} {when} {price.retired}"
    if price.until:
        yield f"the price of {price.name} is introductory, until {price.until}"
    if old(price.cited, as_of, tables):
        yield f"these prices are older than {tables.shelf_life_days} days"


def accuracy(kind: str, run: Run, tables: Tables) -> str:
    """How far published measurements that were not used for fitting lie from such estimates."""
    method = "full" if run.full else "qlora" if run.quantised else "lora"
    few = kind == "memory" and not {"loss", "checkpointing", "lengths"} <= run.stated
    row = tables.accuracies.get(f"{kind}-{method}{'-few' if few else ''}")
    if row is None or run.method == SERVE:
        return ""
    what = f"with {'few' if few else 'all'} settings" if kind == "memory" else "of hours"
    return (
        f"Accuracy on {row.rows} published measurements of {method} that nothing was fitted on, "
        f"{what}: half lie within {row.median:.0%}, {row.covered:.0%} inside the range."
    )


def _range(value: Range, name: str, digits: int | None) -> dict[str, Plain]:
    pairs = ((name, value.typical), ("low", value.low), ("high", value.high))
    return {key: end if digits is None else round(end, digits) for key, end in pairs}


def _remarks(assumed: Mapping[str, str], notes: tuple[str, ...]) -> dict[str, Plain]:
    return {"assumed": dict[str, Plain](assumed), "notes": list[Plain](notes)}


def _whole(answer: Callable[[Cells], object]) -> Callable[[Cells], dict[str, Plain]]:
    return lambda cells: mapping(as_plain(as_data(answer(cells))))


CELL_ANSWERS: Mapping[str, Callable[[Cells], dict[str, Plain]]] = {
    "memory": memory_cells,
    "fit": _whole(fit),
    "hours": hours_cells,
    "requests": _whole(requests),
}
