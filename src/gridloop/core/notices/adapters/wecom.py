"""The WeChat Work group robot: text of at most 2,048 bytes, 20 messages in a minute."""

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import Limit, Setting
from gridloop.core.notices.adapters.lengths import within_bytes
from gridloop.core.notices.adapters.robots import Robot
from gridloop.core.notices.models import Channel


class WeCom(Robot):
    """POST /cgi-bin/webhook/send?key=KEY; errcode 0 means taken, 45009 too many in a minute."""

    name = "wecom"
    title = _("WeChat Work robot")
    settings = (
        Setting(
            "key",
            _("Key of the robot"),
            _("The part after key= in the address WeChat Work shows."),
            secret=True,
        ),
        Setting("server", _("Server"), _("Only for a server of your own."), required=False),
    )
    limits = (Limit(20, 60),)
    code_names = ("errcode",)
    words_name = "errmsg"
    too_fast = frozenset({45009, 45033})
    lasting = frozenset({93000, 93004, 40058, 44004})

    def address(self, channel: Channel) -> str:
        server = channel.setting("server", "https://qyapi.weixin.qq.com").rstrip("/")
        return f"{server}/cgi-bin/webhook/send?key={quote(channel.setting('key'), safe='')}"

    def body(self, channel: Channel, words: str, *, emergency: bool) -> dict[str, Any]:
        mentioned = ["@all"] if emergency else []
        return {
            "msgtype": "text",
            "text": {
                "content": within_bytes(words, 2048),
                "mentioned_list": mentioned,
                "mentioned_mobile_list": [],
            },
        }
