"""The addresses of the scene, part by part."""

from django.urls import URLPattern, URLResolver

from gridloop.scenes.volunteers.activities import urls as activities
from gridloop.scenes.volunteers.hours import urls as hours
from gridloop.scenes.volunteers.listings import urls as listings
from gridloop.scenes.volunteers.pairs import urls as pairs
from gridloop.scenes.volunteers.requests import urls as requests
from gridloop.scenes.volunteers.roster import urls as roster

app_name = "volunteers"
urlpatterns: list[URLPattern | URLResolver] = [
    *requests.urlpatterns,
    *hours.urlpatterns,
    *listings.urlpatterns,
    *roster.urlpatterns,
    *activities.urlpatterns,
    *pairs.urlpatterns,
]
