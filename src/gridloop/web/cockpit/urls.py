"""The addresses of the cockpit."""

from django.urls import path

from gridloop.web.cockpit import case_views, map_views, measure_views, views

app_name = "cockpit"
urlpatterns = [
    path("", views.wall, name="wall"),
    path("figures/", views.figures, name="figures"),
    path("side/", views.side, name="side"),
    path("map.json", map_views.grid_values, name="map"),
    path("points.json", map_views.case_points, name="points"),
    path("cases/", case_views.cases, name="cases"),
    path("hot/<int:pk>/", case_views.hot_issue, name="hot_issue"),
    path("area/<int:pk>/", views.area, name="area"),
    path("ranking/", views.ranking, name="ranking"),
    path("measures/", measure_views.measures, name="measures"),
    path("measures/times/", measure_views.times, name="times"),
    path("export.xlsx", measure_views.export, name="export"),
]
