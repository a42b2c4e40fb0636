"""All the tables of the scene, gathered for Django from its parts."""

from gridloop.scenes.fire.registry.models import (
    Camera,
    Device,
    DeviceKind,
    Premises,
    PremisesKind,
    Station,
    Stranger,
    Vendor,
)

__all__ = ["Camera", "Device", "DeviceKind", "Premises", "PremisesKind", "Station", "Stranger", "Vendor"]
