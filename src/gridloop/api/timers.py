"""The API's periodic jobs: webhooks go out, old calls are forgotten."""

from gridloop.api import delivering
from gridloop.core.clocks.periodic import every


@every("send_webhooks", 2, at_most=120)
def send_webhooks() -> None:
    delivering.send_due_calls()


@every("clear_webhook_calls", 3600)
def clear_webhook_calls() -> None:
    delivering.clear_sent_calls()
