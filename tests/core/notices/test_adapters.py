"""Every way out speaks its gateway's language exactly: checked by a real HTTP server that plays the gateway."""

import base64
import hashlib
import hmac
import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from hypothesis import given
from hypothesis import strategies as some

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import Refusal
from gridloop.core.notices import actions
from gridloop.core.notices.adapters import ADAPTERS, adapter_of
from gridloop.core.notices.adapters.contract import CannotReach
from gridloop.core.notices.adapters.lengths import within_bytes
from gridloop.core.notices.adapters.push import is_push_service
from gridloop.core.notices.adapters.signing import is_genuine
from gridloop.core.notices.models import Channel, DemoMessage, Notice, PushSubscription, Template
from gridloop.core.people.models import Person
from tests.core.notices.gateways import Gateway
from tests.world import a_person, a_unit, with_post

pytestmark = pytest.mark.django_db


def a_notice(**facts: object) -> Notice:
    values = {
        "key": "k1",
        "event": "case_dispatched",
        "audience": "unit",
        "subject": "新任务：垃圾（20261121-000001）",
        "words": "办理期限：11月24日17:30",
        "address": "/desk/case/20261121-000001/",
    }
    if not {"person", "organisation"} & set(facts):
        values["organisation"] = a_unit()
    return Notice.objects.create(**{**values, **facts})


def a_channel(adapter: str, gateway: Gateway | None = None, **options: object) -> Channel:
    server = {"server": gateway.address, "address": gateway.address + "/in"} if gateway else {}
    return actions.keep_channel(f"{adapter} 群", adapter, options={**server, **options}, by=SYSTEM)


def test_wecom_posts_text_with_its_key(gateway: Gateway) -> None:
    channel = a_channel("wecom", gateway, key="k-1/2")
    assert ADAPTERS["wecom"].send(channel, a_notice(emergency=True)).accepted
    [asked] = gateway.asked
    assert (asked.path, asked.query) == ("/cgi-bin/webhook/send", {"key": ["k-1/2"]})
    text = asked.json()["text"]
    assert asked.json()["msgtype"] == "text" and text["mentioned_list"] == ["@all"]
    assert text["content"].startswith("新任务") and text["content"].endswith("/desk/case/20261121-000001/")


def test_wecom_text_stays_within_2048_bytes(gateway: Gateway) -> None:
    ADAPTERS["wecom"].send(a_channel("wecom", gateway, key="k"), a_notice(words="垃圾" * 2000))
    content = gateway.asked[0].json()["text"]["content"]
    assert 2045 <= len(content.encode()) <= 2048 and content.endswith("…")


def test_dingtalk_signs_the_moment_with_its_secret(gateway: Gateway) -> None:
    channel = a_channel("dingtalk", gateway, token="t1", sign="SECabc")
    assert ADAPTERS["dingtalk"].send(channel, a_notice()).accepted
    [asked] = gateway.asked
    moment = asked.query["timestamp"][0]
    expected = base64.b64encode(
        hmac.new(b"SECabc", f"{moment}\nSECabc".encode(), hashlib.sha256).digest()
    ).decode()
    assert asked.path == "/robot/send" and asked.query["access_token"] == ["t1"]
    assert asked.query["sign"] == [expected] and len(moment) == 13
    assert asked.json()["at"] == {"isAtAll": False}


def test_feishu_signs_in_the_body_and_lets_nobody_be_called(gateway: Gateway) -> None:
    channel = a_channel("feishu", gateway, token="hook-1", sign="s3")
    assert ADAPTERS["feishu"].send(channel, a_notice(subject='<at user_id="all">大家</at>')).accepted
    [asked] = gateway.asked
    body = asked.json()
    expected = base64.b64encode(
        hmac.new(f"{body['timestamp']}\ns3".encode(), b"", hashlib.sha256).digest()
    ).decode()
    assert (
        asked.path == "/open-apis/bot/v2/hook/hook-1"
        and body["sign"] == expected
        and len(body["timestamp"]) == 10
    )
    assert "<" not in body["content"]["text"]


@pytest.mark.parametrize(
    ("adapter", "answer", "wait", "lasting"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, 60, False),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, 0, True),
        ("wecom", {"errcode": -1, "errmsg": "busy"}, 0, False),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, 600, False),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, 0, True),
        ("feishu", {"code": 9499, "msg": "too many request"}, 60, False),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, 0, True),
        ("feishu", b"<html>proxy</html>", 0, False),
    ],
)
def test_a_robot_that_answers_200_may_still_refuse(
    gateway: Gateway, adapter: str, answer: object, wait: float, lasting: bool
) -> None:
    gateway.answer = (200, answer, {})
    channel = a_channel(adapter, gateway, key="k", token="t", sign="s")
    receipt = ADAPTERS[adapter].send(channel, a_notice())
    assert (receipt.accepted, receipt.wait, receipt.lasting) == (False, wait, lasting)


def test_an_sms_is_a_template_and_variables_never_free_text(gateway: Gateway) -> None:
    Template.objects.create(
        event="case_accepted",
        audience="reporter",
        subject="{number}",
        words="您的{title}已受理，{link}",
        gateway_id="SMS_77",
    )
    channel = a_channel(
        "sms", gateway, secret="g", sign="格环", template="SMS_NEWS", code_template="SMS_CODE"
    )
    person = a_person(phone="13800138000")
    long_title = "题" * 50
    notice = a_notice(
        event="case_accepted",
        audience="reporter",
        person=person,
        facts={"title": long_title, "number": "1", "secret": "x"},
    )
    assert ADAPTERS["sms"].send(channel, notice).accepted
    [asked] = gateway.asked
    body = asked.json()
    assert set(body) == {"id", "phone", "sign", "template", "variables"}
    assert (body["template"], body["phone"], body["id"]) == ("SMS_77", "13800138000", "k1")
    assert body["variables"] == {"title": "题" * 35, "link": body["variables"]["link"]}
    assert is_genuine("g", asked.headers["x-gridloop-signature"], asked.content)
    assert not is_genuine("g", asked.headers["x-gridloop-signature"], asked.content + b" ")


def test_an_sms_without_its_own_template_takes_the_one_for_any_news(gateway: Gateway) -> None:
    channel = a_channel("sms", gateway, secret="g", sign="格环", template="SMS_NEWS")
    ADAPTERS["sms"].send(channel, a_notice(person=a_person(phone="13800138000"), facts={"number": "7"}))
    assert gateway.asked[0].json()["template"] == "SMS_NEWS"
    assert gateway.asked[0].json()["variables"]["number"] == "7"


def test_an_sms_to_nobody_is_refused(gateway: Gateway) -> None:
    channel = a_channel("sms", gateway, secret="g", sign="格环", template="SMS_NEWS")
    with pytest.raises(CannotReach):
        ADAPTERS["sms"].send(channel, a_notice(person=a_person()))
    assert not gateway.asked


def test_a_webhook_is_signed_and_keeps_its_id(gateway: Gateway) -> None:
    channel = a_channel("webhook", gateway, sign="w")
    gateway.answer = (204, b"", {})
    assert ADAPTERS["webhook"].send(channel, a_notice()).accepted
    [asked] = gateway.asked
    assert is_genuine("w", asked.headers["x-gridloop-signature"], asked.content)
    assert (asked.json()["id"], asked.json()["event"]) == ("k1", "case_dispatched")


@pytest.mark.parametrize(
    ("answer", "lasting", "wait"),
    [
        ((500, b"", {}), False, 0),
        ((410, b"", {}), True, 0),
        ((429, b"", {"Retry-After": "120"}), False, 120),
        ((302, b"", {"Location": "http://127.0.0.1:1/"}), False, 0),
        ((200, b"x" * 10**6, {}), None, 0),
    ],
)
def test_a_status_says_whether_to_try_again(
    gateway: Gateway, answer: tuple, lasting: bool | None, wait: float
) -> None:
    gateway.answer = answer
    receipt = ADAPTERS["webhook"].send(a_channel("webhook", gateway, sign="w"), a_notice())
    assert receipt.accepted is (lasting is None)
    assert receipt.wait == wait and (lasting is None or receipt.lasting is lasting)


def test_a_gateway_nobody_answers_at_is_said_to_be_unreachable() -> None:
    channel = actions.keep_channel(
        "w", "webhook", options={"address": "http://127.0.0.1:9/", "sign": "w"}, by=SYSTEM
    )
    receipt = ADAPTERS["webhook"].send(channel, a_notice())
    assert receipt.unreachable and not receipt.lasting


def a_browser(person: Person, gateway: Gateway) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """A browser that subscribes: its private key and its authentication secret."""
    key, secret = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    code = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()  # noqa: E731
    actions.subscribe_browser(
        person, f"{gateway.address}/push/1", {"p256dh": code(point), "auth": code(secret)}
    )
    return key, secret


def test_a_push_can_only_be_read_by_its_browser(gateway: Gateway) -> None:
    channel = a_channel("push", hosts="127.0.0.1")
    person = a_person()
    key, secret = a_browser(person, gateway)
    gateway.answer = (201, b"", {})
    assert ADAPTERS["push"].send(channel, a_notice(person=person, emergency=True)).accepted
    [asked] = gateway.asked
    said = json.loads(
        http_ece.decrypt(asked.content, private_key=key, auth_secret=secret, version="aes128gcm")
    )
    assert said["subject"].startswith("新任务") and said["address"] == "/desk/case/20261121-000001/"
    assert asked.headers["urgency"] == "high" and asked.headers["authorization"].startswith("vapid t=")
    assert asked.headers["content-encoding"] == "aes128gcm"


def test_a_browser_that_is_gone_is_forgotten(gateway: Gateway) -> None:
    channel = a_channel("push", hosts="127.0.0.1")
    person = a_person()
    a_browser(person, gateway)
    gateway.answer = (410, b"", {})
    assert not ADAPTERS["push"].send(channel, a_notice(person=person)).accepted
    assert not PushSubscription.objects.exists()


def test_a_unit_is_pushed_through_its_people(gateway: Gateway) -> None:
    channel = a_channel("push", hosts="127.0.0.1")
    unit = a_unit()
    a_browser(with_post("unit_handler", organisation=unit), gateway)
    a_browser(a_person(), gateway)  # the same browser, now somebody else's
    with pytest.raises(CannotReach):
        ADAPTERS["push"].send(channel, a_notice(organisation=unit))


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.cn/x", False),
        ("https://10.0.0.1/admin", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_push_services_are_posted_to(endpoint: str, known: bool) -> None:
    assert is_push_service(endpoint) is known
    if not known:
        with pytest.raises(Refusal):
            actions.subscribe_browser(a_person(), endpoint, {"p256dh": "x", "auth": "y"})


def test_an_email_is_one_plain_letter() -> None:
    person = a_person()
    person.email = "wang@example.cn"
    person.save()
    notice = a_notice(person=person, subject="第一行\nBcc: all@example.cn")
    assert ADAPTERS["email"].send(a_channel("email"), notice).accepted
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["wang@example.cn"], "第一行 Bcc: all@example.cn")
    assert letter.body.endswith("/desk/case/20261121-000001/")


def test_an_email_without_address_is_refused() -> None:
    with pytest.raises(CannotReach):
        ADAPTERS["email"].send(a_channel("email"), a_notice())


OPTIONS = {"key": "k", "token": "t", "sign": "s", "secret": "g", "template": "T"}


@pytest.mark.parametrize("name", ADAPTERS)
def test_is_it_working_says_yes_and_no(name: str, gateway: Gateway) -> None:
    channel = a_channel(name, gateway, **OPTIONS)
    assert actions.check_channel(channel).working
    channel.refresh_from_db()
    assert channel.working and channel.checked_at and not channel.trouble
    if ADAPTERS[name].networked and name not in {"email", "push"}:
        gateway.answer = (503, b"down", {})
        assert not actions.check_channel(channel).working
        channel.refresh_from_db()
        assert channel.working is False and "503" in channel.trouble


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_demo_twin_works_fails_and_crashes_on_request(name: str, gateway: Gateway) -> None:
    person = a_person(phone="13800138000")
    person.email = "wang@example.cn"
    person.save()
    a_channel("push", hosts="127.0.0.1") if name != "push" else None
    if name == "push":
        Channel.objects.create(name="for hosts", adapter="push", options={"hosts": "127.0.0.1"})
    a_browser(person, gateway)
    whom = {"person": person} if "person" in ADAPTERS[name].reaches else {"organisation": a_unit()}
    options = {**OPTIONS, "hosts": "127.0.0.1"}
    for behaviour in ("works", "fails"):
        channel = actions.keep_channel(f"twin {behaviour}", name, demo=behaviour, options=options, by=SYSTEM)
        notice = a_notice(key=behaviour, **whom)
        assert adapter_of(channel).send(channel, notice).accepted is (behaviour == "works")
        assert actions.check_channel(channel).working is (behaviour == "works")
        message = DemoMessage.objects.get(channel=channel)
        assert message.outcome == behaviour and message.notice == notice
        assert "13800138000" not in message.recipient
    channel = actions.keep_channel("twin crashes", name, demo="crashes", options=options, by=SYSTEM)
    with pytest.raises(RuntimeError):
        adapter_of(channel).send(channel, a_notice(key="crashes", **whom))
    assert not gateway.asked  # nothing ever leaves


def test_secrets_of_channels_are_encrypted_and_kept_when_left_empty() -> None:
    channel = actions.keep_channel("群", "dingtalk", options={"token": "t-secret", "sign": "SEC1"}, by=SYSTEM)
    raw = (
        Channel.objects.filter(pk=channel.pk).extra(select={"raw": "secret"}).values_list("raw", flat=True)[0]
    )
    assert "t-secret" not in raw and "t-secret" not in json.dumps(channel.options)
    actions.keep_channel("群", "dingtalk", channel=channel, options={"token": "", "sign": "SEC2"}, by=SYSTEM)
    assert Channel.objects.get(pk=channel.pk).secrets == {"token": "t-secret", "sign": "SEC2"}


@pytest.mark.parametrize(
    ("adapter", "options", "field"),
    [("pigeon", {}, "adapter"), ("dingtalk", {"token": "t"}, "sign"), ("webhook", {"sign": "w"}, "address")],
)
def test_a_channel_that_cannot_work_is_refused(adapter: str, options: dict, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.keep_channel("x", adapter, options=options, by=SYSTEM)
    assert refused.value.field == field


@given(some.text(max_size=400), some.integers(10, 300))
def test_words_are_cut_between_characters(words: str, most: int) -> None:
    words = words.encode(errors="ignore").decode()
    cut = within_bytes(words, most)
    assert len(cut.encode()) <= most
    assert cut == words or words.startswith(cut[:-1])
