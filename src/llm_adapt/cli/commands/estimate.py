"""`llm-adapt estimate`: memory, what fits, GPU hours and cost of requests.

Options are the settings of a run (`estimate/run.py`) and of traffic (`estimate/requests.py`), which
JSON lines and the library take by the same names; here they are only turned into options.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from llm_adapt.cli.options import TextOrJson
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.estimate.requests import Traffic
from llm_adapt.estimate.run import Run
from llm_adapt.estimate.setting import option_of, settings_of
from llm_adapt.rules.estimate import (
    CardVerdict,
    Fit,
    FitAnswer,
    HoursAnswer,
    MemoryAnswer,
    RequestsAnswer,
)
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain

app = typer.Typer(
    name="estimate",
    help="Memory, GPU hours and cost, as ranges with their sources.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Answer = MemoryAnswer | FitAnswer | HoursAnswer | RequestsAnswer
UNMET = 1
# Options beside the settings of a record: name, flag, help.
_MODEL = (
    ("model", "--model", "A known model, or its hub id."),
    ("params_b", "--params-b", "Size in billions of parameters: 8 or 8B."),
    ("config", "--config", "A Hugging Face config.json, read from disk."),
    ("gpu", "--gpu", "A card (A100, 4090) or its memory (24GB)."),
)
_ACTIVE = (("active_params_b", "--active-b", "Active billions of a mixture of experts."),)
_PRICES = (
    ("prices", "--prices", "A YAML file of prices, in the form of rules/tables/prices.yaml."),
)
_HOURS = (
    "tokens",
    "method",
    "purpose",
    "gpus",
    "seq_len",
    "micro_batch",
    "checkpointing",
    "quantizer",
    "usd_per_hour",
    "peak_tflops",
)
_NOT_MEMORY = ("tokens", "usd_per_hour", "peak_tflops")


class Unless(StrEnum):
    """Which verdict a script needs."""

    FITS = "fits"
    MAY_FIT = "may-fit"


Format = Annotated[TextOrJson, typer.Option("--format", "-f", help="How to write the answer.")]
Lines = Annotated[
    bool, typer.Option("--json", help="JSON objects from stdin, one a line; one answer a line.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="The day that the age of prices is held against.")
]
FailUnless = Annotated[
    Unless | None,
    typer.Option("--fail-unless", help=f"End with {UNMET} unless it fits (or may fit) every card."),
]


def _settings(
    record: type, extra: Iterable[tuple[str, str, str]], names: Iterable[str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for each setting of a record; it gets them as `cells`."""
    declared = settings_of(record)
    chosen = declared if names is None else {name: declared[name] for name in names}

    def decorated(function: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in _signature(function).parameters.values() if each.name != "cells"]
        made = [_option(name, flag, said, flag_only=False) for name, flag, said in extra]
        made += [
            _option(name, option_of(name, setting), setting.help, flag_only=_is_flag(record, name))
            for name, setting in chosen.items()
        ]

        def command(**given: Any) -> None:  # noqa: ANN401 (as Typer calls it)
            kept = {each.name: given.pop(each.name) for each in own}
            cells = {
                name: str(value).lower() if isinstance(value, bool) else value
                for name, value in given.items()
                if value is not None
            }
            function(cells=cells, **kept)

        command.__doc__ = function.__doc__
        command.__name__ = function.__name__
        parameters = [*made, *own]
        command.__dict__["__signature__"] = Signature(parameters)
        command.__annotations__ = {each.name: each.annotation for each in parameters}
        return command

    return decorated


def _signature(function: Callable[..., None]) -> Signature:
    return Signature.from_callable(function)


def _is_flag(record: type, name: str) -> bool:
    return isinstance(record.__dataclass_fields__[name].default, bool)  # type: ignore[attr-defined]


def _option(name: str, flag: str, said: str, *, flag_only: bool) -> Parameter:
    kind: Any = bool | None if flag_only else str | None
    flags = f"{flag}/--no-{flag.removeprefix('--')}" if flag_only else flag
    annotation = Annotated[kind, typer.Option(flags, help=said, show_default=False)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


@app.command()
@_settings(Run, _MODEL, [name for name in settings_of(Run) if name not in _NOT_MEMORY])
def memory(
    *,
    cells: dict[str, Plain],
    chunked_loss: Annotated[
        bool | None,
        typer.Option(help="The old name of --loss fused and --loss plain.", hidden=True),
    ] = None,
    fail_unless: FailUnless = None,
    output: Format = TextOrJson.TEXT,
    lines: Lines = False,
) -> None:
    """Peak memory of one GPU, and whether it fits.

    Examples:
      llm-adapt estimate memory --params-b 13 --method qlora --gpu 4090
      llm-adapt estimate memory --config ./config.json --method full --gpus 8 --gpu H100
      llm-adapt estimate memory --json < rows.jsonl
    """
    if lines:
        _answer_lines("memory")
        return
    if chunked_loss is not None:
        cells.setdefault("loss", "fused" if chunked_loss else "plain")
    from llm_adapt.report.estimate_text import memory_text
    from llm_adapt.usecases.estimate import memory as answered

    answer = answered({"method": "qlora", **cells}, options=True)
    _print(memory_text(answer), answer, output)
    _demand(answer.cards, fail_unless)


@app.command()
@_settings(Run, _MODEL, [name for name in settings_of(Run) if name not in _NOT_MEMORY])
def fit(
    *,
    cells: dict[str, Plain],
    output: Format = TextOrJson.TEXT,
    lines: Lines = False,
) -> None:
    """What cards hold of a model: how long sequences, how large micro-batches, by method.

    Several cards are separated by commas.

    Examples:
      llm-adapt estimate fit --params-b 13 --gpu 4090
      llm-adapt estimate fit --model Llama-3.1-8B --gpu 4090,L40S,H100 --method qlora
    """
    if lines:
        _answer_lines("fit")
        return
    from llm_adapt.report.estimate_text import fit_text
    from llm_adapt.usecases.estimate import fit as answered

    answer = answered(cells, options=True)
    _print(fit_text(answer), answer, output)


@app.command()
@_settings(Run, (*_MODEL, *_ACTIVE), _HOURS)
def hours(
    *,
    cells: dict[str, Plain],
    as_of: AsOf = None,
    output: Format = TextOrJson.TEXT,
    lines: Lines = False,
) -> None:
    """GPU hours of a training run, and what they cost.

    Examples:
      llm-adapt estimate hours --params-b 7 --tokens 24B --purpose cpt --gpu A100
      llm-adapt estimate hours --model Llama-3.1-8B --tokens 5M --method qlora --gpu 4090
    """
    if lines:
        _answer_lines("hours")
        return
    from llm_adapt.report.estimate_text import hours_text
    from llm_adapt.usecases.estimate import hours as answered

    answer = answered({"gpu": "A100-80GB", **cells}, options=True, as_of=as_of_day(as_of))
    _print(hours_text(answer), answer, output)


@app.command()
@_settings(Traffic, _PRICES)
def requests(
    *,
    cells: dict[str, Plain],
    as_of: AsOf = None,
    output: Format = TextOrJson.TEXT,
    lines: Lines = False,
) -> None:
    """Tokens and cost of a month, for every way to adapt a model.

    Examples:
      llm-adapt estimate requests --per-month 100k --hosted claude-sonnet-5 --prefix 2000
      llm-adapt estimate requests --per-month 5M --own-model Llama-3.1-8B --own-for tuned
    """
    if lines:
        _answer_lines("requests")
        return
    from llm_adapt.report.estimate_text import requests_text
    from llm_adapt.usecases.estimate import requests as answered

    answer = answered(cells, options=True, as_of=as_of_day(as_of))
    _print(requests_text(answer), answer, output)


def _print(text: str, answer: Answer, output: TextOrJson) -> None:
    if output is TextOrJson.TEXT:
        typer.echo(text)
        return
    typer.echo(json.dumps(asdict(answer), indent=2, allow_nan=False))


def _demand(cards: Iterable[CardVerdict], needed: Unless | None) -> None:
    allowed = {None: tuple(Fit), Unless.FITS: (Fit.FITS,), Unless.MAY_FIT: (Fit.FITS, Fit.DEPENDS)}
    if any(card.fit not in allowed[needed] for card in cards):
        raise typer.Exit(UNMET)


def _answer_lines(kind: str) -> None:
    from llm_adapt.usecases.estimate import CELL_ANSWERS

    faults: list[LlmAdaptError] = []
    answered = False
    for answer in _answers(CELL_ANSWERS[kind], sys.stdin, faults):
        answered = True
        typer.echo(json.dumps(answer, allow_nan=False))
    if not answered:
        faults.append(LlmAdaptError("stdin holds no line", hint="one JSON object a line"))
    raise_all(faults)


def _answers(
    answer: Callable[[dict[str, Plain]], dict[str, Plain]],
    stream: Iterable[str],
    faults: list[LlmAdaptError],
) -> Iterator[dict[str, Plain]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            yield answer(_object(line))
        except LlmAdaptError as error:
            faults.append(LlmAdaptError(error.message, Location("stdin", number), error.hint))
            yield {"line": number, "error": error.message}


def _object(line: str) -> dict[str, Plain]:
    try:
        cells = as_plain(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise LlmAdaptError(f"this is not JSON: {error}", hint="one JSON object a line") from None
    if not isinstance(cells, dict):
        raise LlmAdaptError("this is not a JSON object", hint="one JSON object a line")
    return cells
