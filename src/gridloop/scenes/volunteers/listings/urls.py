"""The addresses of the lists and stations."""

from django.urls import path

from gridloop.scenes.volunteers.listings import desk, desk_stations, views

urlpatterns = [
    path("lists/", views.lists, name="lists"),
    path("lists/new/", views.new, name="new_entry"),
    path("lists/mine/", views.mine, name="my_lists"),
    path("lists/stations/", views.stations, name="stations"),
    path("lists/stations/<int:pk>/", views.station, name="station"),
    path("lists/claims/<int:pk>/", views.one_claim, name="claim"),
    path("lists/claims/<int:pk>/<slug:what>/", views.move_claim, name="move_claim"),
    path("lists/<int:pk>/", views.entry, name="entry"),
    path("lists/<int:pk>/claim/", views.claim, name="claim_entry"),
    path("lists/<int:pk>/withdraw/", views.withdraw, name="withdraw_entry"),
    path("desk/volunteers/lists/", desk.lists, name="desk_lists"),
    path("desk/volunteers/lists/new/", desk.new, name="desk_new_entry"),
    path("desk/volunteers/lists/<int:pk>/decide/", desk.decide, name="decide_entry"),
    path("desk/volunteers/stations/", desk_stations.stations, name="desk_stations"),
    path("desk/volunteers/stations/new/", desk_stations.new_station, name="new_station"),
    path("desk/volunteers/stations/<int:pk>/", desk_stations.station, name="desk_station"),
    path("desk/volunteers/stations/<int:pk>/change/", desk_stations.change_station, name="change_station"),
    path("desk/volunteers/stations/<int:pk>/close/", desk_stations.close_station, name="close_station"),
    path(
        "desk/volunteers/stations/<int:pk>/items/<int:item>/retire/",
        desk_stations.retire_item,
        name="retire_item",
    ),
]
