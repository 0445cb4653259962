"""Tokens and money of a month of requests, for each way to adapt a model, and where they cross."""

from dataclasses import dataclass, replace
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.serving import Serving, output_tokens_per_second
from llm_adapt.rules.estimate import BreakEven, Option, Range, RequestsEstimate
from llm_adapt.rules.table import Architecture, Gpu, Tables, TokenPrice

MILLION = 1e6
SECONDS = 3600.0
HOURS_PER_MONTH = 730.0
MOST_REQUESTS = 1e13
MOST_TOKENS = 1e8
NOTHING = Range(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is asked of the system, in tokens a request and requests a month.

    Attributes:
        requests: Requests a month.
        question: Tokens of a question.
        answer: Tokens of an answer.
        prefix: Stable instructions sent each time.
        examples: Examples in a many-shot prompt.
        example: Tokens of one example.
        retrieved: Tokens of the passages of a retrieval.
        cache_hits: Share of requests that find the stable prefix in the cache, 0 to 1.
        context: The longest input of the model, 0 when unknown.
    """

    requests: float
    question: float
    answer: float
    prefix: float = 0
    examples: float = 10
    example: float = 150
    retrieved: float = 3000
    cache_hits: float = 0.9
    context: int = 0


@dataclass(frozen=True, slots=True)
class Money:
    """Costs beside tokens, in USD.

    Attributes:
        retrieval_per_request: Embedding, search and reranking of one request.
        retrieval_per_month: Hosting of the index.
        training_tokens: Tokens a hosted model is tuned on.
        training: One-off cost of training, over the price table.
    """

    retrieval_per_request: float = 0.0
    retrieval_per_month: float = 0.0
    training_tokens: float = 0.0
    training: float | None = None


@dataclass(frozen=True, slots=True)
class SelfHosting:
    """A server of one's own: the card, how many, their rent in USD per hour, and their load."""

    shape: Architecture
    gpu: Gpu
    gpus: float = 1
    precision: str = "bf16"
    utilisation: float = 0.2
    usd_per_hour: float | None = None


def requests_cost(
    traffic: Traffic,
    price: TokenPrice,
    tables: Tables,
    money: Money | None = None,
    hosting: SelfHosting | None = None,
) -> RequestsEstimate:
    """Every option at one volume, and from which volume one undercuts another.

    Args:
        traffic: Tokens and volume.
        price: The hosted model.
        tables: Dated constants.
        money: Costs beside tokens.
        hosting: A server of one's own, when it is to be compared.

    Raises:
        LlmAdaptError: A number is out of bounds, or the tokens are beyond the context.
    """
    beside = money or Money()
    _check(traffic, beside)
    options = [
        _prompt(traffic, price),
        _many_shot(traffic, price, cached=False),
        *([_many_shot(traffic, price, cached=True)] if price.cached_input is not None else []),
        _rag(traffic, price, beside),
        *([_tuned(traffic, price, beside)] if price.tuned_factor is not None else []),
        *([_hosted(traffic, hosting, tables, beside)] if hosting else []),
    ]
    ordered = sorted(options, key=lambda option: (option.usd_per_month.typical, option.name))
    return RequestsEstimate(
        requests_per_month=traffic.requests,
        options=tuple(ordered),
        break_even=_crossings(options),
        notes=_notes(price),
    )


def _prompt(traffic: Traffic, price: TokenPrice) -> Option:
    tokens = traffic.prefix + traffic.question
    usd = _tokens(price, tokens, traffic.answer)
    return _option("prompt", traffic, tokens, usd, "no examples, no retrieval")


def _many_shot(traffic: Traffic, price: TokenPrice, *, cached: bool) -> Option:
    stable = traffic.prefix + traffic.examples * traffic.example
    tokens = stable + traffic.question
    usd = _tokens(price, tokens, traffic.answer)
    if not cached:
        return _option("many-shot", traffic, tokens, usd, f"{traffic.examples:g} examples")
    read = price.cached_input if price.cached_input is not None else price.input
    write = price.cache_write if price.cache_write is not None else price.input
    saved = stable * (traffic.cache_hits * (price.input - read)) / MILLION
    extra = stable * (1 - traffic.cache_hits) * (write - price.input) / MILLION
    usd += extra - saved
    note = f"{traffic.cache_hits:.0%} of requests find the stable prefix in the cache"
    return _option("many-shot+cache", traffic, tokens, max(0.0, usd), note)


def _rag(traffic: Traffic, price: TokenPrice, money: Money) -> Option:
    tokens = traffic.prefix + traffic.retrieved + traffic.question
    usd = _tokens(price, tokens, traffic.answer) + money.retrieval_per_request
    note = "passages change with each request, so caching hardly helps"
    fixed = money.retrieval_per_month
    option = _option("rag", traffic, tokens, usd, note)
    month = option.usd_per_month.plus(Range(fixed, fixed, fixed))
    return replace(option, usd_per_month=month, fixed_usd_per_month=fixed)


def _tuned(traffic: Traffic, price: TokenPrice, money: Money) -> Option:
    factor = price.tuned_factor or 1.0
    usd = _tokens(price, traffic.question, traffic.answer) * factor
    once = money.training
    if once is None:
        once = (price.training or 0.0) * money.training_tokens / MILLION
    note = f"a tuned copy costs {factor:g} times the base; no prefix and no examples are sent"
    option = _option("tuned", traffic, traffic.question, usd, note)
    return replace(option, usd_once=Range(once, once, once))


def _hosted(traffic: Traffic, hosting: SelfHosting, tables: Tables, money: Money) -> Option:
    load = Serving(
        hosting.shape,
        hosting.precision,
        traffic.question,
        traffic.answer,
        gpus=hosting.gpus,
    )
    rate = output_tokens_per_second(load, hosting.gpu, tables)
    low, typical = _rent(hosting)
    if not rate.typical:
        raise LlmAdaptError(
            f"{hosting.shape.name} in {hosting.precision} does not fit "
            f"{hosting.gpus:g} x {hosting.gpu.name}",
            hint="take more cards, a larger card, or fewer bits",
        )
    # Servers are rented whole: the smallest number whose useful output covers the month.
    useful = Range(*(r * hosting.utilisation for r in (rate.typical, rate.low, rate.high)))
    month = traffic.requests * traffic.answer / (HOURS_PER_MONTH * SECONDS)
    servers = Range(*(max(1.0, -(-month // r)) for r in (useful.typical, useful.high, useful.low)))
    rent = HOURS_PER_MONTH * hosting.gpus
    total = Range(
        servers.typical * typical * rent, servers.low * low * rent, servers.high * typical * rent
    )
    return Option(
        name="self-hosted",
        input_tokens=traffic.question,
        output_tokens=traffic.answer,
        usd_per_request=NOTHING,
        usd_per_month=total,
        usd_once=Range(*[money.training or 0.0] * 3),
        fixed_usd_per_month=total.typical,
        note=(
            f"{servers.typical:g} x {hosting.gpus:g} {hosting.gpu.name}, {rate.typical:,.0f} "
            f"output tokens/s at full load, {hosting.utilisation:.0%} used"
        ),
    )


def _rent(hosting: SelfHosting) -> tuple[float, float]:
    if not 0 < hosting.utilisation <= 1:
        raise LlmAdaptError("the utilisation must be above 0 and at most 1")
    if hosting.usd_per_hour is not None:
        return hosting.usd_per_hour, hosting.usd_per_hour
    if hosting.gpu.price is None:
        raise LlmAdaptError(f"no price is known for {hosting.gpu.name}", hint="state one")
    return hosting.gpu.price.low, hosting.gpu.price.typical


def _tokens(price: TokenPrice, tokens: float, answer: float) -> float:
    return (tokens * price.input + answer * price.output) / MILLION


def _option(name: str, traffic: Traffic, tokens: float, usd: float, note: str) -> Option:
    if traffic.context and tokens + traffic.answer > traffic.context:
        note = f"{tokens + traffic.answer:g} tokens are beyond the context of {traffic.context}"
    month = usd * traffic.requests
    return Option(
        name=name,
        input_tokens=tokens,
        output_tokens=traffic.answer,
        usd_per_request=Range(usd, usd, usd),
        usd_per_month=Range(month, month, month),
        usd_once=NOTHING,
        fixed_usd_per_month=0.0,
        note=note,
    )


def _crossings(options: list[Option]) -> tuple[BreakEven, ...]:
    """For each pair: what is dearer per request but has less fixed cost, and where that turns."""
    found: list[BreakEven] = []
    for one in options:
        for other in options:
            saved = one.usd_per_request.typical - other.usd_per_request.typical
            fixed = other.fixed_usd_per_month - one.fixed_usd_per_month
            if saved > 0 and fixed > 0:
                found.append(BreakEven(one.name, other.name, fixed / saved))
    return tuple(found)


def payback_requests(dearer: Option, cheaper: Option) -> float | None:
    """After how many requests a one-off cost is earned back, `None`: never.

    Args:
        dearer: The option without the one-off cost.
        cheaper: The option that costs less a request.
    """
    saved = dearer.usd_per_request.typical - cheaper.usd_per_request.typical
    once = cheaper.usd_once.typical - dearer.usd_once.typical
    return once / saved if saved > 0 else None


def _notes(price: TokenPrice) -> tuple[str, ...]:
    cited = price.cited
    notes = [f"prices of {price.name} as of {cited.date} ({cited.source}), grade {cited.grade}"]
    if price.tuned_factor is None:
        notes.append("no price of a tuned copy is known for this model")
    return tuple(notes)


def _check(traffic: Traffic, money: Money) -> None:
    for what, value, most in (
        ("the number of requests", traffic.requests, MOST_REQUESTS),
        ("the question", traffic.question, MOST_TOKENS),
        ("the answer", traffic.answer, MOST_TOKENS),
        ("the prefix", traffic.prefix, MOST_TOKENS),
        ("the number of examples", traffic.examples, MOST_TOKENS),
        ("an example", traffic.example, MOST_TOKENS),
        ("the passages", traffic.retrieved, MOST_TOKENS),
        ("the cost of a retrieval", money.retrieval_per_request, MILLION),
        ("the cost of the index", money.retrieval_per_month, MOST_REQUESTS),
    ):
        if not isfinite(value) or not 0 <= value <= most:
            raise LlmAdaptError(f"{what} must be from 0 to {most:g}, not {value:g}")
    if not 0 <= traffic.cache_hits <= 1:
        raise LlmAdaptError(f"the share of cache hits must be from 0 to 1: {traffic.cache_hits:g}")
    least = traffic.prefix + traffic.question + traffic.answer
    if traffic.context and least > traffic.context:
        raise LlmAdaptError(
            f"{least:g} tokens are beyond the context of {traffic.context}",
            hint="shorten the prompt, or choose a model with a longer context",
        )
