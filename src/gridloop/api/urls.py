"""The addresses for other systems: the JSON API and its documents, and Open311."""

from django.urls import include, path

from gridloop.api import documents
from gridloop.api.doors import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("api/openapi.json", documents.openapi, name="openapi"),
    path("api/docs", documents.docs, name="api_docs"),
    path("open311/", include("gridloop.api.open311.urls")),
]
