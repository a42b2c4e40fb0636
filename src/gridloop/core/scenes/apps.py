"""When Django is ready, the scenes are found."""

from django.apps import AppConfig


class ScenesConfig(AppConfig):
    """Core's own app for scenes; it stands last in core, so every kind finds its ground laid."""

    name = "gridloop.core.scenes"
    label = "scenes"

    def ready(self) -> None:
        from gridloop.core.scenes import registry

        registry.discover()
