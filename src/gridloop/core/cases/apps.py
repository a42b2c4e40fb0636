"""Cases as a Django app: once everything is loaded, people know what cases hold of a person."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers with the people's package who is looked up and kept, what is forgotten when, and what erasing takes."""

    name = "gridloop.core.cases"

    def ready(self) -> None:
        from gridloop.core.cases import forgetting, leaving, reporters

        for part in (reporters, forgetting, leaving):
            part.register()
