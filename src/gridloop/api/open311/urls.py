"""The addresses of GeoReport v2, with and without an ending."""

from typing import Any

from django.urls import URLPattern, path

from gridloop.api.open311 import requests, service_list, updates


def with_endings(address: str, view: Any) -> list[URLPattern]:
    """/service_list.json, /service_list.xml and /services (whatever the client accepts)."""
    return [
        path(f"{address}.json", view, {"ending": "json"}),
        path(f"{address}.xml", view, {"ending": "xml"}),
        path(address, view),
    ]


urlpatterns = [
    *with_endings("discovery", service_list.discover),
    *with_endings("v2/discovery", service_list.discover),
    *with_endings("v2/services", service_list.list_services),
    *with_endings("v2/services/<str:code>", service_list.define_service),
    *with_endings("v2/requests", requests.service_requests),
    *with_endings("v2/requests/<str:number>", requests.service_request),
    *with_endings("v2/tokens/<str:token>", requests.request_of_token),
    *with_endings("v2/servicerequestupdates", updates.updates),
]
