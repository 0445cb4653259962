"""The one door to the SAT solver, with an end to every search."""

from collections.abc import Iterable

from pysat.solvers import Solver

from llm_adapt.errors import NotSettledError
from llm_adapt.proof.circuit import Clauses, Signal

# What a solver may spend before it says that it did not find out: some seconds. The shipped rule
# sets need a few hundred; the number bounds rule sets of others, and is the same on every machine,
# so that the same input gives the same answer.
MOST_CONFLICTS = 60_000


class Search:
    """A solver over some clauses, which may grow while it is used."""

    def __init__(self, clauses: Clauses, most_conflicts: int = MOST_CONFLICTS) -> None:
        self.clauses = clauses
        self.left = most_conflicts
        self._solver = Solver("glucose4", bootstrap_with=clauses.all())
        self._loaded = len(clauses.added)
        self._model: list[Signal] = []

    def holds(self, assumptions: Iterable[Signal]) -> bool:
        """Whether some way of answering agrees with what is assumed.

        Raises:
            NotSettledError: The solver has spent what it may.
        """
        for clause in self.clauses.added[self._loaded :]:
            self._solver.add_clause(clause)
        self._loaded = len(self.clauses.added)
        before = self._spent()
        self._solver.conf_budget(max(1, self.left))
        found = self._solver.solve_limited(assumptions=list(assumptions))
        self.left -= self._spent() - before
        if found is None:
            raise NotSettledError
        # Entry n - 1 is n or -n: whether the n-th literal holds.
        self._model = self._solver.get_model() or []
        return bool(found)

    def _spent(self) -> int:
        return int((self._solver.accum_stats() or {}).get("conflicts", 0))

    def core(self) -> set[Signal]:
        """Some of the assumptions that cannot hold together, after `holds` said no."""
        return set(self._solver.get_core() or ())

    def says(self, literal: Signal) -> bool:
        """Whether a literal holds in the way of answering found last."""
        number = abs(literal)
        holds = number <= len(self._model) and self._model[number - 1] > 0
        return holds == (literal > 0)

    def prefer(self, literals: Iterable[Signal]) -> None:
        """Try these first where nothing else decides."""
        self._solver.set_phases(list(literals))
