"""The addresses of the field app; everything offline lies below /field/, the reach of its service worker."""

from django.urls import path

from gridloop.web.field import installing, maps, sync, views

app_name = "field"
urlpatterns = [
    path("", views.today, name="today"),
    path("snap/", views.snap, name="snap"),
    path("map/", views.map_page, name="map"),
    path("patrol/", views.patrol, name="patrol"),
    path("waiting/", views.waiting, name="waiting"),
    path("case/", views.case, name="case_shell"),
    path("case/<str:number>/", views.case, name="case"),
    path("data.json", views.data, name="data"),
    path("pass.json", sync.give_pass, name="pass"),
    path("sync/", sync.sync, name="sync"),
    path("cases.geojson", maps.cases, name="cases"),
    path("grids.geojson", maps.grids, name="grids"),
    path("sw.js", installing.worker, name="worker"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
]
