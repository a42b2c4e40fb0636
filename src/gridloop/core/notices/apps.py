"""Notices as a Django app: once everything is loaded, people's sign-in codes have somebody to send them."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the sender of sign-in codes."""

    name = "gridloop.core.notices"

    def ready(self) -> None:
        from gridloop.core.notices.sign_in_codes import register

        register()
