"""The architecture of a model, by name or by size, and the card, by name or by memory."""

from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite

from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.table import Architecture, Cited, Gpu, Tables

BILLION = 1e9
MOST_PARAMS_B = 20_000.0

# Dense decoders keep hidden close to 110 times their layers (93 to 130 in the model table),
# so 12 * layers * hidden**2 = params fixes both.
WIDTH_PER_LAYER = 110.0
TYPICAL_VOCAB = 128_000.0
SMALL_VOCAB = 32_000.0
LARGE_VOCAB = 256_000.0

MOST_CARD_GB = 2_000
# What torch sees of a card, in GiB for each GB it is sold with: 0.92 to 0.99 in the GPU table.
VISIBLE_SHARE = 0.93


def check_params(billions: float, what: str = "the size of the model") -> float:
    """A size in billions that can be: above zero, below what anyone trains.

    Raises:
        LlmAdaptError: It is not.
    """
    if not isfinite(billions) or billions <= 0:
        raise LlmAdaptError(f"{what} must be above zero, not {billions:g} billion parameters")
    if billions > MOST_PARAMS_B:
        raise LlmAdaptError(
            f"{what} of {billions:g} billion parameters is absurd",
            hint="give it in billions: 7 for a 7B model",
        )
    return billions


def find_model(name: str, tables: Tables) -> Architecture | None:
    """The model of the table with this name or hub id, in any case."""
    wanted = _key(name)
    for row in tables.models.values():
        if wanted in (_key(row.name), _key(row.hf_id), _key(row.hf_id.rsplit("/", 1)[-1])):
            return row.architecture
    return None


def model(name: str | None, params_b: float | None, tables: Tables) -> Architecture:
    """The architecture from what is known: a name of the table, else the size in billions.

    Raises:
        LlmAdaptError: The name is unknown and no size is given, or the size cannot be.
    """
    if params_b is not None:
        check_params(params_b)
    found = find_model(name, tables) if name else None
    if found:
        return found
    if params_b is not None:
        return from_size(params_b * BILLION, name or f"a {params_b:g}B model")
    if not name:
        raise LlmAdaptError("no model and no size is given", hint="give one: model or params_b")
    raise unknown("model", name, tables.models, "or give the size in billions, or a config.json")


def find_gpu(name: str, tables: Tables) -> Gpu:
    """The card with this name or alias, in any case, with or without its memory.

    Raises:
        LlmAdaptError: There is none; the hint names the nearest.
    """
    gpu = known_gpu(name, tables)
    if gpu:
        return gpu
    aliases = [alias for gpu in tables.gpus.values() for alias in gpu.aliases]
    raise unknown("GPU", name, [*tables.gpus, *aliases], "or give its memory in GB")


def known_gpu(name: str, tables: Tables) -> Gpu | None:
    """The card with this name or alias, or of this memory ("24 GB"), or `None`."""
    keys = {_key(each): gpu for gpu in tables.gpus.values() for each in (gpu.name, *gpu.aliases)}
    stem = _key(name).removeprefix("nvidia").removeprefix("geforce").removesuffix("gpu")
    # The A800 and H800 are an A100 and an H100 with a slower link.
    stem = stem.replace("a800", "a100").replace("h800", "h100")
    # "A10G-24GB" is the A10G; a memory is only kept where it tells two cards apart.
    base = _key(name.rsplit("-", 1)[0]).replace("a800", "a100").replace("h800", "h100")
    for candidate in (stem, f"rtx{stem}", stem.removeprefix("rtx"), base):
        if candidate in keys:
            return keys[candidate]
    size = stem.removesuffix("gb")
    return _card_of(float(size)) if size.isdigit() and 0 < int(size) <= MOST_CARD_GB else None


def _card_of(memory_gb: float) -> Gpu:
    cited = Cited("stated by the user", "", "D")
    usable = VISIBLE_SHARE * memory_gb
    return Gpu(f"{memory_gb:g} GB card", (), "", memory_gb, usable, 0, 0, 0, 0, cited, None)


def unknown(what: str, name: str, known: Iterable[str], otherwise: str) -> LlmAdaptError:
    """The error for a name that is in no table, with the nearest names."""
    by_key = {_key(each): each for each in known}
    near = [by_key[each] for each in get_close_matches(_key(name), list(by_key), 3, 0.5)]
    hint = f"nearest: {', '.join(near)}; {otherwise}" if near else otherwise
    return LlmAdaptError(f"unknown {what} '{name}'", hint=hint)


def from_size(params: float, name: str, vocab: float = TYPICAL_VOCAB) -> Architecture:
    """A typical dense decoder of a size; `vocab` matters most and is the first thing to give.

    Args:
        params: Parameters, as a plain number.
        name: How it is called in texts.
        vocab: Entries of the vocabulary; at most half of the parameters become embeddings.
    """
    layers = (params / (12 * WIDTH_PER_LAYER**2)) ** (1 / 3)
    hidden = WIDTH_PER_LAYER * layers
    entries = min(vocab, params / (4 * hidden))
    return Architecture(
        name=name,
        params=params,
        active_params=params,
        layers=layers,
        hidden=hidden,
        heads=hidden / 128,
        kv_heads=hidden / 512,
        head_dim=128,
        ffn=3.25 * hidden,
        gated=True,
        vocab=entries,
        tied=False,
        context=0,
        kv_bytes_per_token=4 * layers * hidden / 4,
        exact=False,
    )


def with_vocab(shape: Architecture, vocab: float) -> Architecture:
    """A guessed shape with another vocabulary; a known one stays as it is."""
    return shape if shape.exact else from_size(shape.params, shape.name, vocab)


def _key(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
