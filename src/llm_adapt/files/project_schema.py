"""The JSON Schema of a project file, for editors and agents."""

from typing import Any

from pydantic import TypeAdapter

from llm_adapt.files.project_format import ProjectForm, ProjectsForm


def project_schema() -> dict[str, Any]:
    """The JSON Schema of `llm-adapt.yaml`: one project, or several under `projects`."""
    schema = TypeAdapter(ProjectsForm | ProjectForm).json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llm-adapt project file",
        **schema,
    }
