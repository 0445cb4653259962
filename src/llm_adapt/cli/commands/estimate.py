"""`llm-adapt estimate`: memory, GPU hours and cost of requests."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from llm_adapt.cli.options import TextOrJson
from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain

app = typer.Typer(
    name="estimate",
    help="Memory, GPU hours and cost, as ranges with their sources.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


FormatOption = Annotated[
    TextOrJson, typer.Option("--format", "-f", help="How to write the answer.")
]
LinesOption = Annotated[
    bool, typer.Option("--json", help="JSON objects from stdin, one a line; one answer a line.")
]
ModelOption = Annotated[str | None, typer.Option("--model", help="A known model, or its hub id.")]
SizeOption = Annotated[
    float | None, typer.Option("--params-b", help="Size in billions of parameters.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="A Hugging Face config.json, read from disk.")
]
GpuOption = Annotated[str | None, typer.Option("--gpu", help="A card (A100, 4090) or '24 GB'.")]


@app.command()
def memory(
    *,
    model: ModelOption = None,
    params_b: SizeOption = None,
    config: ConfigOption = None,
    method: Annotated[
        str, typer.Option(help="full, lora, qlora, lora_emb, ia3 or inference.")
    ] = "qlora",
    gpu: GpuOption = None,
    gpus: Annotated[float | None, typer.Option(help="Number of GPUs.")] = None,
    sharding: Annotated[
        str | None, typer.Option(help="none, ddp, zero1, zero2, zero3 or fsdp.")
    ] = None,
    seq_len: Annotated[
        float | None, typer.Option("--seq-len", help="Tokens of the longest example.")
    ] = None,
    batch: Annotated[float | None, typer.Option(help="Sequences per forward pass.")] = None,
    precision: Annotated[
        str | None, typer.Option(help="pure_bf16, amp_bf16, bf16+fp32adapter, mixed_master, ...")
    ] = None,
    quant: Annotated[str | None, typer.Option(help="nf4, nf4-dq, gptq4, gptq8 or int8.")] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="adamw, adamw8bit, paged_adamw, ...")
    ] = None,
    rank: Annotated[float | None, typer.Option(help="Rank of the adapters.")] = None,
    targets: Annotated[
        str | None, typer.Option(help="q,v, attn_qkv, attn, mlp, all_linear, all_linear+head.")
    ] = None,
    checkpointing: Annotated[
        bool | None, typer.Option(help="Recompute activations layer by layer.")
    ] = None,
    chunked_loss: Annotated[
        bool | None, typer.Option(help="Cross entropy in chunks, or fused.")
    ] = None,
    output: FormatOption = TextOrJson.TEXT,
    lines: LinesOption = False,
) -> None:
    """Peak memory of one GPU, and whether it fits.

    Examples:
      llm-adapt estimate memory --params-b 13 --method qlora --gpu 4090
      llm-adapt estimate memory --config ./config.json --method full --gpus 8 --gpu H100
      llm-adapt estimate memory --json < rows.jsonl
    """
    from llm_adapt.report import estimate_text
    from llm_adapt.usecases import estimate

    if lines:
        _answer_lines("memory")
        return
    cells = _stated(
        model=model,
        # The configuration decides; any size lets the row be read.
        params_b=params_b if params_b is not None or not config else 1,
        method=method,
        gpu=gpu,
        n_gpus=gpus,
        sharding=sharding,
        seq_len=seq_len,
        micro_batch=batch,
        precision_regime=precision,
        quant=quant,
        optimizer=optimizer,
        lora_rank=rank,
        lora_targets=targets,
        grad_ckpt=checkpointing,
        chunked_ce=chunked_loss,
    )
    answer = estimate.memory(cells, config)
    _print(estimate_text.memory_text(answer), estimate_text.answer_data(answer), output)


@app.command()
def hours(
    *,
    tokens: Annotated[
        float | None, typer.Option(help="Tokens trained on, all epochs together; 5e9 is read.")
    ] = None,
    model: ModelOption = None,
    params_b: SizeOption = None,
    active_b: Annotated[
        float | None, typer.Option("--active-b", help="Active billions of a mixture of experts.")
    ] = None,
    config: ConfigOption = None,
    method: Annotated[str, typer.Option(help="full, lora or qlora.")] = "full",
    purpose: Annotated[str, typer.Option(help="sft, cpt, pretrain or throughput.")] = "sft",
    gpu: GpuOption = "A100-80GB",
    gpus: Annotated[float | None, typer.Option(help="Number of GPUs.")] = None,
    seq_len: Annotated[float | None, typer.Option("--seq-len", help="Tokens a sequence.")] = None,
    batch: Annotated[float | None, typer.Option(help="Sequences per forward pass.")] = None,
    price: Annotated[
        float | None, typer.Option(help="USD per GPU hour, over the dated table.")
    ] = None,
    output: FormatOption = TextOrJson.TEXT,
    lines: LinesOption = False,
) -> None:
    """GPU hours of a training run, and what they cost.

    Examples:
      llm-adapt estimate hours --params-b 7 --tokens 24e9 --purpose cpt --gpu A100
      llm-adapt estimate hours --model Llama-3.1-8B --tokens 5e6 --method qlora --gpu 4090
    """
    from llm_adapt.report import estimate_text
    from llm_adapt.usecases import estimate

    if lines:
        _answer_lines("hours")
        return
    cells = _stated(
        model=model,
        total_params_b=params_b,
        active_params_b=active_b,
        tokens_b=None if tokens is None else tokens / 1e9,
        method=method,
        kind=purpose,
        gpu=gpu,
        n_gpus=gpus,
        seq_len=seq_len,
        micro_batch=batch,
    )
    answer = estimate.hours(cells, config, price)
    _print(estimate_text.hours_text(answer), estimate_text.answer_data(answer), output)


@app.command()
def requests(
    *,
    per_month: Annotated[float, typer.Option(help="Requests a month.")],
    question: Annotated[float, typer.Option(help="Tokens of a question.")] = 200,
    answer: Annotated[float, typer.Option(help="Tokens of an answer.")] = 300,
    hosted: Annotated[str, typer.Option(help="A hosted model of the price table.")] = "gpt-4o-mini",
    prefix: Annotated[float, typer.Option(help="Tokens of stable instructions.")] = 0,
    examples: Annotated[float, typer.Option(help="Examples in a many-shot prompt.")] = 10,
    example: Annotated[float, typer.Option(help="Tokens of one example.")] = 150,
    retrieved: Annotated[float, typer.Option(help="Tokens of retrieved passages.")] = 3000,
    cache_hits: Annotated[float, typer.Option(help="Share of requests that hit the cache.")] = 0.9,
    context: Annotated[float | None, typer.Option(help="Context window in tokens.")] = None,
    retrieval_usd: Annotated[float, typer.Option(help="USD of one retrieval.")] = 0,
    index_usd: Annotated[float, typer.Option(help="USD a month for the index.")] = 0,
    training_tokens: Annotated[float, typer.Option(help="Tokens tuned on, all epochs.")] = 0,
    training_usd: Annotated[float | None, typer.Option(help="USD of training, once.")] = None,
    own_model: Annotated[str | None, typer.Option(help="A model to host oneself.")] = None,
    own_gpu: Annotated[str, typer.Option(help="The card that serves it.")] = "H100",
    own_gpus: Annotated[float, typer.Option(help="Cards of one server.")] = 1,
    own_precision: Annotated[str, typer.Option(help="bf16, fp8, int8, nf4 or gptq4.")] = "bf16",
    own_utilisation: Annotated[float, typer.Option(help="Share of the time it is busy.")] = 0.2,
    own_price: Annotated[float | None, typer.Option(help="USD per GPU hour.")] = None,
    output: FormatOption = TextOrJson.TEXT,
) -> None:
    """Tokens and cost of a month, for every way to adapt a model.

    Example:
      llm-adapt estimate requests --per-month 100000 --hosted gpt-4o-mini --own-model Llama-3.1-8B
    """
    from llm_adapt.report import estimate_text
    from llm_adapt.usecases import estimate

    result = estimate.requests(
        _stated(
            requests=per_month,
            question=question,
            answer=answer,
            prefix=prefix,
            examples=examples,
            example=example,
            retrieved=retrieved,
            cache_hits=cache_hits,
            context=context,
        ),
        hosted,
        _stated(
            model=own_model,
            gpu=own_gpu,
            gpus=own_gpus,
            precision=own_precision,
            utilisation=own_utilisation,
            usd_per_hour=own_price,
        )
        if own_model
        else None,
        _stated(
            retrieval_per_request=retrieval_usd,
            retrieval_per_month=index_usd,
            training_tokens=training_tokens,
            training=training_usd,
        ),
    )
    _print(estimate_text.requests_text(result), estimate_text.answer_data(result), output)


def _stated(**cells: Plain) -> dict[str, Plain]:
    return {name: value for name, value in cells.items() if value is not None}


def _print(text: str, data: dict[str, Plain], output: TextOrJson) -> None:
    typer.echo(text if output is TextOrJson.TEXT else json.dumps(data, indent=2))


def _answer_lines(kind: str) -> None:

    faults: list[LlmAdaptError] = []
    answered = False
    for answer in _answers(kind, sys.stdin, faults):
        answered = True
        typer.echo(json.dumps(answer))
    if not answered:
        faults.append(LlmAdaptError("stdin holds no line", hint="one JSON object a line"))
    raise_all(faults)


def _answers(
    kind: str, stream: Iterable[str], faults: list[LlmAdaptError]
) -> Iterator[dict[str, Plain]]:
    from llm_adapt.usecases.estimate import CELL_ANSWERS

    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            yield CELL_ANSWERS[kind](_object(line))
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
