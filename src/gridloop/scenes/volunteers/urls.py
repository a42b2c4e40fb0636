"""The addresses of the scene, part by part."""

from django.urls import URLPattern, URLResolver

app_name = "volunteers"
urlpatterns: list[URLPattern | URLResolver] = []
