"""Every error a user can meet: a message, where it is, and the way out."""

from llm_adapt.rules.location import Location


class LlmAdaptError(Exception):
    """A fault of the input or of the environment, told in the user's words.

    Attributes:
        message: What is wrong.
        where: The file, line and column it concerns, when there is one.
        hint: What to do about it, when that is known.
    """

    def __init__(
        self, message: str, where: Location | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return self.message

    def lines(self) -> list[str]:
        """The error as it is printed: `file:line:column: error: ...`, then the hint."""
        place = f"{self.where}: " if self.where else ""
        return [f"{place}error: {self.message}", *([f"  hint: {self.hint}"] if self.hint else [])]


class FaultsError(LlmAdaptError):
    """Several faults found in one pass, so that one run shows them all."""

    def __init__(self, faults: list[LlmAdaptError]) -> None:
        super().__init__(f"{len(faults)} faults", faults[0].where if faults else None)
        self.faults = faults

    def lines(self) -> list[str]:
        """Every fault, ordered by place."""
        ordered = sorted(self.faults, key=lambda f: (str(f.where and f.where.file), _at(f)))
        return [line for fault in ordered for line in fault.lines()]


class UsageError(LlmAdaptError):
    """The command line asks for something that cannot be done: exit code 2."""


def _at(fault: LlmAdaptError) -> tuple[int, int]:
    return (fault.where.line, fault.where.column) if fault.where else (0, 0)


def faults_of(error: LlmAdaptError) -> list[LlmAdaptError]:
    """The faults that an error tells: itself, or several."""
    return error.faults if isinstance(error, FaultsError) else [error]


def raise_all(faults: list[LlmAdaptError]) -> None:
    """Raise nothing, the one fault, or all of them together."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise FaultsError(faults)


class NotSettledError(Exception):
    """A search came to its end without an answer."""
