"""The addresses of the index: the map, one grid, the worker's grids, what maps are coloured by, its settings."""

from django.urls import path

from gridloop.scenes.fire.index import evaluation_views, map_data, settings_views, views

urlpatterns = [
    path("desk/fire/map/", views.risk_map, name="map"),
    path("desk/fire/map/rows/", views.risk_rows, name="map_rows"),
    path("desk/fire/map/grid/<int:pk>/", views.grid, name="grid"),
    path("desk/fire/map/evaluation/", evaluation_views.evaluation, name="evaluation"),
    path("cockpit/fire/", views.wall, name="wall"),
    path("field/fire/grid/", views.my_grids, name="my_grids"),
    path("fire/map/", views.public_map, name="public_map"),
    path("fire/colours.json", map_data.colours, name="colours"),
    path("fire/communities.json", map_data.public_colours, name="public_colours"),
    path("fire/marks/<str:layer>.geojson", map_data.marks, name="marks"),
    path("settings/fire/index/", settings_views.editions, name="editions"),
    path("settings/fire/index/new/", settings_views.draft, name="draft_edition"),
    path("settings/fire/index/factors/new/", settings_views.new_factor, name="new_factor"),
    path("settings/fire/index/factors/<int:pk>/withdraw/", settings_views.end_factor, name="end_factor"),
    path("settings/fire/index/<int:pk>/", settings_views.edition, name="edition"),
    path("settings/fire/index/<int:pk>/edit/", settings_views.edit, name="edit_edition"),
    path("settings/fire/index/<int:pk>/try.json", settings_views.tried_colours, name="tried_colours"),
    path("settings/fire/index/<int:pk>/approve/", settings_views.approve, name="approve_edition"),
    path("settings/fire/index/<int:pk>/withdraw/", settings_views.withdraw, name="withdraw_edition"),
]
