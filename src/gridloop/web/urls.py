"""The addresses of the pages that belong to no scene."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from gridloop.web import files, health, live, privacy

PARTS = (
    ("account/", "gridloop.web.account.urls"),
    ("desk/", "gridloop.web.desk.urls"),
    ("field/", "gridloop.web.field.urls"),
    ("cockpit/", "gridloop.web.cockpit.urls"),
    ("settings/", "gridloop.web.administration.urls"),
    ("notices/", "gridloop.web.notices.urls"),
    ("map/", "gridloop.web.maps.urls"),
    ("", "gridloop.web.styleguide"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("live/", live.live, name="live"),
    path("health/", health.health, name="health"),
    path("files/<uuid:key>/", files.show_file, name="file"),
    path("files/<uuid:key>/<str:size>/", files.show_file, name="file"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("language/", include("django.conf.urls.i18n")),
]


def is_there(module: str) -> bool:
    """Whether a part is installed: pages can be left out of an installation by leaving out their folder."""
    package = module.rpartition(".")[0]
    return find_spec(package) is not None and find_spec(module) is not None


# The same notices inside the field app, so that an installed app need not leave its frame.
urlpatterns.append(
    path("field/notices/", include(("gridloop.web.notices.urls", "notices"), namespace="field_notices"))
)
urlpatterns += [path(address, include(module)) for address, module in PARTS if is_there(module)]
