"""CAP 1.2: valid by the schema, and by what the schema does not look at; a drill can only be an exercise."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gridloop.core.journal.errors import NeverAltered, NotAllowed, Refusal
from gridloop.scenes.fire import cap
from gridloop.scenes.fire.alarms import alerts
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.models import Alert, Episode
from tests import world
from tests.scenes.fire.ground import a_device, a_ground, rings

BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=BEIJING)
RING = tuple(cap.Point(*point) for point in ((28.1, 121.2), (28.1, 121.22), (28.12, 121.22), (28.1, 121.2)))
AREA = cap.Area("玉城街道", "331083001000", RING)
INFO = cap.Info("火灾", "城中菜市场火警", "二楼烟感报警", "red", (AREA,), instruction="请勿靠近", effective=NOON,
                expires=NOON + timedelta(hours=6), parameters=(("grid", "331083001001001"),))  # fmt: skip


def an_alert(kind: type[cap.Envelope] = cap.Actual, **changes) -> cap.Envelope:
    given = {"identifier": "gridloop.1", "sender": "gridloop.331083", "sent": NOON, "message": "Alert", "scope": "Public",
             "infos": (INFO,)}  # fmt: skip
    return kind(**given | changes)


def is_valid(document: bytes) -> bool:
    from capvalidator import check_schema

    return bool(check_schema(document).passed)


def texts(document: bytes, name: str) -> list[str]:
    return [one.text for one in etree.fromstring(document).iter(f"{{{cap.NAMESPACE}}}{name}")]


@pytest.mark.parametrize("colour", list(cap.SEVERITY))
@pytest.mark.parametrize("kind", [cap.Actual, cap.Drill])
def test_every_colour_is_valid_by_the_schema(colour, kind):
    document = cap.write(an_alert(kind, infos=(replace(INFO, colour=colour),)))
    assert is_valid(document)
    assert texts(document, "severity") == [cap.SEVERITY[colour]]
    assert texts(document, "language") == ["zh-CN"]
    assert texts(document, "sent") == ["2026-11-21T12:00:00+08:00"]
    assert texts(document, "polygon")[0].startswith("28.100000,121.200000 ")


def test_moments_carry_their_offset_and_no_fractions():
    assert cap.moment(datetime(2026, 1, 1, 0, 0, 0, 999, tzinfo=UTC)) == "2026-01-01T00:00:00+00:00"
    with pytest.raises(ValueError):
        cap.moment(datetime(2026, 1, 1))


def test_a_drill_is_an_exercise_and_cannot_be_made_anything_else():
    drill = an_alert(cap.Drill)
    assert texts(cap.write(drill), "status") == ["Exercise"]
    with pytest.raises(TypeError):
        an_alert(cap.Drill, status="Actual")
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        drill.status = "Actual"
    with pytest.raises(TypeError):
        replace(drill, status="Actual")


@given(
    st.text(max_size=200),
    st.text(max_size=60),
    st.sampled_from(list(cap.SEVERITY)),
    st.sampled_from(["Alert", "Update", "Cancel"]),
)
def test_no_words_make_a_drill_anything_but_an_exercise(description, headline, colour, message):
    info = replace(INFO, description=description, headline=headline, colour=colour)
    before = (cap.Reference("gridloop.331083", "gridloop.0", NOON),) if message != "Alert" else ()
    drill = an_alert(cap.Drill, infos=(info,), message=message, references=before)
    try:
        document = cap.write(drill)
    except ValueError:
        return
    assert texts(document, "status") == ["Exercise"]
    assert is_valid(document)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"message": "Update"}, "refers to"),
        ({"message": "Cancel", "infos": ()}, "refers to"),
        ({"references": (cap.Reference("a", "b", NOON),)}, "no other"),
        ({"message": "Update", "references": (cap.Reference("a b", "c", NOON),)}, "without spaces"),
        ({"message": "Update", "references": (cap.Reference("a", "c", NOON + timedelta(hours=1)),)}, "later"),
        ({"identifier": "has space"}, "identifier"),
        ({"sender": "a,b"}, "sender"),
        ({"scope": "Restricted"}, "restricted"),
        ({"scope": "Private"}, "addresses"),
        ({"infos": ()}, "tells something"),
        ({"infos": (replace(INFO, areas=()),)}, "where"),
        ({"infos": (replace(INFO, expires=NOON),)}, "expired"),
        ({"infos": (replace(INFO, areas=(replace(AREA, polygon=RING[:3]),)),)}, "four points"),
        ({"infos": (replace(INFO, areas=(replace(AREA, polygon=(*RING[:3], RING[1])),)),)}, "where it begins"),
        ({"infos": (replace(INFO, areas=(replace(AREA, polygon=(RING[0], RING[0], RING[0], RING[0])),)),)}, "nothing"),
        ({"infos": (replace(INFO, areas=(replace(AREA, polygon=tuple(cap.Point(p.longitude, p.latitude) for p in RING)),)),)},
         "latitude comes first"),
        ({"infos": (replace(INFO, areas=(replace(AREA, division="331083"),)),)}, "twelve digits"),
        ({"infos": (replace(INFO, colour="green"),)}, "four"),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_see_is_refused(changes, what):
    with pytest.raises(ValueError, match=what):
        cap.write(an_alert(**changes))


def test_an_update_and_a_cancel_carry_complete_triples():
    reference = cap.Reference("gridloop.331083", "gridloop.0", NOON - timedelta(hours=1))
    for message in ("Update", "Cancel"):
        document = cap.write(an_alert(message=message, references=(reference,)))
        assert is_valid(document)
        assert texts(document, "references") == ["gridloop.331083,gridloop.0,2026-11-21T11:00:00+08:00"]


# What is handed out


@pytest.fixture
def ground(db):
    return a_ground(stations=0)


def a_draft(ground, **changes) -> alerts.Draft:
    return alerts.Draft(
        **{"area": ground.town.grids[0].pk, "colour": "orange", "event": "火灾", "headline": "城中菜市场火警", "description": "请避让",
           "scope": "Public", "drill": False} | changes
    )  # fmt: skip


def test_an_alert_is_handed_out_updated_and_cancelled_and_never_altered(ground):
    by = world.acting(ground.duty)
    first = alerts.hand_out(a_draft(ground), by=by, identifier="gridloop.331083.1")
    assert alerts.hand_out(a_draft(ground), by=by, identifier="gridloop.331083.1") == first
    assert is_valid(first.document.encode()) and "331083001001" in first.document
    update = alerts.hand_out(a_draft(ground, colour="red"), by=by, message="Update", follows=first)
    with pytest.raises(Refusal):
        alerts.hand_out(a_draft(ground), by=by, message="Update", follows=first)
    cancel = alerts.hand_out(a_draft(ground), by=by, message="Cancel", follows=update)
    assert f"{update.sender},{update.identifier}," in cancel.document
    assert is_valid(cancel.document.encode())
    with pytest.raises(NeverAltered):
        Alert.objects.filter(pk=first.pk).update(status="Actual")
    with pytest.raises(NotAllowed):
        alerts.hand_out(a_draft(ground), by=world.acting(ground.grid_worker))


def test_a_drill_is_followed_by_drills_only(ground):
    by = world.acting(ground.duty)
    drill = alerts.hand_out(a_draft(ground, drill=True), by=by)
    assert drill.status == "Exercise" and drill.headline.startswith("【演练】")
    with pytest.raises(Refusal):
        alerts.hand_out(a_draft(ground, drill=False), by=by, message="Update", follows=drill)


def test_two_detectors_make_it_observed(ground):
    take_signals([rings(a_device(ground.premises))])
    episode = Episode.objects.get()
    assert alerts.compose(a_draft(ground, episode=episode.pk)).infos[0].certainty == "Possible"
    take_signals([rings(a_device(ground.premises, "heat"))])
    assert alerts.compose(a_draft(ground, episode=episode.pk)).infos[0].certainty == "Observed"
