"""How many questions an interview asks until it stops: interview.py FOLDER [PROFILE] [crossed] [robust].

Each case of the folder is played: what it says is answered, all else is "I do not know". Aims:
median at most 9 questions to robust, 90th percentile at most 15; first place at the stop is first
place on all answers of the case in at least 95 of 100; somebody who knows nothing is asked at most 8.
`crossed` plays each case with kinds of projects counted without the cases of its fold (scores.py):
only that says something about others, since the rule set's kinds are counted in these cases.

As it is, crossed: 8 questions at the median, 14 at the 90th percentile, 21 at most; 95.5 in 100 keep
first place; 8 questions where nothing is known. What was tried, always crossed (median, 90th percentile, same first place):

- every question drawn alone, ordered by how often a reply moves first place: 11, 17, 95 in 100; to
  keep within 9 and 15 it had to stop where 92 in 100 stay;
- any joint model of answers, what is not known among them, made answers likelier (log likelihood of
  a case -42 against -47) and the share truer: kinds by what served best, by what the rule set puts
  first, by the task (92 to 94 in 100 within 9 and 15), 4 to 16 latent classes (94 to 95), each case
  a kind of its own (92). Kinds by what served best are as good as any, and can be read and counted;
- within it, the share of pairs of completions that agree after the reply (unbiased, so that many
  replies do not win by chance) settles more than the entropy does (one question at the median) and
  costs a twentieth of turning every answer;
- no blocks, or blocks followed more strictly: no difference that can be told from chance; without the
  two opening questions one question less, at the price of beginning anywhere;
- that a model is there for who names the size of an open one (`implies:`): saves a question that
  seems idle, and 93.3 in 100, since a few train one from nothing;
- 1000 completions in place of 400: no difference that can be told from chance.
"""

import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from kinds import counted
from scores import FOLDS, fold_of, read_cases

from llm_adapt.ask.order import Depth, Setting, State, next_question
from llm_adapt.decide.program import Program
from llm_adapt.files.answers import situation_of
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import Value
from llm_adapt.usecases.advise import program_for, with_assumptions


def cases(program: Program, folder: Path) -> dict[str, dict[str, Value]]:
    """What the cases of a folder say."""
    questions = program.rules.questions
    return {
        path.stem: situation_of(read_file(path), questions).values()
        for path in sorted(folder.glob("*.yaml"))
    }


def played(
    setting: Setting, known: dict[str, Value], depth: Depth, times: list[float]
) -> tuple[State, str]:
    """The state at which the interview stops, and why."""
    state = State(Situation(), depth)
    while True:
        before = perf_counter()
        following = next_question(setting, state)
        times.append((perf_counter() - before) * 1000)
        name = following.question
        if name is None:
            return state, following.reason
        state = state.answered(name, known[name]) if name in known else state.not_known(name)


def without_own_fold(program: Program, folder: Path) -> dict[int, Setting]:
    """A setting for each fold, whose kinds of projects are counted in the cases of all others."""
    projects = read_cases(folder, program)
    found: dict[int, Setting] = {}
    for fold in range(FOLDS):
        others = [case for case in projects if fold_of(case.name) != fold]
        rules = replace(program.rules, kinds=counted(program.rules, others))
        found[fold] = setting_of(Program(rules, program.atoms))
    return found


def setting_of(program: Program) -> Setting:
    """An interview with a rule set."""
    return Setting(program, lambda situation: with_assumptions(program.rules, situation))


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1])
    program = program_for(sys.argv[2] if len(sys.argv) > 2 else "current")
    crossed = without_own_fold(program, folder) if "crossed" in sys.argv else {}
    known, every = cases(program, folder), setting_of(program)
    for depth in (Depth.QUICK, Depth.ROBUST, Depth.PROOF):
        if sys.argv[3:] and depth not in sys.argv and {*Depth} & {*sys.argv}:
            continue
        asked: list[int] = []
        same, reasons, times = 0, dict[str, int](), list[float]()
        for name, answers in known.items():
            setting = crossed.get(fold_of(name), every)
            state, reason = played(setting, answers, depth, times)
            asked.append(len(state.trail))
            reasons[reason] = reasons.get(reason, 0) + 1
            agrees = program.first(setting.values(state)) == program.first(answers)
            same += agrees
            if depth is Depth.ROBUST and not agrees and "-v" in sys.argv:
                print(
                    name,
                    len(state.trail),
                    program.first(setting.values(state)),
                    program.first(answers),
                )
        asked.sort()
        times.sort()
        nothing, _ = played(every, {}, depth, [])
        print(
            f"{depth}: {len(asked)} cases, median {median(asked):g} questions, 90 % "
            f"{asked[len(asked) * 9 // 10]}, worst {asked[-1]}; same first place as on all answers "
            f"{same / len(asked):.1%}; ends {reasons}; nothing known {len(nothing.trail)}; "
            f"a step p95 {times[len(times) * 95 // 100]:.0f} ms, worst {times[-1]:.0f} ms"
        )


if __name__ == "__main__":
    main()
