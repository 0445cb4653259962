"""What a shell offers after a tab: names that only rules and data know, those that begin so."""


def explainable() -> list[str]:
    """Everything that `explain` takes: ids of the rule set, findings, rules of the audit."""
    from llm_adapt.files.answers import preset_files
    from llm_adapt.files.data_rules import data_knowledge
    from llm_adapt.files.findings import catalogue
    from llm_adapt.files.rules import load_rules
    from llm_adapt.usecases.explain import things

    names = (thing.names[0] for thing in things(load_rules("current")))
    return sorted({*names, *catalogue(), *data_knowledge().rules, *preset_files()})


def data_rules(incomplete: str) -> list[str]:
    """Rules of the audit, the last of a list with commas as well."""
    from llm_adapt.files.data_rules import data_knowledge

    before, comma, _ = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in sorted(data_knowledge().rules)]


def trainers() -> list[str]:
    """Trainers whose treatment of rows is known."""
    from llm_adapt.files.data_rules import data_knowledge

    return sorted(data_knowledge().trainers)
