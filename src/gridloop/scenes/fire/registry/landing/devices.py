"""Devices from rows, and the panels they hang on."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from gridloop.core.spreadsheets import RowError
from gridloop.scenes.fire.registry.cells import day_in, number_in, words_in
from gridloop.scenes.fire.registry.claim_keys import claim_digest
from gridloop.scenes.fire.registry.landing.references import References, Values, in_parts
from gridloop.scenes.fire.registry.landing.writing import Counts, Judged, given, write
from gridloop.scenes.fire.registry.models import Device

AT_ONCE = 400  # values of one IN list


def prepare_devices(references: References, rows: Sequence[Values]) -> None:
    references.read_premises(rows)


def judge_devices(references: References, values: Values) -> Judged:
    vendor, code = values["vendor"].strip(), words_in(values, "code", 64)
    facts: dict[str, Any] = {"kind": references.device_kinds.of(values["kind"])}
    facts |= given(
        premises_id=references.premises_at(values.get("premises", "").strip()),
        floor=words_in(values, "floor", 12),
        spot=words_in(values, "spot", 60),
        claim_digest=claim_digest(values.get("claim_key", "")),
        silence=number_in(values, "silence", 0, 31_536_000),
        installed_at=day_in(values, "installed"),
    )
    panel = words_in(values, "panel", 64)
    return Judged((references.vendor(vendor), code), facts, {"panel": panel, "vendor": vendor})


def settle_devices(references: References, rows: list[Judged], counts: Counts) -> None:
    codes = [each.key[1] for each in rows]
    known = {(one.vendor_id, one.code): one for one in in_parts(Device.objects.all(), "code", codes)}
    for each in rows:
        if each.more["panel"]:
            references.panels.append((each.row, each.key[0], each.key[1], each.more["panel"]))
    write(Device, ("vendor_id", "code"), rows, known, counts, retired_at=None)


def bind_panels(references: References, errors: list[RowError]) -> None:
    """Panels may stand further down in the same file, so they are bound when all rows are there."""
    below: dict[int, list[int]] = {}
    for start in range(0, len(references.panels), AT_ONCE):
        part = references.panels[start : start + AT_ONCE]
        codes = {code for _row, _vendor, *both in part for code in both}
        found = {(one.vendor_id, one.code): one for one in Device.objects.filter(code__in=codes)}
        for row, vendor, code, panel in part:
            device, above = found[int(vendor), code], found.get((int(vendor), panel))
            if above is None or above.pk == device.pk:
                errors.append(
                    RowError(row, _("There is no panel with the code “%(code)s”.") % {"code": panel})
                )
            elif device.panel_id != above.pk:
                below.setdefault(above.pk, []).append(device.pk)
    for panel_pk, devices in below.items():
        for start in range(0, len(devices), AT_ONCE):
            Device.objects.filter(pk__in=devices[start : start + AT_ONCE]).update(panel=panel_pk)
