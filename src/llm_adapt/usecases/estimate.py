"""Use cases: memory, GPU hours and cost of requests, from plain cells and the dated tables."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.config import from_config
from llm_adapt.estimate.fit import remedies, serving_remedies, verdict
from llm_adapt.estimate.hours import known_hours, training_hours
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.requests import (
    Money,
    SelfHosting,
    Traffic,
    payback_requests,
    requests_cost,
)
from llm_adapt.estimate.rows import Row, known_run
from llm_adapt.estimate.serving import PRECISIONS, Serving, serving_memory
from llm_adapt.estimate.setup import Known
from llm_adapt.estimate.shape import find_gpu, model, unknown
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.tables import read_config, read_tables
from llm_adapt.rules.estimate import (
    GB,
    GIB,
    HoursAnswer,
    MemoryAnswer,
    Range,
    RequestsAnswer,
)
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.table import Architecture, Gpu, Tables

SERVE = "inference"
CARDS = ("RTX 4090", "L40S", "A100-80GB")
Cells = Mapping[str, Plain]


@lru_cache(maxsize=4)
def load_tables(folder: Path | None = None) -> Tables:
    """The dated tables of a folder, or the shipped ones.

    Raises:
        LlmAdaptError: A table is missing or a row has no source.
    """
    return read_tables(folder or builtin_rules() / "tables")


def memory(cells: Cells, config: Path | None = None) -> MemoryAnswer:
    """Peak memory of one GPU, verdicts per card, and what would make it fit.

    Args:
        cells: Columns of the published measurements, what is unknown left out; the method
            `inference` takes `seq_len` as the tokens of a request and `micro_batch` as requests
            at once.
        config: A Hugging Face `config.json`, read from disk, as the precise form of the model.

    Raises:
        LlmAdaptError: An input is unknown, out of bounds, or beyond the context.
    """
    tables = load_tables()
    name = Row(cells).text("gpu")
    gpu = find_gpu(name, tables) if name else None
    if Row(cells).text("method") == SERVE:
        return _served(cells, config, gpu, tables)
    known = _configured(known_run(cells, tables), config)
    _within_context(known.shape, known.seq_len)
    estimate = training_memory(known, tables)
    cards = [gpu] if gpu else [find_gpu(card, tables) for card in CARDS]
    return MemoryAnswer(
        model=known.shape.name,
        params=known.shape.params,
        method=known.method,
        estimate=estimate,
        cards=tuple(verdict(estimate, card, tables) for card in cards),
        remedies=remedies(known, cards[0], tables) if gpu else (),
    )


def memory_cells(cells: Cells) -> dict[str, Plain]:
    """One row of `memory.csv` answered for scripts: `gib`, `low`, `high`, and what was assumed.

    A length beyond the context is noted, not refused: published runs have it.

    Raises:
        LlmAdaptError: The row cannot be read.
    """
    tables = load_tables()
    known = known_run(cells, tables)
    estimate = training_memory(known, tables)
    answer = _range(estimate.gib, "gib", 3)
    answer |= {"gb": round(estimate.gib.typical * GIB / GB, 3)}
    if known.gpu:
        answer |= {"verdict": verdict(estimate, known.gpu, tables).fit.value}
    named = Row(cells).text("gpu")
    unseen = (f"the GPU '{named}' is not known: no verdict",) if named and not known.gpu else ()
    return answer | _remarks(estimate.assumed, (*estimate.notes, *unseen))


def hours(
    cells: Cells, config: Path | None = None, usd_per_hour: float | None = None
) -> HoursAnswer:
    """GPU hours and cost of a training run.

    Args:
        cells: Columns of the published runs, what is unknown left out.
        config: A Hugging Face `config.json`, read from disk.
        usd_per_hour: Rent of one GPU in USD per hour, over the table's.

    Raises:
        LlmAdaptError: An input is missing, unknown or out of bounds.
    """
    tables = load_tables()
    shape = _read_shape(config) if config else None
    sized: dict[str, Plain] = {}
    if shape:
        sized = {"total_params_b": shape.params / GB, "active_params_b": shape.active_params / GB}
    run = known_hours({**cells, **sized}, tables)
    run = replace(run, shape=shape) if shape else run
    return HoursAnswer(
        model=Row(cells).text("model") or run.shape.name,
        method=run.method,
        tokens=run.tokens,
        gpu=run.gpu.name if run.gpu else f"{run.peak_tflops:g} TFLOP/s",
        gpus=run.gpus or 1,
        estimate=training_hours(run, tables, usd_per_hour),
    )


def hours_cells(cells: Cells) -> dict[str, Plain]:
    """One row of `gpu_hours.csv` answered for scripts: `hours`, `low`, `high`.

    Raises:
        LlmAdaptError: The row cannot be read.
    """
    tables = load_tables()
    estimate = training_hours(known_hours(cells, tables), tables)
    answer = _range(estimate.hours, "hours", None)
    if estimate.usd:
        answer |= {"usd": estimate.usd.typical}
    return answer | _remarks(estimate.assumed, estimate.notes)


def requests(
    traffic: Cells, hosted: str, hosting: Cells | None = None, money: Cells | None = None
) -> RequestsAnswer:
    """Cost of a month of requests for every way to adapt a model.

    Args:
        traffic: `requests`, `question`, `answer`, and optionally `prefix`, `examples`,
            `example`, `retrieved`, `cache_hits` and `context`.
        hosted: A model of the price table.
        hosting: A server of one's own: `model` or `params_b`, `gpu`, and optionally `gpus`,
            `precision`, `utilisation`, `usd_per_hour`.
        money: `retrieval_per_request`, `retrieval_per_month`, `training_tokens`, `training`.

    Raises:
        LlmAdaptError: An input is unknown or out of bounds.
    """
    tables = load_tables()
    price = tables.prices.get(hosted)
    if price is None:
        raise unknown("hosted model", hosted, tables.prices, "see rules/tables/prices.yaml")
    estimate = requests_cost(
        _traffic(traffic), price, tables, _money(money or {}), _hosting(hosting, tables)
    )
    dearest = max(estimate.options, key=lambda option: option.usd_per_request.typical)
    return RequestsAnswer(
        model=price.name,
        estimate=estimate,
        payback={
            option.name: payback_requests(dearest, option)
            for option in estimate.options
            if option.usd_once.typical > 0
        },
    )


def _served(cells: Cells, config: Path | None, gpu: Gpu | None, tables: Tables) -> MemoryAnswer:
    row = Row(cells)
    shape = (
        _read_shape(config) if config else model(row.text("model"), row.number("params_b"), tables)
    )
    quantizer = row.text("quant")
    precision = "bf16" if quantizer in (None, "none") else quantizer
    serving = Serving(
        shape=shape,
        precision=precision or "bf16",
        input_tokens=max(0.0, (row.number("seq_len") or 2048) - 1),
        output_tokens=1,
        concurrent=row.number("micro_batch") or 1,
        gpus=row.number("n_gpus") or 1,
    )
    estimate = serving_memory(serving, tables)
    cards = [gpu] if gpu else [find_gpu(card, tables) for card in CARDS]
    return MemoryAnswer(
        model=shape.name,
        params=shape.params,
        method=SERVE,
        estimate=estimate,
        cards=tuple(verdict(estimate, card, tables) for card in cards),
        remedies=serving_remedies(serving, gpu, tables) if gpu else (),
    )


def _configured(known: Known, config: Path | None) -> Known:
    return replace(known, shape=_read_shape(config)) if config else known


def _read_shape(config: Path) -> Architecture:
    raw = read_config(config)
    name = raw.get("_name_or_path")
    return from_config(raw, str(name) if name else str(config))


def _within_context(shape: Architecture, seq_len: float | None) -> None:
    if shape.context and seq_len and seq_len > shape.context:
        raise LlmAdaptError(
            f"{seq_len:g} tokens are beyond the context of {shape.name} ({shape.context})",
            hint="shorten the examples, or choose a model with a longer context",
        )


def _range(value: Range, name: str, digits: int | None) -> dict[str, Plain]:
    pairs = ((name, value.typical), ("low", value.low), ("high", value.high))
    return {key: end if digits is None else round(end, digits) for key, end in pairs}


def _remarks(assumed: Mapping[str, str], notes: tuple[str, ...]) -> dict[str, Plain]:
    taken: dict[str, Plain] = {**assumed}
    said: list[Plain] = [*notes]
    return {"assumed": taken, "notes": said}


def _traffic(cells: Cells) -> Traffic:
    row, usual = Row(cells), Traffic(requests=0, question=0, answer=0)
    context = row.number("context")

    def given(name: str, otherwise: float) -> float:
        value = row.number(name)
        return otherwise if value is None else value

    return Traffic(
        requests=given("requests", usual.requests),
        question=given("question", usual.question),
        answer=given("answer", usual.answer),
        prefix=given("prefix", usual.prefix),
        examples=given("examples", usual.examples),
        example=given("example", usual.example),
        retrieved=given("retrieved", usual.retrieved),
        cache_hits=given("cache_hits", usual.cache_hits),
        context=int(context or 0),
    )


def _money(cells: Cells) -> Money:
    row = Row(cells)
    return Money(
        retrieval_per_request=row.number("retrieval_per_request") or 0.0,
        retrieval_per_month=row.number("retrieval_per_month") or 0.0,
        training_tokens=row.number("training_tokens") or 0.0,
        training=row.number("training"),
    )


def _hosting(cells: Cells | None, tables: Tables) -> SelfHosting | None:
    if not cells:
        return None
    row = Row(cells)
    gpu = row.text("gpu")
    if gpu is None:
        raise LlmAdaptError("no GPU is given for the server", hint="name a card, such as H100")
    precision = row.text("precision") or "bf16"
    if precision not in PRECISIONS:
        raise unknown("precision", precision, PRECISIONS, f"known are {', '.join(PRECISIONS)}")
    utilisation = row.number("utilisation")
    return SelfHosting(
        shape=model(row.text("model"), row.number("params_b"), tables),
        gpu=find_gpu(gpu, tables),
        gpus=row.number("gpus") or 1,
        precision=precision,
        utilisation=0.2 if utilisation is None else utilisation,
        usd_per_hour=row.number("usd_per_hour"),
    )


CELL_ANSWERS: Mapping[str, Callable[[Cells], dict[str, Plain]]] = {
    "memory": memory_cells,
    "hours": hours_cells,
}
