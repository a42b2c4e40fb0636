"""Signing in: passwords, second factors, codes by SMS, throttling, linked accounts, the demo's doors."""

import datetime

import pyotp
import pytest
import time_machine
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.journal.models import Entry
from gridloop.core.people import actions, one_time, phone_codes, signing_in, throttling
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.devices import device_words
from gridloop.core.people.models import Person, PhoneCode, Post, RecoveryCode, SignInThrottle
from tests.core.people.town import PASSWORD, a_colleague, acting, fresh, holding
from tests.world import a_town

pytestmark = pytest.mark.django_db
MOMENT = datetime.datetime(2025, 6, 2, 9, tzinfo=datetime.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sent(monkeypatch):
    """The county's SMS gateway, as a list of (phone, code)."""
    messages: list[tuple[str, str]] = []
    monkeypatch.setattr(phone_codes, "code_senders", [lambda phone, code: messages.append((phone, code))])
    return messages


def sign_in(person: Person, password: str = PASSWORD, address: str = "10.0.0.1") -> Person:
    return signing_in.check_password(person.handle or "", password, address=address)


def test_the_right_password_lets_in_and_wrong_ones_sound_alike() -> None:
    person = a_colleague()
    assert sign_in(person) == person
    words = set()
    for handle, password in ((person.handle, "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(signing_in.WrongSignIn) as refused:
            signing_in.check_password(handle, password, address="10.0.0.1")
        words.add(str(refused.value.words))
    assert len(words) == 1


def test_closed_accounts_and_residents_have_no_password_door() -> None:
    person = a_colleague()
    actions.close_account(person, by=SYSTEM)
    resident = actions.person_by_phone("13800138000", by=SYSTEM)
    Person.objects.filter(pk=resident.pk).update(handle="resident")
    for each in (person, fresh(resident)):
        with pytest.raises(signing_in.WrongSignIn):
            sign_in(each)


def test_an_unknown_name_takes_a_hash_as_well(monkeypatch) -> None:
    checked = []
    monkeypatch.setattr(signing_in, "check_hash", lambda password, kept: checked.append(kept))
    with pytest.raises(signing_in.WrongSignIn):
        signing_in.check_password("nobody", "x", address="10.0.0.1")
    assert checked == [signing_in.nobodys_password()]


def test_wrong_tries_make_the_next_wait_longer_even_for_the_right_one(clock) -> None:
    person = a_colleague()
    for _try in range(4):
        with pytest.raises(signing_in.WrongSignIn):
            sign_in(person, "wrong")
    waits = []
    for _try in range(12):
        with pytest.raises(signing_in.WrongSignIn):
            sign_in(person, "wrong")
        with pytest.raises(throttling.TooManyTries) as refused:
            sign_in(person)
        waits.append(refused.value.seconds)
        clock.shift(refused.value.seconds)
    assert waits == sorted(waits) and waits[0] <= 3 and waits[-1] == throttling.LONGEST_WAIT + 1
    assert sign_in(person) == person
    assert not SignInThrottle.objects.filter(key=throttling.handle_gate(person.handle or "").key).exists()


def test_a_waiting_try_is_not_counted_and_failures_fade(clock) -> None:
    gate = throttling.handle_gate("somebody")
    for _try in range(5):
        throttling.count_try(gate)
    before = SignInThrottle.objects.get().failures
    with pytest.raises(throttling.TooManyTries):
        throttling.count_try(gate)
    assert SignInThrottle.objects.get().failures == before
    clock.shift(datetime.timedelta(hours=25))
    throttling.count_try(gate)
    assert SignInThrottle.objects.get().failures == 1


def test_an_address_guessing_many_names_is_slowed_but_an_office_is_not(clock) -> None:
    person = a_colleague()
    for _morning in range(80):
        sign_in(person)
    with pytest.raises(throttling.TooManyTries):
        for number in range(80):
            with pytest.raises(signing_in.WrongSignIn):
                signing_in.check_password(f"name{number}", "x", address="10.0.0.9")
    assert sign_in(person, address="10.0.0.1") == person


def test_what_is_asked_after_the_password(settings) -> None:
    settings.SECOND_FACTOR = True
    person = a_colleague()
    assert signing_in.next_step(person) == "enrol"
    actions.issue_password(person, by=SYSTEM)
    assert signing_in.next_step(person) == "password"
    person.one_time_secret = one_time.new_secret()
    assert signing_in.next_step(person) == "second"
    assert signing_in.next_step(person, second_passed=True) == "password"
    settings.SECOND_FACTOR = False
    assert signing_in.next_step(a_colleague()) == "done"


def code_at(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(timezone.now(), counter_offset=seconds // 30)


def enrolled(person: Person) -> list[str]:
    secret = one_time.new_secret()
    return one_time.enrol(person, secret=secret, code=code_at(secret), by=acting(person))


def test_an_authenticator_code_works_once_and_only_near_its_time(clock) -> None:
    person = a_colleague()
    enrolled(person)
    secret = fresh(person).one_time_secret

    for seconds in (0, 90, -90):  # the first was used when enrolling
        with pytest.raises(one_time.WrongOneTimeCode):
            one_time.check_second_factor(fresh(person), code_at(secret, seconds), by=acting(person))
        clock.shift(60 if seconds else 0)
    with pytest.raises(one_time.WrongOneTimeCode):
        one_time.check_second_factor(fresh(person), "", by=acting(person))
    good = code_at(secret)
    one_time.check_second_factor(fresh(person), f" {good[:3]} {good[3:]} ", by=acting(person))
    with pytest.raises(one_time.WrongOneTimeCode):
        one_time.check_second_factor(fresh(person), good, by=acting(person))


def test_enrolment_needs_a_right_code(clock) -> None:
    person = a_colleague()
    with pytest.raises(one_time.WrongOneTimeCode):
        one_time.enrol(person, secret=one_time.new_secret(), code="000000", by=acting(person))
    assert fresh(person).one_time_secret == "" and RecoveryCode.objects.count() == 0


def test_recovery_codes_work_once_each_and_are_kept_as_digests(clock) -> None:
    person = a_colleague()
    codes = enrolled(person)
    assert len(set(codes)) == one_time.RECOVERY_CODES
    assert not RecoveryCode.objects.filter(code_digest__in=codes).exists()

    one_time.check_second_factor(fresh(person), codes[0].lower(), by=acting(person))
    with pytest.raises(one_time.WrongOneTimeCode):
        one_time.check_second_factor(fresh(person), codes[0], by=acting(person))
    fresh_codes = one_time.renew_recovery_codes(person, by=acting(person))
    with pytest.raises(one_time.WrongOneTimeCode):
        one_time.check_second_factor(fresh(person), codes[1], by=acting(person))
    one_time.check_second_factor(fresh(person), fresh_codes[1], by=acting(person))


def test_guessing_second_factors_is_slowed(clock) -> None:
    person = a_colleague()
    enrolled(person)
    with pytest.raises(throttling.TooManyTries):
        for _try in range(10):
            with pytest.raises(one_time.WrongOneTimeCode):
                one_time.check_second_factor(person, "000000", by=acting(person))


def test_the_picture_is_made_here() -> None:
    person = a_colleague()
    secret = one_time.new_secret()
    assert one_time.enrolment_picture(person, secret).startswith("data:image/svg+xml")
    assert f"secret={secret}" in one_time.enrolment_address(person, secret)


def test_a_resident_signs_in_with_the_code_and_is_written_down_once(clock, sent) -> None:
    for _visit in range(2):
        assert phone_codes.send_code("138 0013 8000", address="10.0.0.1") == ""
        phone, code = sent[-1]
        assert phone == "13800138000" and len(code) == 6
        person = signing_in.check_phone("13800138000", code, address="10.0.0.1")
        clock.shift(120)
    assert Person.objects.count() == 1
    assert person.phone == "13800138000" and not person.has_usable_password()
    assert not PhoneCode.objects.filter(code_digest__in=[code for _phone, code in sent]).exists()


def test_a_code_works_once_for_five_minutes_and_five_tries(clock, sent) -> None:
    def check(code: str, phone: str = "13800138000") -> str:
        return phone_codes.check_code(phone, code, address="10.0.0.1")

    def next_code(phone: str = "13800138000") -> str:
        clock.shift(61)
        phone_codes.send_code(phone, address="10.0.0.1")
        return sent[-1][1]

    code = next_code()
    check(code)
    late = None
    for wrong in (code, "", "12345"):
        with pytest.raises(phone_codes.WrongCode):
            check(wrong)
    old, new = next_code(), next_code()
    if old != new:
        with pytest.raises(phone_codes.WrongCode):
            check(old)
    check(new)
    late = next_code()
    clock.shift(301)
    with pytest.raises(phone_codes.WrongCode):
        check(late)
    other = next_code("13900139000")
    for _try in range(5):
        with pytest.raises(phone_codes.WrongCode):
            check("wrong", "13900139000")
    with pytest.raises(phone_codes.WrongCode):
        check(other, "13900139000")


def test_codes_are_not_sent_in_floods(clock, sent) -> None:
    phone_codes.send_code("13800138000", address="10.0.0.1")
    with pytest.raises(Refusal):
        phone_codes.send_code("13800138000", address="10.0.0.2")
    for _code in range(9):
        clock.shift(61)
        phone_codes.send_code("13800138000", address="10.0.0.1")
    clock.shift(61)
    with pytest.raises(Refusal):
        phone_codes.send_code("13800138000", address="10.0.0.1")
    with pytest.raises(throttling.TooManyTries):
        for number in range(40):
            phone_codes.send_code(f"139001390{number:02d}", address="10.0.0.1")
    assert len(sent) < 40


@pytest.mark.parametrize("phone", ["", "123", "0571-88888888"])
def test_what_is_no_mobile_number_gets_no_code(phone, sent) -> None:
    with pytest.raises(Refusal):
        phone_codes.send_code(phone, address="10.0.0.1")
    assert sent == []


def test_without_a_gateway_codes_are_refused_except_in_the_demo(settings, monkeypatch) -> None:
    monkeypatch.setattr(phone_codes, "code_senders", [])
    settings.DEMO = False
    with pytest.raises(Refusal):
        phone_codes.send_code("13800138000", address="10.0.0.1")
    settings.DEMO = True
    code = phone_codes.send_code("13800138000", address="10.0.0.1")
    assert phone_codes.check_code("13800138000", code, address="10.0.0.1") == "13800138000"


def test_staff_cannot_take_the_residents_door(clock, sent) -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    actions.update_person(worker, phone="13800138000", by=SYSTEM)
    phone_codes.send_code("13800138000", address="10.0.0.1")
    with pytest.raises(signing_in.WrongSignIn) as refused:
        signing_in.check_phone("13800138000", sent[0][1], address="10.0.0.1")
    assert refused.value.code == "staff_number"


def test_staff_without_a_password_do_not_pass_the_second_factor_by_text_message(
    clock, sent, settings
) -> None:
    """Appointed by spreadsheet and never given a password: one code on a phone is not two locks."""
    settings.SECOND_FACTOR = True
    worker = person_by_phone("13800138000", by=SYSTEM)
    Post.objects.create(person=worker, role="grid_worker", area=a_town().grids[0])
    phone_codes.send_code("13800138000", address="10.0.0.1")
    with pytest.raises(signing_in.WrongSignIn) as refused:
        signing_in.check_phone("13800138000", sent[0][1], address="10.0.0.1")
    assert refused.value.code == "staff_number"


def test_outside_accounts_open_by_subject_alone() -> None:
    person, other = a_colleague(), a_colleague()
    with pytest.raises(signing_in.WrongSignIn):
        signing_in.person_by_outside_account("https://id.example", "17")
    linked = signing_in.link_outside_account(
        person, issuer="https://id.example", subject="17", by=acting(person)
    )
    assert signing_in.person_by_outside_account("https://id.example", "17") == person
    for issuer, subject in (("https://id.example", "18"), ("https://other.example", "17")):
        with pytest.raises(signing_in.WrongSignIn):
            signing_in.person_by_outside_account(issuer, subject)
    with pytest.raises(Refusal):
        signing_in.link_outside_account(other, issuer="https://id.example", subject="17", by=acting(other))
    with pytest.raises(Refusal):
        signing_in.unlink_outside_account(other, linked.pk, by=acting(other))
    signing_in.unlink_outside_account(person, linked.pk, by=acting(person))
    with pytest.raises(signing_in.WrongSignIn):
        signing_in.person_by_outside_account("https://id.example", "17")


def test_an_issued_password_must_be_replaced(settings) -> None:
    person = a_colleague()
    issued = actions.issue_password(person, by=SYSTEM)
    assert sign_in(fresh(person), issued).password_issued
    for weak in ("short", "1234567890", "password123", issued):
        with pytest.raises(Refusal):
            actions.change_password(fresh(person), new=weak, by=acting(person))
    actions.change_password(fresh(person), new="walking-by-the-sea", by=acting(person))
    assert not fresh(person).password_issued
    with pytest.raises(NotAllowed):
        actions.change_password(fresh(person), new="walking-by-the-lake", by=SYSTEM)


def test_demo_doors_exist_in_the_demo_alone(settings) -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    settings.DEMO = False
    assert signing_in.demo_accounts() == {}
    settings.DEMO = True
    preferred = a_colleague()
    Person.objects.filter(pk=preferred.pk).update(handle="demo-leader")
    assert signing_in.demo_accounts() == {"grid_worker": worker, "leader": preferred}


def test_nothing_secret_reaches_the_journal(clock, sent) -> None:
    person = a_colleague(phone="13800138000")
    codes = enrolled(person)
    with pytest.raises(signing_in.WrongSignIn):
        sign_in(person, "wrong")
    issued = actions.issue_password(person, by=SYSTEM)
    phone_codes.send_code("13800138000", address="10.0.0.1")
    text = " ".join(f"{entry.words} {entry.facts}" for entry in Entry.objects.all())
    for secret in (
        PASSWORD,
        issued,
        fresh(person).one_time_secret,
        codes[0],
        sent[0][1],
        "13800138000",
        person.name,
    ):
        assert secret not in text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit Mobile MicroMessenger/8.0", "WeChat · iPhone"),
        ("curl/8", ""),
    ],
)
def test_devices_have_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


@pytest.mark.parametrize("behind, nearest, seen", [
    (False, "127.0.0.1", "127.0.0.1"), (True, "127.0.0.1", "203.0.113.7"), (True, "198.51.100.4", "198.51.100.4"),
])  # fmt: skip
def test_who_asks_is_what_a_known_proxy_saw_and_what_nobody_else_claims(settings, rf, behind, nearest, seen):
    settings.BEHIND_PROXY, settings.PROXY_ADDRESSES = behind, frozenset({"127.0.0.1"})
    request = rf.get("/", headers={"X-Forwarded-For": "9.9.9.9, 203.0.113.7"}, REMOTE_ADDR=nearest)
    assert throttling.address_of(request) == seen
