"""Notices as a Django app: once everything is loaded, people's sign-in codes have somebody to send them."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the sender of sign-in codes, and what is kept of messages."""

    name = "gridloop.core.notices"

    def ready(self) -> None:
        from gridloop.core.notices import forgetting, sign_in_codes

        sign_in_codes.register()
        forgetting.register()
