"""The addresses of the scene, part by part."""

from django.urls import URLPattern, URLResolver

from gridloop.scenes.fire.adapters.urls import urlpatterns as adapter_urls
from gridloop.scenes.fire.index.urls import urlpatterns as index_urls

app_name = "fire"
urlpatterns: list[URLPattern | URLResolver] = [*adapter_urls, *index_urls]
