"""The Feishu group robot: signed in the body, 100 messages in a minute and 5 in a second, 20 KB each."""

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

LONGEST = 18_000  # bytes; the whole body may have 20 KB


class Feishu(Robot):
    """POST /open-apis/bot/v2/hook/TOKEN; code 0 means taken, 9499 and 11232 too fast."""

    name = "feishu"
    title = _("Feishu robot")
    settings = (
        Setting(
            "token", _("Token of the robot"), _("The last part of the address Feishu shows."), secret=True
        ),
        Setting("sign", _("Signing secret"), secret=True),
        Setting("server", _("Server"), _("Only for a server of your own."), required=False),
    )
    limits = (Limit(100, 60), Limit(5, 1))
    code_names = ("code", "StatusCode")
    words_name = "msg"
    too_fast = frozenset({9499, 11232})
    lasting = frozenset({19001, 19021, 19022, 19024})

    def address(self, channel: Channel) -> str:
        server = channel.setting("server", "https://open.feishu.cn").rstrip("/")
        return f"{server}/open-apis/bot/v2/hook/{quote(channel.setting('token'), safe='')}"

    def body(self, channel: Channel, words: str, *, emergency: bool) -> dict[str, Any]:
        """Angle brackets are widened: Feishu reads <at ...> in a text as calling somebody, also in a resident's words."""
        moment = str(int(time.time()))
        call = '<at user_id="all"></at> ' if emergency else ""
        safe = words.replace("<", "＜").replace(">", "＞")
        return {
            "timestamp": moment,
            "sign": signature(channel.setting("sign"), moment),
            "msg_type": "text",
            "content": {"text": call + within_bytes(safe, LONGEST)},
        }


def signature(secret: str, moment: str) -> str:
    """base64(HMAC-SHA256("moment\\nsecret", "")); `moment` in seconds."""
    return base64.b64encode(hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()
