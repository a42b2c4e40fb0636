"""The DingTalk group robot (and private DingTalk by another server): signed, 20 messages in a minute, else shut out for ten."""

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import Limit, Setting
from gridloop.core.notices.adapters.lengths import within_bytes
from gridloop.core.notices.adapters.robots import Robot
from gridloop.core.notices.models import Channel


class DingTalk(Robot):
    """POST /robot/send?access_token=TOKEN&timestamp=MS&sign=SIGN; errcode 0 means taken, 130101 too fast."""

    name = "dingtalk"
    title = _("DingTalk robot")
    settings = (
        Setting(
            "token",
            _("Access token"),
            _("The part after access_token= in the address DingTalk shows."),
            secret=True,
        ),
        Setting(
            "sign",
            _("Signing secret"),
            _("Begins with SEC; choose “sign” as the robot's protection."),
            secret=True,
        ),
        Setting("server", _("Server"), _("Only for private DingTalk."), required=False),
    )
    limits = (Limit(20, 60),)
    code_names = ("errcode",)
    words_name = "errmsg"
    too_fast = frozenset({130101, 410100})
    too_fast_wait = 600.0
    lasting = frozenset({300001, 300005, 310000, 400013, 400101, 400102})

    def address(self, channel: Channel) -> str:
        server = channel.setting("server", "https://oapi.dingtalk.com").rstrip("/")
        token, moment = quote(channel.setting("token"), safe=""), str(round(time.time() * 1000))
        return f"{server}/robot/send?access_token={token}&timestamp={moment}&sign={signature(channel.setting('sign'), moment)}"

    def body(self, channel: Channel, words: str, *, emergency: bool) -> dict[str, Any]:
        return {
            "msgtype": "text",
            "text": {"content": within_bytes(words, 4096)},
            "at": {"isAtAll": emergency},
        }


def signature(secret: str, moment: str) -> str:
    """urlencode(base64(HMAC-SHA256(secret, "moment\\nsecret"))); `moment` in milliseconds."""
    digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    return quote(base64.b64encode(digest), safe="")
