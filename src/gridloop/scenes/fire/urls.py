"""The addresses of the scene, part by part."""

from django.urls import URLPattern, URLResolver

from gridloop.scenes.fire.adapters.urls import urlpatterns as adapter_urls
from gridloop.scenes.fire.alarms.urls import urlpatterns as alarm_urls
from gridloop.scenes.fire.hazards.urls import urlpatterns as hazard_urls
from gridloop.scenes.fire.index.urls import urlpatterns as index_urls
from gridloop.scenes.fire.ingest.urls import urlpatterns as ingest_urls
from gridloop.scenes.fire.registry.urls import urlpatterns as registry_urls

app_name = "fire"
urlpatterns: list[URLPattern | URLResolver] = [
    *adapter_urls,
    *alarm_urls,
    *hazard_urls,
    *index_urls,
    *ingest_urls,
    *registry_urls,
]
