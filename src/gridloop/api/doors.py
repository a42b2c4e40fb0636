"""The JSON API as one thing: its routers, its answers to trouble, its OpenAPI 3.1 document."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from gridloop.api import cases, figures, files, hooks, problems, proofs, territory
from gridloop.api.reading import StrictParser
from gridloop.api.schemas import Problem
from gridloop.core.journal.errors import Refusal

DESCRIPTION = """Everything another system needs of gridloop: report, read, move, prove, and hear of what happens.
A token (`Authorization: Bearer gl_...`) has scopes and the reach of the person it was made for."""
TROUBLES = {
    "400": "The request cannot be read",
    "401": "No token, or none that is good",
    "403": "The token lacks the scope, or its person the post",
    "404": "Not there, or out of reach",
    "409": "Somebody else was first",
    "413": "Too large",
    "415": "Not in a form that can be read",
    "422": "It does not fit, or cannot be done",
    "429": "Too many requests; Retry-After says when to come back",
    "503": "The database is away",
}


class JSON(JSONRenderer):
    """Chinese stays Chinese: a third of the bytes, and readable."""

    def __init__(self) -> None:
        self.json_dumps_params = {"ensure_ascii": False}


class Doors(NinjaAPI):
    """Adds to ninja's document what every operation may answer: problem details (RFC 9457)."""

    def get_openapi_schema(self, **options: Any) -> Any:
        document = super().get_openapi_schema(**options)
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema(mode="serialization")
        content = {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        document["components"]["responses"] = {
            f"Problem{status}": {"description": words, "content": content}
            for status, words in TROUBLES.items()
        }
        for operations in document["paths"].values():
            for operation in operations.values():
                for status in TROUBLES:
                    operation["responses"].setdefault(
                        status, {"$ref": f"#/components/responses/Problem{status}"}
                    )
        return document

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Doors(
    title="gridloop",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=StrictParser(),
    renderer=JSON(),
)
for prefix, router in (
    ("/cases", cases.router),
    ("", territory.router),
    ("", figures.router),
    ("", files.router),
    ("", proofs.router),
    ("/webhooks", hooks.router),
):
    api.add_router(prefix, router)

for kind, answer in (
    (Refusal, problems.of_refusal),
    (Http404, problems.of_missing),
    (HttpError, problems.of_http_error),
    (ValidationError, problems.of_invalid),
    (OperationalError, problems.of_database),
    (InterfaceError, problems.of_database),
):
    api.add_exception_handler(kind, answer)  # type: ignore[arg-type]
