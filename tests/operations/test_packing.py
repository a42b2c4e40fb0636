"""Styles and scripts are packed at the start of a web server: named by their content, compressed, once."""

import json
from pathlib import Path

import pytest

from gridloop.operations import packing


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIDLOOP_DATA", str(tmp_path))
    monkeypatch.setenv("GRIDLOOP_PACKED_FILES", "0")
    monkeypatch.setattr(packing, "STATIC_ROOT", tmp_path / "static")
    (tmp_path / "static").mkdir()
    return tmp_path / "static"


def test_files_are_named_by_their_content_and_compressed_once(root, monkeypatch):
    assert packing.pack_files()
    named = json.loads((root / "staticfiles.json").read_text())["paths"]["web/tokens.css"]
    assert named != "web/tokens.css" and (root / f"{named}.gz").exists()
    assert not list(root.glob("django_htmx"))
    monkeypatch.setattr(packing, "COLLECT", ["false"])  # nothing has changed: nothing is collected
    assert packing.pack_files()
    monkeypatch.setattr(packing, "state_of_files", lambda: "another build")
    assert not packing.pack_files()


def test_where_nothing_can_be_written_files_are_served_as_they_lie(root, monkeypatch, caplog):
    monkeypatch.setattr(packing, "COLLECT", ["/no/such/program"])
    assert not packing.pack_files()
    assert "served unpacked" in caplog.text
