"""The addresses of a person's notices."""

from django.urls import path

from gridloop.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.follow, name="follow"),
    path("preferences/", views.preferences, name="preferences"),
    path("worker.js", views.worker, name="worker"),
    path("push/", views.subscribe, name="subscribe"),
    path("push/end/", views.unsubscribe, name="unsubscribe"),
]
