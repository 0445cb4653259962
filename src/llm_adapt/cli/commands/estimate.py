"""`llm-adapt estimate`: memory, what fits, GPU hours and cost of requests.

Options are the settings of a run (`estimate/run.py`) and of traffic (`estimate/requests.py`), which
JSON lines and the library take by the same names; here they are only turned into options.
"""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from inspect import Parameter, Signature, signature
from typing import Any, Literal, TypeAlias

import typer

from llm_adapt.cli.options import FORM, TextOrJson, choice, option, switch
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import LlmAdaptError, faults_of, raise_all
from llm_adapt.estimate.requests import Traffic
from llm_adapt.estimate.run import Run
from llm_adapt.estimate.setting import Options, Setting, settings_of
from llm_adapt.rules.estimate import CardVerdict, Fit
from llm_adapt.rules.json_text import read_json
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain

app = typer.Typer(
    name="estimate",
    help="Memory, GPU hours and cost, as ranges with their sources.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

UNMET = 1
Unless: TypeAlias = Literal["fits", "may-fit"]  # which verdict a script needs
_UNMET_BY: Mapping[Unless, tuple[Fit, ...]] = {
    "fits": (Fit.NO, Fit.DEPENDS),
    "may-fit": (Fit.NO,),
}
LINES = switch("JSON objects from stdin, one a line; answers likewise.", "--json")
AS_OF = option(None, "DATE", "The day that the age of prices is held against.")
_RUN = settings_of(Run)
_MEMORY = {
    name: setting
    for name, setting in _RUN.items()
    if name not in ("tokens", "usd_per_hour", "peak_tflops")
}
_HOURS = {
    name: _RUN[name]
    for name in (
        *("model", "params_b", "active_params_b", "config", "gpu", "tokens", "method", "purpose"),
        *("gpus", "seq_len", "micro_batch", "checkpointing", "quantizer"),
        *("usd_per_hour", "peak_tflops"),
    )
}


def _stating(settings: Mapping[str, Setting]) -> Callable[[Callable[..., None]], object]:
    """Make a command of a function: what options state of the settings is its first argument."""
    options = [_option(name, setting) for name, setting in settings.items()]

    def made(function: Callable[..., None]) -> object:
        _, *own = signature(function).parameters.values()
        own = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own]

        def command(**given: Any) -> None:  # noqa: ANN401 (as Typer calls it)
            others = {each.name: given.pop(each.name) for each in own}
            cells = {
                field: str(value).lower() if isinstance(value, bool) else value
                for field, value in given.items()
                if value is not None
            }
            function(Options(cells), **others)

        command.__doc__ = function.__doc__
        command.__dict__["__signature__"] = Signature([*options, *own])
        command.__annotations__ = {each.name: each.annotation for each in (*options, *own)}
        return app.command(function.__name__)(command)

    return made


def _option(name: str, setting: Setting) -> Parameter:
    flag, kind = setting.option, bool if isinstance(setting.default, bool) else str
    if kind is bool:
        flag = f"{flag}/--no-{flag.removeprefix('--')}"
    usual = typer.Option(None, flag, help=setting.help, show_default=False)
    return Parameter(name, Parameter.KEYWORD_ONLY, default=usual, annotation=kind | None)


@_stating(_MEMORY)
def memory(
    cells: Options,
    output: TextOrJson = FORM,
    lines: bool = LINES,
    fail_unless: Unless | None = choice(None, "End with 1 unless it (may) fit every card."),
) -> None:
    """Peak memory of one GPU, and whether it fits.

    Examples:
        llm-adapt estimate memory --params-b 13 --method qlora --gpu 4090

        llm-adapt estimate memory --config ./config.json --method full --gpus 8 --gpu H100

        llm-adapt estimate memory --json < rows.jsonl
    """
    cards = _answer("memory", Options({"method": "qlora", **cells}), output, lines)
    if fail_unless and any(card.fit in _UNMET_BY[fail_unless] for card in cards):
        raise typer.Exit(UNMET)


@_stating(_MEMORY)
def fit(cells: Options, output: TextOrJson = FORM, lines: bool = LINES) -> None:
    """What cards hold of a model: how long sequences, how large micro-batches, by method.

    Examples:
        llm-adapt estimate fit --params-b 13 --gpu 4090

        llm-adapt estimate fit --model Llama-3.1-8B --gpu 4090,L40S,H100 --method qlora
    """
    _answer("fit", cells, output, lines)


@_stating(_HOURS)
def hours(
    cells: Options, output: TextOrJson = FORM, lines: bool = LINES, as_of: str | None = AS_OF
) -> None:
    """GPU hours of a training run, and what they cost.

    Examples:
        llm-adapt estimate hours --params-b 7 --tokens 24B --purpose cpt --gpu A100

        llm-adapt estimate hours --model Llama-3.1-8B --tokens 5M --method qlora --gpu 4090
    """
    day = as_of_day(as_of)
    _answer("hours", Options({"gpu": "A100-80GB", **cells}), output, lines, as_of=day)


@_stating(settings_of(Traffic))
def requests(
    cells: Options, output: TextOrJson = FORM, lines: bool = LINES, as_of: str | None = AS_OF
) -> None:
    """Tokens and cost of a month, for every way to adapt a model.

    Examples:
        llm-adapt estimate requests --per-month 100k --hosted claude-sonnet-5 --prefix 2000

        llm-adapt estimate requests --per-month 5M --own-model Llama-3.1-8B --own-for tuned
    """
    _answer("requests", cells, output, lines, as_of=as_of_day(as_of))


def _answer(
    name: str, cells: Options, output: TextOrJson, lines: bool, **dated: date
) -> tuple[CardVerdict, ...]:
    """Print the answer of a use case, and give the verdicts that are in it."""
    from llm_adapt.report import estimate_text
    from llm_adapt.report.json_v1 import as_data
    from llm_adapt.usecases import estimate

    if lines:
        _answer_lines(name)
        return ()
    answer = getattr(estimate, name)(cells, **dated)
    if output == "text":
        typer.echo(getattr(estimate_text, f"{name}_text")(answer))
    else:
        typer.echo(json.dumps(as_data(answer), indent=2, allow_nan=False))
    return getattr(answer, "cards", ())


def _answer_lines(kind: str) -> None:
    from llm_adapt.usecases.estimate import CELL_ANSWERS

    faults: list[LlmAdaptError] = []
    answered = False
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        answered = True
        try:
            answer = CELL_ANSWERS[kind](_object(line))
        except LlmAdaptError as error:
            told = faults_of(error)
            where = Location("stdin", number)
            faults += [LlmAdaptError(each.message, where, each.hint) for each in told]
            answer = {"line": number, "error": "; ".join(each.message for each in told)}
        typer.echo(json.dumps(answer, allow_nan=False))
    if not answered:
        faults.append(LlmAdaptError("stdin holds no line", hint="one JSON object a line"))
    raise_all(faults)


def _object(line: str) -> dict[str, Plain]:
    try:
        cells = read_json(line)
    except (ValueError, RecursionError) as error:
        raise LlmAdaptError(f"this is not JSON: {error}", hint="one JSON object a line") from None
    if not isinstance(cells, dict):
        raise LlmAdaptError("this is not a JSON object", hint="one JSON object a line")
    return cells
