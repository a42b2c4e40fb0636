"""The addresses of the register."""

from django.urls import path

from gridloop.scenes.fire.registry import claim_views, import_views, vendor_views, views

urlpatterns = [
    path("desk/fire/premises/", views.premises_list, name="premises_list"),
    path("desk/fire/premises/new/", views.edit_premises, name="new_premises"),
    path("desk/fire/premises/<int:pk>/", views.premises, name="premises"),
    path("desk/fire/premises/<int:pk>/edit/", views.edit_premises, name="edit_premises"),
    path("desk/fire/premises/<int:pk>/retire/", views.retire_premises, name="retire_premises"),
    path("desk/fire/premises/<int:pk>/unmask/", views.unmask, name="unmask_owner"),
    path("desk/fire/devices/", views.device_list, name="device_list"),
    path("desk/fire/devices/<int:pk>/", views.device, name="device"),
    path("desk/fire/devices/<int:pk>/key/", views.new_key, name="new_claim_key"),
    path("desk/fire/devices/<int:pk>/retire/", views.retire_device, name="retire_device"),
    path("desk/fire/devices/<int:pk>/duty/", views.ask_duty, name="ask_duty"),
    path("desk/fire/devices/strangers/", views.strangers, name="strangers"),
    path("desk/fire/devices/strangers/<int:pk>/", views.stranger, name="stranger"),
    path("desk/fire/devices/strangers/<int:pk>/refuse/", views.refuse, name="refuse_stranger"),
    path("desk/fire/import/<slug:what>/", import_views.upload, name="import"),
    path("desk/fire/import/<slug:what>/template.xlsx", import_views.template, name="import_template"),
    path("desk/fire/errand/<uuid:key>/", import_views.errand, name="errand"),
    path("desk/fire/errand/<uuid:key>/land/", import_views.land, name="land"),
    path("desk/fire/errand/<uuid:key>/errors.xlsx", import_views.errors, name="errors"),
    path("settings/fire/vendors/", vendor_views.vendors, name="vendors"),
    path("settings/fire/vendors/new/", vendor_views.vendor, name="new_vendor"),
    path("settings/fire/vendors/<int:pk>/", vendor_views.vendor, name="vendor"),
    path("settings/fire/vendors/<int:pk>/secret/", vendor_views.secret, name="vendor_secret"),
    path("fire/claim/", claim_views.claim, name="claim"),
]
