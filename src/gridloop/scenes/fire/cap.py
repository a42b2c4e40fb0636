"""Outgoing alerts as CAP 1.2 (OASIS, urn:oasis:names:tc:emergency:cap:1.2): written, and checked beyond the schema. Pure.

The schema does not look at polygons, at references or at what a scope requires, so `problems` does. Actual alerts and
drills are two types: the status of a drill is a constant of its class, so no argument can make an exercise an alarm.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from lxml import etree  # type: ignore[import-untyped]

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
Message = Literal["Alert", "Update", "Cancel"]
Scope = Literal["Public", "Restricted", "Private"]
Colour = Literal["red", "orange", "yellow", "blue"]
SEVERITY: dict[str, str] = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
NO_SPACES = re.compile(r"^[^\s,<&]+$")
OFFSET = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")
DIVISION = re.compile(r"^\d{12}$")
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude first, as CAP writes it; two numbers in a tuple would be too easily swapped."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.6f},{self.longitude:.6f}"


@dataclass(frozen=True, slots=True)
class Area:
    """Where it holds: in words, by division code, and where known by its outline or a circle (kilometres)."""

    words: str
    division: str  # 12 digits
    polygon: tuple[Point, ...] = ()
    circle: tuple[Point, float] | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What people are told. `colour` decides the severity; `parameters` are names and values of our own."""

    event: str
    headline: str
    description: str
    colour: Colour
    areas: tuple[Area, ...]
    instruction: str = ""
    urgency: str = "Immediate"
    certainty: str = "Possible"
    response: tuple[str, ...] = ()
    sender_name: str = ""
    effective: datetime | None = None
    expires: datetime | None = None
    contact: str = ""
    web: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ("Fire",)


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message, as CAP names it: all three parts."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{moment(self.sent)}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What alerts and drills share. Use Actual or Drill."""

    status: ClassVar[str]

    identifier: str
    sender: str
    sent: datetime
    message: Message
    scope: Scope
    infos: tuple[Info, ...] = ()
    references: tuple[Reference, ...] = ()
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    note: str = ""
    incidents: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Actual(Envelope):
    """It is so."""

    status: ClassVar[Literal["Actual"]] = "Actual"


@dataclass(frozen=True, slots=True)
class Drill(Envelope):
    """An exercise, whatever else it says."""

    status: ClassVar[Literal["Exercise"]] = "Exercise"


def moment(at: datetime) -> str:
    """With its offset and without fractions: the schema refuses "Z" and parts of a second."""
    if at.tzinfo is None:
        raise ValueError("a moment without its offset cannot be sent")
    text = at.replace(microsecond=0).isoformat()
    return text if OFFSET.match(text) else text.replace("Z", "+00:00")


def write(alert: Envelope) -> bytes:
    """The message as XML, its elements in the order of the schema. Raises ValueError naming what is wrong."""
    wrong = list(problems(alert))
    if wrong:
        raise ValueError("; ".join(wrong))
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    add(root, "identifier", alert.identifier)
    add(root, "sender", alert.sender)
    add(root, "sent", moment(alert.sent))
    add(root, "status", alert.status)
    add(root, "msgType", alert.message)
    add(root, "scope", alert.scope)
    add(root, "restriction", alert.restriction)
    add(root, "addresses", " ".join(f'"{one}"' if " " in one else one for one in alert.addresses))
    add(root, "note", alert.note)
    add(root, "references", " ".join(str(one) for one in alert.references))
    add(root, "incidents", " ".join(alert.incidents))
    for info in alert.infos:
        write_info(etree.SubElement(root, f"{{{NAMESPACE}}}info"), info)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def write_info(parent: etree._Element, info: Info) -> None:
    add(parent, "language", LANGUAGE)
    for category in info.categories:
        add(parent, "category", category)
    add(parent, "event", info.event)
    for response in info.response:
        add(parent, "responseType", response)
    add(parent, "urgency", info.urgency)
    add(parent, "severity", SEVERITY[info.colour])
    add(parent, "certainty", info.certainty)
    add(parent, "effective", moment(info.effective) if info.effective else "")
    add(parent, "expires", moment(info.expires) if info.expires else "")
    add(parent, "senderName", info.sender_name)
    add(parent, "headline", info.headline)
    add(parent, "description", info.description)
    add(parent, "instruction", info.instruction)
    add(parent, "web", info.web)
    add(parent, "contact", info.contact)
    for name, value in (("colour", info.colour), *info.parameters):
        parameter = etree.SubElement(parent, f"{{{NAMESPACE}}}parameter")
        add(parameter, "valueName", name)
        add(parameter, "value", value)
    for area in info.areas:
        write_area(etree.SubElement(parent, f"{{{NAMESPACE}}}area"), area)


def write_area(parent: etree._Element, area: Area) -> None:
    add(parent, "areaDesc", area.words)
    add(parent, "polygon", " ".join(str(point) for point in area.polygon))
    if area.circle is not None:
        add(parent, "circle", f"{area.circle[0]} {area.circle[1]:.3f}")
    geocode = etree.SubElement(parent, f"{{{NAMESPACE}}}geocode")
    add(geocode, "valueName", "division")
    add(geocode, "value", area.division)


def add(parent: etree._Element, name: str, text: str) -> None:
    """One element, left out where there is nothing to say."""
    if text:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = "".join(
            c for c in text if c >= " " or c in "\n\t"
        )


def problems(alert: Envelope) -> Iterator[str]:
    """What the schema does not look at, each as a sentence."""
    if type(alert) not in (Actual, Drill):
        yield "an alert is either Actual or Drill"
    for name in ("identifier", "sender"):
        if not NO_SPACES.match(getattr(alert, name)):
            yield f"the {name} must not be empty nor hold spaces, commas, < or &"
    if alert.message in ("Update", "Cancel") and not alert.references:
        yield f"a message of type {alert.message} must name the messages it refers to"
    if alert.message == "Alert" and alert.references:
        yield "a first alert refers to no other"
    for reference in alert.references:
        if not NO_SPACES.match(reference.sender) or not NO_SPACES.match(reference.identifier):
            yield "a reference names sender, identifier and time, without spaces or commas in them"
        if reference.sent > alert.sent:
            yield "a reference lies later than the message itself"
    if alert.scope == "Restricted" and not alert.restriction:
        yield "a restricted alert says to whom it is restricted"
    if alert.scope == "Private" and not alert.addresses:
        yield "a private alert names its addresses"
    if alert.message != "Cancel" and not alert.infos:
        yield "an alert tells something"
    for info in alert.infos:
        yield from info_problems(info, alert.sent)


def info_problems(info: Info, sent: datetime) -> Iterator[str]:
    if info.colour not in SEVERITY:
        yield f"the colour '{info.colour}' is none of the four"
    if info.certainty not in CERTAINTY or info.urgency not in URGENCY:
        yield "certainty or urgency is no word of CAP"
    if not info.event.strip() or not info.headline.strip():
        yield "event and headline must say something"
    if info.expires is not None and info.expires <= sent:
        yield "it would have expired before it is sent"
    if not info.areas:
        yield "an alert says where it holds"
    for area in info.areas:
        yield from area_problems(area)


def area_problems(area: Area) -> Iterator[str]:
    if not DIVISION.match(area.division):
        yield f"the division code of {area.words} has not twelve digits"
    points = area.polygon
    if points:
        if len(points) < 4:
            yield f"the outline of {area.words} has fewer than four points"
        if points[0] != points[-1]:
            yield f"the outline of {area.words} does not end where it begins"
        if len(set(points)) < 3:
            yield f"the outline of {area.words} encloses nothing"
    for point in (*points, *([area.circle[0]] if area.circle else [])):
        if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
            yield f"a point of {area.words} lies nowhere: latitude comes first"
            break
    if area.circle is not None and area.circle[1] < 0:
        yield f"the circle of {area.words} has no radius"
