"""The pages as a Django app: once everything is loaded, erasing somebody takes what the pages keep for them."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers with the people's package."""

    name = "gridloop.web"

    def ready(self) -> None:
        from gridloop.web.keeping import register

        register()
