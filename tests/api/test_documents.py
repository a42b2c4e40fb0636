"""The API's description: a document machines read, and a page that loads nothing from elsewhere and runs no script."""

import re

import pytest

from gridloop.api import schemas
from gridloop.api.scopes import SCOPES

pytestmark = pytest.mark.django_db


def test_the_document_is_openapi_and_names_every_answer(client):
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1") and len(document["paths"]) >= 20
    for operations in document["paths"].values():
        for operation in operations.values():
            assert {"401", "404", "422", "429"} <= set(operation["responses"])
            assert operation["description"], operation["operationId"]


def test_the_page_shows_every_operation_without_a_script_of_its_own(client):
    page = client.get("/api/docs")
    document = client.get("/api/openapi.json").json()
    for operations in document["paths"].values():
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page.text
    assert all(scope in page.text for scope in SCOPES)
    assert not re.search(r'(src|href)="(https?:)?//', page.text), "something is loaded from elsewhere"
    assert not re.search(r"<script(?![^>]*src=)", page.text) and " style=" not in page.text


@pytest.mark.parametrize(
    "language, words", [("en", "The doors for other systems"), ("zh-hans", "面向其他系统的接口")]
)
def test_the_page_speaks_both_languages(client, language, words):
    assert words in client.get("/api/docs", headers={"Accept-Language": language}).text


def test_bodies_have_examples_that_fit_and_every_filter_says_what_it_means(client):
    drawn = client.get("/api/openapi.json").json()
    for schema in (schemas.NewCase, schemas.MakeMove, schemas.MakeMoves, schemas.NewWebhook):
        (example,) = drawn["components"]["schemas"][schema.__name__]["examples"]
        schema.model_validate(example)
    listing = drawn["paths"]["/api/v1/cases"]["get"]["parameters"]
    silent = {one["name"] for one in listing if not one.get("description")}
    assert silent <= {"state", "overdue", "supervised", "size"}
    assert "小区门口的垃圾三天没人收" in client.get("/api/docs").text
