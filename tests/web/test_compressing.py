"""Pages travel compressed where the browser takes it, and what is unchanged does not travel at all."""

import gzip
import json

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from gridloop.web.compressing import CompressedPages
from tests import world

pytestmark = pytest.mark.django_db
SMALL = {"Accept-Encoding": "gzip"}


def test_the_report_page_is_light_on_the_line(client):
    plain, packed = client.get("/report/"), client.get("/report/", headers=SMALL)
    assert packed["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain
    assert "什么事？" in gzip.decompress(packed.content).decode()
    assert len(packed.content) < 6000


def test_what_streams_is_not_held_back():
    request = RequestFactory().get("/", headers=SMALL)
    lines = CompressedPages(lambda _: StreamingHttpResponse(iter([b"x" * 500])))(request)
    page = CompressedPages(lambda _: HttpResponse(b"x" * 500))(request)
    assert "Content-Encoding" not in lines and page["Content-Encoding"] == "gzip"


def test_boundaries_come_compressed_and_unchanged_ones_not_at_all(client):
    world.a_town()
    answer = client.get("/map/town.geojson", headers=SMALL)
    assert json.loads(gzip.decompress(answer.content)) == client.get("/map/town.geojson").json()
    again = client.get("/map/town.geojson", headers={**SMALL, "If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_an_unchanged_day_costs_a_worker_nothing(client):
    client.force_login(world.a_grid_worker(world.a_town().grids[0]))
    tag = client.get("/field/data.json", headers=SMALL)["ETag"]
    assert client.get("/field/data.json", headers={**SMALL, "If-None-Match": tag}).status_code == 304
