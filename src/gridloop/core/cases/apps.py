"""Cases as a Django app: once everything is loaded, people know what cases hold of a person."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the reporters of cases with the people's package."""

    name = "gridloop.core.cases"

    def ready(self) -> None:
        from gridloop.core.cases.reporters import register

        register()
