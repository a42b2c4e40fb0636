"""Somebody has their data erased: what they wrote goes from closed cases at once, from open ones when they close."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Owed, Review
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import seal_new_entries
from gridloop.core.journal.verifying import verify
from gridloop.core.people import retention
from gridloop.core.people.privacy import erase_person, everything_held
from tests import world
from tests.core.cases.long_ago import (
    ANSWER,
    CODE,
    HOUSE,
    NAME,
    PHONE,
    REMINDER,
    VERDICT,
    WORDS,
    after,
    closed,
    told,
)
from tests.core.cases.test_moving import at_handling, to_verified
from tests.core.evidence.test_files import photo_upload
from tests.stored import files_kept, places_of

pytestmark = pytest.mark.django_db
THEIRS = (NAME, PHONE, HOUSE, WORDS, ANSWER, REMINDER, VERDICT, CODE)


def erase(person) -> None:
    erase_person(person, by=world.acting(person))


def test_nothing_of_theirs_is_left_in_any_table_or_file(
    town, cast, django_capture_on_commit_callbacks
) -> None:
    story = told(town, cast)
    closed(story, cast)
    seal_new_entries()
    assert set(THEIRS) <= {place.split(": ")[1] for place in places_of(*THEIRS)} | {NAME, PHONE, CODE}
    with django_capture_on_commit_callbacks(execute=True):
        erase(story.reporter)
    assert places_of(*THEIRS) == [] and files_kept() == 0
    seal_new_entries()
    assert verify(full=True) == []


def test_what_others_wrote_in_the_same_case_stays(town, cast) -> None:
    story = told(town, cast)
    move_case(story.case, "remind", by=world.acting(story.neighbour), facts={"words": "邻居也着急"})
    closed(story, cast)
    erase(story.reporter)
    case = Case.objects.get(pk=story.case.pk)
    assert case.answer.startswith("垃圾已清运") and case.tasks.get().result == "清运两车"
    assert Entry.objects.filter(words="邻居也着急").exists()
    assert [party.person for party in case.parties.all()] == [story.neighbour]
    assert (case.emptied_at, case.rating, case.voices) == (None, 5, 2)


def test_an_open_case_keeps_its_words_until_it_has_closed(
    town, cast, django_capture_on_commit_callbacks
) -> None:
    story = told(town, cast)
    erase(story.reporter)
    case = Case.objects.get(pk=story.case.pk)
    assert case.words.startswith(WORDS) and Owed.objects.get().brought
    with after(400):
        assert retention.apply_retention()["owed_to_erased"] == 0
        to_verified(case, cast)
        move_case(case, "review_over", by=Actor())
    with after(402), django_capture_on_commit_callbacks(execute=True):
        assert retention.apply_retention()["owed_to_erased"] == 1
    assert places_of(*THEIRS) == [] and files_kept() == 0
    assert not Owed.objects.exists()


def test_who_joined_takes_their_own_words_only(town, cast) -> None:
    story = told(town, cast)
    move_case(story.case, "remind", by=world.acting(story.neighbour), facts={"words": "邻居也着急"})
    closed(story, cast)
    erase(story.neighbour)
    assert not places_of("邻居也着急", "邻居阿婆", "13955500000")
    case = Case.objects.get(pk=story.case.pk)
    assert case.reporter == story.reporter and case.words.startswith(WORDS)
    assert Review.objects.get().words == VERDICT and Entry.objects.filter(words=REMINDER).exists()


def test_the_parts_of_a_split_report_hold_its_words_too(town, cast) -> None:
    reporter = world.a_resident()
    whole = world.a_report(town, reporter=reporter, words=WORDS)
    move_case(whole, "split", by=cast["by_room"], facts={"parts": "旧沙发\n木柜"})
    for case in Case.objects.filter(parent=whole):
        move_case(
            case, "decline", by=cast["by_worker"], facts={"reason_code": "unclear", "answer": "无法核实"}
        )
    move_case(whole, "decline", by=cast["by_worker"], facts={"reason_code": "unclear", "answer": "无法核实"})
    erase(reporter)
    assert places_of(WORDS) == []


def test_what_staff_wrote_in_their_post_is_not_theirs_to_take(town, cast) -> None:
    case = world.a_report(town, reporter=cast["worker"], source="field", words=WORDS)
    photo = keep_photo(photo_upload(), by=cast["by_worker"])
    at_handling(case, cast)
    move_case(case, "note", by=cast["by_worker"], facts={"words": "已到现场"})
    to_verified(case, cast)
    move_case(case, "review_over", by=Actor())
    cast["worker"].posts.update(until="2020-01-01")
    erase(cast["worker"])
    case.refresh_from_db()
    assert case.words == WORDS and Entry.objects.filter(words="已到现场").exists()
    assert File.objects.get(pk=photo.pk).erased_at is None


def test_a_photo_sent_and_never_used_goes_with_its_sender() -> None:
    person, other = world.a_resident(), world.a_resident()
    photo, theirs = (keep_photo(photo_upload(), by=world.acting(each)) for each in (person, other))
    erase(person)
    assert File.objects.get(pk=photo.pk).erased_at and not File.objects.get(pk=theirs.pk).erased_at


def test_ones_file_holds_everything_that_is_ones_own_in_cases(town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    (held,) = everything_held(story.reporter)["cases"]
    assert held["words"].startswith(WORDS) and held["facts"] == {"floor": f"{HOUSE}三楼"}
    assert held["answers"] == [{"question": "是谁堆放的？", "answer": ANSWER}]
    assert [each["words"] for each in held["reviews"]] == [VERDICT]
    assert {each["words"] for each in held["written"]} == {ANSWER, REMINDER, VERDICT}
    assert [each["name"] for each in held["photos"]] == [f"{NAME}.jpg"]
    (joined,) = everything_held(story.neighbour)["cases"]
    assert joined["as"] == ["joined"] and WORDS not in str(joined) and not joined["photos"]
