"""The addresses of map layers."""

from django.urls import path

from gridloop.web.maps import views

app_name = "maps"
urlpatterns = [
    path("places/", views.places, name="places"),
    path("here/", views.here, name="here"),
    path("areas.geojson", views.layer, name="grids"),
    path("<str:level>.geojson", views.layer, name="layer"),
]
