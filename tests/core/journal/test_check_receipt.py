"""The stand-alone checker: believes what is true, and nothing else."""

import ast
import copy
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gridloop.core.journal.actions import erase_words
from gridloop.core.journal.sealing import published_roots, receipt, seal_new_entries
from tests.core.journal.story import WANG, happen, happens

CHECKER = Path(__file__).parents[3] / "tools" / "check_receipt.py"
TRUE, FALSE, UNREADABLE, NOT_COMPARABLE = 0, 1, 2, 3
pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> dict:
    """A true receipt of the sixth of nine entries."""
    happen(5)
    entry = happens(
        words="路灯已修好", area=5, before="handling", after="done", facts={"photos": [3, 4.0], "ok": True}
    )
    happen(3)
    seal_new_entries()
    return receipt(entry)


@pytest.fixture
def checker(capsys) -> ModuleType:
    """The checker as a module: hundreds of tampered receipts would be slow as processes."""
    module = ModuleType("check_receipt")
    exec(compile(CHECKER.read_text(), str(CHECKER), "exec"), module.__dict__)
    return module


def run(folder: Path, kept: object, root: object) -> subprocess.CompletedProcess[str]:
    """The checker as a resident would run it: alone, with nothing of ours on its path."""
    (folder / "receipt.json").write_text(kept if isinstance(kept, str) else json.dumps(kept))
    if not isinstance(root, str):
        (folder / "root.json").write_text(json.dumps(root))
        root = "root.json"
    return subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), "receipt.json", root],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
        env={"PATH": "", "LC_ALL": "C"},
    )  # fmt: skip


def test_true_receipt_is_believed_in_both_languages(tmp_path, kept):
    told = run(tmp_path, kept, published_roots())
    assert (told.returncode, told.stderr) == (TRUE, "")
    for words in ("真", "TRUE", "9条记录中的第6条", "number 6 of the 9", "路灯已修好", kept["sealed_at"]):
        assert words in told.stdout
    assert run(tmp_path, kept, published_roots()[-1]).returncode == TRUE
    assert run(tmp_path, kept, kept["root"].upper()).returncode == TRUE


def test_tampered_receipt_is_refused(tmp_path, kept):
    kept["entry"]["after"] = "closed"
    told = run(tmp_path, kept, published_roots())
    assert told.returncode == FALSE
    assert "假" in told.stdout
    assert "FALSE" in told.stdout


def test_receipt_outlives_the_words(tmp_path, kept):
    from gridloop.core.journal.models import Entry

    entry = Entry.objects.get(pk=kept["entry"]["id"])
    erase_words(entry, by=WANG)
    told = run(tmp_path, receipt(entry), published_roots())
    assert told.returncode == TRUE
    assert "已依法删除" in told.stdout
    assert "路灯" not in told.stdout
    assert run(tmp_path, kept, published_roots()).returncode == TRUE, (
        "who kept the words can still prove them"
    )


def test_root_of_another_size_says_nothing(tmp_path, kept):
    happens()
    seal_new_entries()
    told = run(tmp_path, kept, published_roots()[-1])
    assert told.returncode == NOT_COMPARABLE
    assert "Not comparable" in told.stdout


def test_doubled_keys_cannot_show_one_thing_and_prove_another(tmp_path, kept):
    text = json.dumps(kept).replace('"after": "done"', '"after": "closed", "after": "done"')
    assert run(tmp_path, text, published_roots()).returncode == UNREADABLE


def test_unreadable_input_is_said_plainly(tmp_path, kept):
    for given_receipt, root in (
        ("not json", kept["root"]),
        ("[" * 100000, kept["root"]),
        ("[]", kept["root"]),
        ({"format": "another"}, kept["root"]),
        (kept, "no such file"),
        (kept, "abc"),
        (kept, []),
        (kept, [1]),
        (kept, {"size": 9, "root": "short"}),
    ):
        told = run(tmp_path, given_receipt, root)
        assert (told.returncode, told.stderr) == (UNREADABLE, "")
        assert "无法" in told.stdout
    assert (
        subprocess.run([sys.executable, str(CHECKER)], capture_output=True, check=False).returncode
        == UNREADABLE
    )


def test_escape_sequences_in_words_do_not_reach_the_screen(tmp_path):
    entry = happens(words="好\x1b[2J了")
    seal_new_entries()
    told = run(tmp_path, receipt(entry), published_roots())
    assert told.returncode == TRUE
    assert "\x1b" not in told.stdout


def test_checker_needs_only_an_old_python():
    tree = ast.parse(CHECKER.read_text(), feature_version=(3, 9))
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.integers(), st.floats(), st.text(max_size=70),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["0" * 64, "done", "", "system"]),
)  # fmt: skip


def places(value: object, way: tuple = ()) -> list[tuple]:
    """Every way to a value inside a receipt."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, part in inner for place in places(part, (*way, key)))]


def same(left: object, right: object) -> bool:
    """Whether two values say the same (1.0 is 1, but True is not)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


@settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_tampered_receipt_is_believed(kept, checker, tmp_path, capsys, data):
    tampered = copy.deepcopy(kept)
    *way, last = data.draw(st.sampled_from([place for place in places(kept) if place]), label="place")
    target = tampered
    for key in way:
        target = target[key]
    match data.draw(st.sampled_from(["change", "remove", "add"]), label="deed"):
        case "change":
            value = data.draw(VALUES, label="value")
            assume(not same(target[last], value))
            # A receipt without its words is as good.
            assume(not (last == "words" and not way and value is None))
            target[last] = value
        case "remove":
            del target[last]
        case "add" if isinstance(target, dict):
            target[data.draw(st.text(max_size=5).filter(lambda key: key not in target))] = data.draw(VALUES)
        case _:
            target.insert(last, data.draw(VALUES))

    (tmp_path / "receipt.json").write_text(json.dumps(tampered))
    (tmp_path / "roots.json").write_text(json.dumps(published_roots()))
    told = checker.main([str(tmp_path / "receipt.json"), str(tmp_path / "roots.json")])
    assert told != TRUE
    assert "TRUE" not in capsys.readouterr().out
