"""The addresses of the scene, part by part."""

from django.urls import URLPattern, URLResolver

app_name = "fire"
urlpatterns: list[URLPattern | URLResolver] = []
