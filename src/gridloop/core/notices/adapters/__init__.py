"""Ways out: every adapter keeps one contract, and each has a demo twin."""

from gridloop.core.notices.adapters.contract import Adapter
from gridloop.core.notices.adapters.demo import DemoTwin
from gridloop.core.notices.adapters.dingtalk import DingTalk
from gridloop.core.notices.adapters.email import Email
from gridloop.core.notices.adapters.feishu import Feishu
from gridloop.core.notices.adapters.inapp import InApp
from gridloop.core.notices.adapters.push import Push
from gridloop.core.notices.adapters.sms import Sms
from gridloop.core.notices.adapters.webhook import Webhook
from gridloop.core.notices.adapters.wecom import WeCom
from gridloop.core.notices.models import Channel

ADAPTERS: dict[str, Adapter] = {
    adapter.name: adapter
    for adapter in (InApp(), Push(), Sms(), Email(), WeCom(), DingTalk(), Feishu(), Webhook())
}


def adapter_of(channel: Channel) -> Adapter:
    """What sends on this channel: the adapter, or its demo twin where the channel names a behaviour for one."""
    adapter = ADAPTERS[channel.adapter]
    return DemoTwin(adapter) if channel.demo else adapter
