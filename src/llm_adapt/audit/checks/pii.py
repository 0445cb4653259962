"""Personal data and secrets: addresses, numbers with their checksums, keys by their prefix.

What has a checksum is checked by it. What has none must look like nothing else: precision goes
before recall, for every false alarm costs somebody a look.
"""

import re
from collections.abc import Callable

from llm_adapt.audit.check import RowRule, Words, any_of
from llm_adapt.audit.row import Row

_MAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}\b"
)
_CARD = re.compile(r"(?<![\d.-])(?:\d[ -]?){11,18}\d(?![\d-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_IP = re.compile(
    r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
)
_IP6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])")
_PHONE = re.compile(
    r"(?<![\w.,/+-])(?:\+\d{1,3}|00\d{1,3}|\(\+?\d{2,5}\)|0\d{1,5}|\d{3})"
    r"(?:[ ./-]{0,2}\(?\d{1,8}\)?){1,5}(?:x\d{1,5}| ext\.? \d{1,5})?(?![\w/-])"
)
_AMERICAN = re.compile(r"(?:1[ .-])?[2-9]\d\d([ .-])[2-9]\d\d\1\d{4}(?:x\d{1,5}| ext\.? \d{1,5})?")
# A card number is written in one, or in the groups that stand on the card.
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}")
_DIGITS = re.compile(r"\D")
# How many digits a telephone number has (E.164 allows fifteen).
_PHONE_DIGITS = range(9, 16)
_CARD_DIGITS = range(12, 20)
# Only Maestro has cards of twelve digits.
_CARDS = ("2", "3", "4", "5", "6", "1800")
_SHORT_CARDS = ("50", "56", "57", "58", "63", "67")


def check(words: Words) -> RowRule:
    """The check; `secrets` are the patterns of keys, `harmless` what is written as an example."""
    return RowRule("pii", _Test(words))


class _Test:
    def __init__(self, words: Words) -> None:
        self.secrets = re.compile(any_of(words, "secrets"))
        self.begins = tuple(words.get("begins", ()))
        self.harmless = re.compile(any_of(words, "harmless"), re.IGNORECASE)
        self.numbers: list[tuple[str, re.Pattern[str], Callable[[str], bool]]] = [
            ("card number", _CARD, _is_card),
            ("social security number", _SSN, bool),
            ("IP address", _IP, _is_address),
            ("telephone number", _PHONE, _is_phone),
            ("bank account", _IBAN, _is_iban),
            ("IP address", _IP6, bool),
        ]

    def __call__(self, row: Row) -> str | None:
        said = (row.text, *(side.answer for side in row.pair[1:]))
        return next((hit for text in said if (hit := self._hit(text)) is not None), None)

    def _hit(self, said: str) -> str | None:
        # Spelt out, for it is asked of every text: any() takes twice as long.
        for begin in self.begins:
            if begin in said and (secret := self.secrets.search(said)):
                return _masked("secret", secret[0])
        raw = said.encode("utf-8", "surrogatepass")
        digits = len(raw) - len(raw.translate(None, b"0123456789"))
        many = digits >= FEWEST and (
            _MANY_DIGITS.search(said) or (said.count(":") >= 7 and _IP6.search(said))  # noqa: PLR2004
        )
        kinds = self.numbers if many else []
        if "@" in said:
            kinds = [("e-mail address", _MAIL, bool), *kinds]
        for kind, pattern, holds in kinds:
            for found in pattern.finditer(said):
                if holds(found[0]) and not self.harmless.search(found[0]):
                    return _masked(kind, found[0])
        return None


def _masked(kind: str, text: str) -> str:
    """What it is, and its first letters: reports stand in logs, and are passed on."""
    return f"{kind} {text[:2]}{'*' * min(len(text) - 2, 8)}"


# A number of a person has at least so many digits, close together.
FEWEST = 4
_MANY_DIGITS = re.compile(r"\d(?:(?:[ ./()-]{0,2}\d){6}|\.\d{1,3}\.\d)")


def _is_card(said: str) -> bool:
    """A first digit of card schemes, and the checksum of Luhn (ISO/IEC 7812-1)."""
    if not said.isdigit() and not _GROUPED.fullmatch(said):
        return False
    plain = _DIGITS.sub("", said)
    digits = [int(digit) for digit in plain]
    if len(digits) not in _CARD_DIGITS or len(set(digits)) == 1 or not plain.startswith(_CARDS):
        return False
    if len(digits) < 13 and not plain.startswith(_SHORT_CARDS):  # noqa: PLR2004
        return False
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]  # noqa: PLR2004
    return not (sum(digits[-1::-2]) + sum(doubled)) % 10


def _is_iban(said: str) -> bool:
    """The checksum modulo 97 (ISO 13616)."""
    plain = said.replace(" ", "")
    for length in range(len(plain), 14, -1):
        moved = plain[4:length] + plain[:4]
        if int("".join(str(int(char, 36)) for char in moved)) % 97 == 1:
            return True
    return False


def _is_address(said: str) -> bool:
    """An IPv4 address of a machine, not of a version or the machine itself."""
    parts = [int(part) for part in said.split(".")]
    return parts[0] not in {0, 127} and parts != [255] * 4 and max(parts) > 9  # noqa: PLR2004


def _is_phone(said: str) -> bool:
    """A number dialled with a prefix, or written as in North America; sums have neither."""
    digits = _DIGITS.sub("", said)
    if len(digits) not in _PHONE_DIGITS or len(set(digits)) <= 2:  # noqa: PLR2004
        return False
    return said.startswith(("+", "0", "(")) or bool(_AMERICAN.fullmatch(said))
