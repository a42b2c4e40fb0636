"""Addresses: the web pages, the API, and whatever each scene's manifest brings."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
