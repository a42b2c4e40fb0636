"""Styles and scripts as phones on a slow network fetch them: compressed, and named by what is in them, so kept for good."""

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from gridloop.settings import INSTALLED_APPS, STATIC_ROOT

log = logging.getLogger(__name__)
COLLECT = [
    sys.executable,
    "-m",
    "django",
    "collectstatic",
    "--no-input",
    "--verbosity",
    "0",
    "--ignore",
    "django_htmx",
]  # its copies of a library that our own bundle holds


def pack_files() -> bool:
    """Packs what has changed since the last start. Where that cannot be, the files are served as they lie."""
    note, present = STATIC_ROOT / "packed", state_of_files()
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "gridloop.settings", "GRIDLOOP_PACKED_FILES": "1"}
    try:
        if not note.exists() or note.read_text() != present:
            subprocess.run(COLLECT, env=surroundings, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
            note.write_text(present)
    except OSError as trouble:
        log.warning("Styles and scripts are served unpacked: %s", trouble)
        return False
    except subprocess.CalledProcessError as trouble:
        log.warning("Styles and scripts are served unpacked: %s", trouble.stderr[-500:])
        return False
    os.environ["GRIDLOOP_PACKED_FILES"] = "1"
    return True


def state_of_files() -> str:
    """One name for the files as they lie, found without Django, for a second start is to be quick."""
    seen = sorted(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files_of_apps())
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def files_of_apps() -> Iterator[Path]:
    for app in INSTALLED_APPS:
        spec = find_spec(app)
        for folder in spec.submodule_search_locations or [] if spec else []:
            yield from (file for file in (Path(folder) / "static").rglob("*") if file.is_file())
