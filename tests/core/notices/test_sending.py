"""What waits is sent: paced, grouped, retried, and never lost, whatever the gateway or the sender does."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices import actions, pacing, queries, sending
from gridloop.core.notices.adapters.contract import Limit
from gridloop.core.notices.models import Channel, Delivery, DemoMessage, Pace
from gridloop.core.notices.sending import ATTEMPTS, bundled, lease, patience, send_due
from gridloop.core.people import phone_codes
from gridloop.core.people.models import Organisation
from tests.core.notices.gateways import Gateway
from tests.world import a_resident, a_unit

pytestmark = pytest.mark.django_db


def a_robot(
    organisation: Organisation, gateway: Gateway | None = None, adapter: str = "wecom", demo: str = ""
) -> Channel:
    server = {"server": gateway.address} if gateway else {}
    options = {"key": "k", "token": "t", "sign": "s", **server}
    return actions.keep_channel(
        f"群 {organisation.pk} {adapter}",
        adapter,
        organisation=organisation,
        options=options,
        demo=demo,
        by=SYSTEM,
    )


def tell(unit: Organisation, key: str, **more: object) -> None:
    actions.tell(
        "case_dispatched", key=key, organisation=unit, facts={"number": key, "title": "垃圾"}, **more
    )


def states(channel: Channel) -> list[str]:
    return list(Delivery.objects.filter(channel=channel).order_by("pk").values_list("state", flat=True))


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True)


def test_a_unit_hears_once_not_ten_times(gateway: Gateway) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway)
    for number in range(10):
        tell(unit, f"n{number}")
    assert send_due() == 0 and not gateway.asked  # its news wait a minute for company
    with later(61):
        assert send_due() == 10
    [asked] = gateway.asked
    text = asked.json()["text"]["content"]
    assert text.startswith("10条新消息") and all(f"n{number}" in text for number in range(10))
    assert states(channel) == ["sent"] + ["grouped"] * 9


def test_an_emergency_never_waits_for_company(gateway: Gateway) -> None:
    unit = a_unit()
    a_robot(unit, gateway)
    tell(unit, "calm")
    tell(unit, "fire", emergency=True)
    assert send_due() == 1
    assert "fire" in gateway.asked[0].json()["text"]["content"]
    assert "calm" not in gateway.asked[0].json()["text"]["content"]


def test_a_robot_is_never_asked_for_more_than_it_allows(gateway: Gateway) -> None:
    unit = a_unit()
    a_robot(unit, gateway)
    for number in range(25):
        tell(unit, f"e{number}", emergency=True)
    sent = []
    start = timezone.now()
    for seconds in (0, 1, 30, 59, 61, 125):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=True):
            send_due()
        sent.append(len(gateway.asked))
    assert sent == [20, 20, 20, 20, 25, 25]


def test_the_window_is_exact_for_two_limits_at_once() -> None:
    limits = (Limit(100, 60), Limit(5, 1))
    assert pacing.room([], limits, 40, 1000.0) == 5
    assert pacing.room([999.5] * 3, limits, 40, 1000.0) == 2
    assert pacing.room([950.0] * 98, limits, 40, 1000.0) == 2
    assert pacing.room([950.0] * 100, limits, 40, 1000.0) == 0


def test_a_channel_that_asks_for_silence_gets_it(gateway: Gateway) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway, "dingtalk")
    gateway.answers = [(200, {"errcode": 130101, "errmsg": "send too fast"}, {})]
    for number in range(3):
        tell(unit, f"e{number}", emergency=True)
    send_due()
    assert len(gateway.asked) == 1  # the others were not even begun
    assert sorted(Delivery.objects.filter(channel=channel).values_list("attempts", flat=True)) == [0, 0, 1]
    with later(300):
        assert send_due() == 0
    with later(700):
        send_due()
    assert len(gateway.asked) == 4 and states(channel) == ["sent"] * 3
    assert Pace.objects.get(channel=channel).closed_until is not None


def test_a_failing_gateway_is_tried_again_with_growing_patience_until_the_letter_is_dead(
    gateway: Gateway,
) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway)
    gateway.answer = (500, b"broken", {})
    tell(unit, "n1", emergency=True)
    now = timezone.now()
    for _ in range(ATTEMPTS + 3):
        with time_machine.travel(now, tick=True):
            send_due()
        now += timedelta(hours=2)
    delivery = Delivery.objects.get(channel=channel)
    assert (delivery.state, delivery.attempts) == ("dead", ATTEMPTS) and "500" in delivery.trouble
    assert len(gateway.asked) == ATTEMPTS
    assert list(queries.dead_letters()) == [delivery]
    assert Entry.objects.filter(event="delivery_failed", subject=delivery.pk).count() == 1
    [state] = [state for state in queries.channel_states() if state.channel == channel]
    assert (state.dead, state.channel.working) == (1, False)

    gateway.answer = (200, {"errcode": 0}, {})
    actions.resend(delivery, by=SYSTEM)
    with time_machine.travel(now, tick=True):
        send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.trouble) == ("sent", 1, "")
    with pytest.raises(TooLate):
        actions.resend(delivery, by=SYSTEM)
    channel.refresh_from_db()
    assert channel.working


def test_what_can_never_be_delivered_dies_at_once(gateway: Gateway) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway)
    gateway.answer = (200, {"errcode": 93000, "errmsg": "invalid"}, {})
    tell(unit, "n1", emergency=True)
    send_due()
    assert states(channel) == ["dead"]
    assert actions.resend_all(channel, by=SYSTEM) == 1
    assert states(channel) == ["waiting"]


@pytest.mark.parametrize("attempts", range(1, 15))
def test_patience_grows_and_has_an_end(attempts: int) -> None:
    calm, urgent = patience(attempts, urgent=False), patience(attempts, urgent=True)
    assert timedelta(seconds=11) <= calm <= timedelta(seconds=4500) and urgent <= timedelta(seconds=4500)
    assert patience(attempts, urgent=False, wait=9000) >= timedelta(seconds=9000)


def test_a_sender_that_dies_lets_the_message_come_due_again(gateway: Gateway) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway)
    tell(unit, "n1", emergency=True)
    assert len(lease(bundled(channel))) == 1  # and then its process is killed
    assert send_due() == 0
    with later(30):
        assert send_due() == 1
    assert states(channel) == ["sent"] and len(gateway.asked) == 1


def test_of_two_senders_one_gets_the_message(gateway: Gateway) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway)
    tell(unit, "n1", emergency=True)
    seen_by_both = bundled(channel), bundled(channel)
    assert [len(lease(bundles)) for bundles in seen_by_both] == [1, 0]


def test_news_that_come_while_others_are_on_their_way_wait_for_the_next_message(gateway: Gateway) -> None:
    unit = a_unit()
    channel = a_robot(unit, gateway)
    tell(unit, "n1")
    with later(61):
        [first] = lease(bundled(channel))
        tell(unit, "n2")
        assert bundled(channel) == []
        assert len(first.deliveries) == 1
    with later(61 + 62):
        [second] = bundled(channel)
        assert len(second.deliveries) == 2  # the first sender never came back


@pytest.mark.parametrize("behaviour", ["fails", "crashes"])
def test_a_broken_way_holds_up_no_other(gateway: Gateway, behaviour: str) -> None:
    unit = a_unit()
    broken = a_robot(unit, adapter="feishu", demo=behaviour)
    good = a_robot(unit, gateway)
    tell(unit, "n1", emergency=True)
    send_due()
    assert states(good) == ["sent"] and states(broken) == ["waiting"]
    assert DemoMessage.objects.get(channel=broken).outcome == behaviour
    assert Delivery.objects.get(channel=broken).trouble


def test_a_gateway_that_hangs_holds_up_no_other(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, other = a_unit(), a_unit()
    gateway.slow = 0.5
    a_robot(unit, gateway)
    a_robot(other, gateway, "dingtalk")
    for number in range(2):
        tell(unit, f"a{number}", emergency=True)
        tell(other, f"b{number}", emergency=True)
    start = timezone.now()
    assert send_due() == 4
    assert timezone.now() - start < timedelta(seconds=1.8)


def test_a_gateway_that_never_ends_its_answer_is_left_alone(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "RUN_SECONDS", 0.2)
    unit = a_unit()
    channel = a_robot(unit, gateway)
    gateway.slow = 1.0
    tell(unit, "n1", emergency=True)
    assert send_due() == 1
    assert states(channel) == ["waiting"]
    assert pacing.reserve(channel, 1, ()) == 0  # it rests
    gateway.slow = 0
    with later(150):
        assert send_due() == 1
    assert states(channel) == ["sent"]


def test_a_message_no_sender_comes_back_from_is_dead() -> None:
    unit = a_unit()
    channel = a_robot(unit, demo="works")
    tell(unit, "n1", emergency=True)
    Delivery.objects.filter(channel=channel).update(attempts=15)
    assert send_due() == 0
    assert states(channel) == ["dead"]
    assert Entry.objects.filter(event="delivery_failed").count() == 1


def test_nobody_answering_leaves_the_rest_untouched() -> None:
    unit = a_unit()
    channel = actions.keep_channel(
        "w", "webhook", organisation=unit, options={"address": "http://127.0.0.1:9/", "sign": "w"}, by=SYSTEM
    )
    for number in range(5):
        tell(unit, f"n{number}", emergency=True)
    send_due()
    attempts = (
        Delivery.objects.filter(channel=channel).order_by("-attempts").values_list("attempts", flat=True)
    )
    assert list(attempts) == [1, 0, 0, 0, 0]


def test_a_sign_in_code_leaves_at_once_and_is_kept_nowhere_but_in_the_demo() -> None:
    channel = actions.keep_channel(
        "短信", "sms", demo="works", options={"sign": "格环", "code_template": "SMS_CODE"}, by=SYSTEM
    )
    for sender in phone_codes.code_senders:
        sender("13800138000", "123456")
    [(message, body)] = queries.demo_messages()
    assert body["template"] == "SMS_CODE" and body["variables"] == {"code": "123456"}
    assert message.recipient == "138****8000"
    assert not Delivery.objects.filter(channel=channel).exists()


def test_a_sign_in_code_that_does_not_leave_says_so() -> None:
    from gridloop.core.journal.errors import Refusal

    with pytest.raises(Refusal):
        phone_codes.code_senders[0]("13800138000", "123456")
    for behaviour in ("fails", "crashes"):
        Channel.objects.filter(adapter="sms").delete()
        actions.keep_channel("短信", "sms", demo=behaviour, options={"code_template": "C"}, by=SYSTEM)
        with pytest.raises(Refusal):
            phone_codes.code_senders[0]("13800138000", "123456")


def test_a_person_reads_their_own_and_their_units_notices() -> None:
    resident, stranger = a_resident(), a_resident()
    notice = actions.tell("case_accepted", key="1", person=resident, facts={"title": "x"})
    assert list(queries.notices_for(resident)) == [notice] and queries.unread_count(resident) == 1
    assert actions.mark_read([notice.pk], person=stranger) == 0
    assert actions.mark_read([notice.pk], person=resident) == 1
    assert queries.unread_count(resident) == 0
