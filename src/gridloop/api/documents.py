"""The API's own description: the OpenAPI document, and a page that shows it without a script."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridloop.api.doors import api
from gridloop.api.scopes import SCOPES

METHODS = ("get", "post", "patch", "put", "delete")


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1; drawn once a process."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """GET /api/openapi.json"""
    answer = JsonResponse(document(), json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """GET /api/docs: every operation with what it takes and gives."""
    drawn = document()
    context = {
        "groups": groups(drawn),
        "schemas": [
            (name, schema_lines(schema)) for name, schema in sorted(drawn["components"]["schemas"].items())
        ],
        "scopes": SCOPES,
        "troubles": drawn["components"]["responses"],
        "public_address": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "api/docs.html", context)


def groups(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by their tag, in the document's order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for address, operations in drawn["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                found.setdefault(operation.get("tags", ["other"])[0], []).append(
                    shown(address, method, operation, drawn["components"]["schemas"])
                )
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def shown(address: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
    answers = [
        (
            status,
            answer.get("description", ""),
            type_of(next(iter(answer.get("content", {"": {}}).values())).get("schema", {})),
        )
        for status, answer in operation["responses"].items()
        if "$ref" not in answer
    ]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "address": address,
        "summary": operation.get("summary", ""),
        "words": operation.get("description", ""),
        "parameters": [
            {**one, "type": type_of(one["schema"]), "words": one.get("description", "")}
            for one in operation.get("parameters", [])
        ],
        "body": (body[0], type_of(body[1]["schema"])) if body else None,
        "example": example_of(schemas.get(type_of(body[1]["schema"]), {})) if body else "",
        "answers": answers,
        "open": "security" not in operation,
    }


def example_of(schema: dict[str, Any]) -> str:
    examples = schema.get("examples", [])
    return json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else ""


def schema_lines(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "type": type_of(part),
            "required": name in required,
            "words": part.get("description", ""),
        }
        for name, part in schema.get("properties", {}).items()
    ]


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(type_of(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
