"""Answers as JSON or XML after GeoReport v2: one data shape, two writings (its "Spark convention")."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as xml

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# In XML every list names its items; GeoReport v2 fixes these names.
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "media_urls": "media_url",
}


def format_of(request: HttpRequest, named: str = "") -> str:
    """The ending of the address, else what the client accepts, else XML as the specification has it."""
    if named in ("json", "xml"):
        return named
    if request.path_info.endswith((".json", ".xml")):
        return request.path_info.rpartition(".")[2]
    return "json" if "json" in request.headers.get("Accept", "") else "xml"


def answer(
    request: HttpRequest, root: str, content: Any, *, status: int = 200, named: str = ""
) -> HttpResponse:
    """`content` is a list (its root is left out in JSON) or a dict."""
    if format_of(request, named) == "json":
        body = json.dumps(content, ensure_ascii=False, default=written)
        told = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    else:
        body = '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(
            element(root, content), encoding="unicode"
        )
        told = HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")
    told["Access-Control-Allow-Origin"] = "*"
    told["Access-Control-Expose-Headers"] = "X-Next-Page, Retry-After"
    return told


def errors(request: HttpRequest, status: int, words: str, *, named: str = "") -> HttpResponse:
    """The specification's form: a list of code and description; the code is the HTTP status."""
    return answer(request, "errors", [{"code": status, "description": words}], status=status, named=named)


def element(name: str, content: Any) -> xml.Element:
    made = xml.Element(name)
    if isinstance(content, Mapping):
        made.extend(element(key, value) for key, value in content.items())
    elif isinstance(content, list):
        made.extend(element(ITEMS.get(name, "item"), value) for value in content)
    elif content is not None:
        made.text = without_controls(written(content))
    return made


def written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment(value) or ""
    return str(value)


def moment(at: datetime | None) -> str | None:
    """W3C date and time with its offset, to the second: 2026-11-21T09:30:00+08:00."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def without_controls(text: str) -> str:
    """What XML 1.0 cannot hold is left out."""
    return NOT_IN_XML.sub("", text)
