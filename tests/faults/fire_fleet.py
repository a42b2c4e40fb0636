"""Run inside an installation: a vendor with smoke and electrical devices in the premises of a small town."""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command

from gridloop.scenes.fire.registry.models import Device, Premises, Vendor
from gridloop.scenes.fire.simulator.fleet import VENDOR, code
from tests import world


def seed(devices: int) -> dict[str, int]:
    call_command("migrate", verbosity=0)
    town = world.a_town()
    longitude, latitude = town.point()
    vendor = Vendor.objects.create(code=VENDOR, name="甲乙消防")
    for number in range(devices):
        premises = Premises.objects.create(
            code=f"P{number}", name=f"第{number}处", kind="nine_small", longitude=longitude, latitude=latitude,
            grid=town.grids[0], community=town.community, town=town.town, county=town.county,
        )  # fmt: skip
        Device.objects.create(
            vendor=vendor, code=code(number), kind="electrical" if number < 3 else "smoke", premises=premises
        )
    return {"devices": devices}


if __name__ == "__main__":
    print(json.dumps(seed(int(sys.argv[1]))))
