"""Addresses: the web pages, the API, and whatever each scene brings."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from gridloop.core.scenes import registry

handler400 = "gridloop.web.failures.unreadable"
handler404 = "gridloop.web.failures.missing"
handler500 = "gridloop.web.failures.broken"

urlpatterns: list[URLPattern | URLResolver] = []

# The API first: programs ask far more often than people.
if module_has_submodule(apps.get_app_config("api").module, "urls"):
    urlpatterns.append(path("", include("gridloop.api.urls")))

urlpatterns.append(path("", include("gridloop.web.urls")))

for scene in registry.scenes():
    if registry.module_of(scene.name, "urls") is not None:
        app = apps.get_app_config(scene.name)
        urlpatterns.append(path("", include(f"{app.name}.urls")))
