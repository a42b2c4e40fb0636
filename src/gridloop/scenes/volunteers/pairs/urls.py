"""The addresses of the pairs."""

from django.urls import path

from gridloop.scenes.volunteers.pairs import desk, views

urlpatterns = [
    path("volunteer/pairs/", views.mine, name="pairs"),
    path("volunteer/pairs/<int:companion>/answer/", views.answer, name="pair_answer"),
    path("volunteer/pairs/<int:companion>/home/", views.home, name="pair_home"),
    path("volunteer/pairs/<int:companion>/leave/", views.leave, name="pair_leave"),
    path("volunteer/visits/<int:visit>/", views.visit, name="visit"),
    path("volunteer/visits/<int:visit>/cannot/", views.cannot, name="visit_cannot"),
    path("visit-code/", views.visit_code, name="visit_code"),
    path("desk/pairs/", desk.overview, name="pairs_desk"),
    path("desk/pairs/enter/", desk.enter, name="pair_enter"),
    path("desk/pairs/run/", desk.run, name="pairs_run"),
    path("desk/pairs/door/<str:number>/", desk.door, name="pair_door"),
    path("desk/pairs/<int:pk>/", desk.one, name="pair_desk"),
    path("desk/pairs/<int:pk>/home/", desk.show_home, name="pair_show_home"),
    path("desk/pairs/<int:pk>/propose/", desk.propose, name="pair_propose"),
    path("desk/pairs/<int:pk>/take-off/", desk.take_off, name="pair_take_off"),
    path("desk/pairs/<int:pk>/companion/<int:companion>/", desk.companion_act, name="pair_companion"),
]
