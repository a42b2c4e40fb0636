"""The address to which devices send over HTTP."""

from django.urls import path

from gridloop.scenes.fire.adapters.http_batch import messages

urlpatterns = [path("api/fire/messages", messages, name="device_messages")]
