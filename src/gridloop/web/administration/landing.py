"""How a row of each settings table lands, and the rows an export of it holds."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.classes import save_class
from gridloop.core.cases.models import Category, Urgency
from gridloop.core.clocks import calendar, limits
from gridloop.core.clocks.actions import set_limit, set_special_day
from gridloop.core.clocks.models import SpecialDay, Unit
from gridloop.core.dispatch.actions import content_of, save_rule
from gridloop.core.dispatch.models import Admission, Rule
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.notices.answer_wordings import occasions, wordings_in_use, write_wording
from gridloop.core.notices.models import AnswerWording, Template
from gridloop.core.notices.shipped import SHIPPED
from gridloop.core.notices.templates import template_in_force
from gridloop.core.notices.wording import keep_template
from gridloop.core.people.cells import area_by_code, day_of, meaning
from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area

Landed = Literal["made", "changed", "same"]
Values = Mapping[str, str]
YES = {"1", "true", "yes", "是", "班", "上班"}
NO = {"0", "false", "no", "否", "休", "休息", "放假"}


def category_by_code(code: str) -> Category | None:
    if not code.strip():
        return None
    found = Category.objects.filter(code=code.strip(), retired_at=None).order_by("-edition").first()
    if found is None:
        raise Refusal(_("There is no class with the code “%(code)s”.") % {"code": code})
    return found


def parts_of(words: str) -> list[str]:
    """A cell that holds several: parted by commas of either language, semicolons or blanks."""
    for mark in "，；;、\n":
        words = words.replace(mark, ",")
    return [part.strip() for part in words.split(",") if part.strip()]


def is_yes(words: str) -> bool:
    return words.strip().casefold() in YES | {"y"}


def land_class(values: Values, by: Actor) -> Landed:
    edition = values.get("edition") or "county-1"
    known = Category.objects.filter(edition=edition, code=values["code"]).first()
    parent = None
    if values.get("parent"):
        parent = Category.objects.filter(edition=edition, code=values["parent"]).first()
        if parent is None:
            raise Refusal(_("There is no class with the code “%(code)s”.") % {"code": values["parent"]})
    same = known.same_as if known else None
    if values.get("same_as"):
        other, _mark, code = values["same_as"].partition(":")
        same = Category.objects.filter(edition=other, code=code).first()
        if same is None:
            raise Refusal(_("Write the class of the other edition as edition:code, e.g. county-1:0102."))
    given: dict[str, Any] = {
        "name": values["name"],
        "english": values.get("english", ""),
        "words": values.get("words", known.words if known else ""),
        "parent": parent,
        "same_as": same,
    }
    if known and all(getattr(known, name) == value for name, value in given.items()):
        return "same"
    save_class(known, edition=edition, code=values["code"], by=by, **given)
    return "changed" if known else "made"


def class_rows() -> Iterator[list[Any]]:
    for row in (
        Category.objects.filter(retired_at=None)
        .select_related("parent", "same_as")
        .order_by("edition", "code")
    ):
        same = f"{row.same_as.edition}:{row.same_as.code}" if row.same_as else ""
        yield [
            row.edition,
            row.code,
            row.parent.code if row.parent else "",
            row.name,
            row.english,
            row.words,
            same,
        ]


def land_limit(values: Values, by: Actor) -> Landed:
    area = area_by_code(values.get("area", ""))
    try:
        unit = meaning(values["unit"], Unit.choices, _("There is no unit “%(words)s”."))
        limit = limits.limit_from(
            {**values, "unit": unit, "area": area.pk if area else "", "edition": "county-1"}
        )
    except ValueError:
        raise Refusal(_("Write the limit as a number above zero.")) from None
    known = limits_in_force().get((limit.kind, limit.category, limit.area, limit.name))
    if known and (known.value, known.unit) == (limit.value, limit.unit):
        return "same"
    set_limit(limit, by=by)
    return "changed" if known else "made"


def limits_in_force() -> dict[tuple[str, str, int | None, str], limits.Limit]:
    """One row for each place in the table; a county's row stands above the shipped one."""
    return {(row.kind, row.category, row.area, row.name): row for row in limits.table()}


def limit_rows() -> Iterator[list[Any]]:
    codes = dict(
        Area.objects.filter(pk__in={row.area for row in limits.table() if row.area}).values_list("pk", "code")
    )
    for row in limits_in_force().values():
        yield [
            row.kind,
            row.category,
            codes.get(row.area or 0, ""),
            row.name,
            row.value,
            row.unit,
            row.source,
        ]


def land_day(values: Values, by: Actor) -> Landed:
    day = day_of(values["day"])
    works = values["works"].strip().casefold()
    if day is None or works not in YES | NO:
        raise Refusal(_("Write 1 for a day that is worked, 0 for one that is not."))
    known = calendar.current().special.get(day)
    own = SpecialDay.objects.filter(day=day).first()
    if (own and (own.works, own.name) == (works in YES, values.get("name", ""))) or (
        own is None
        and known is not None
        and (known.works, known.name) == (works in YES, values.get("name", ""))
    ):
        return "same"
    set_special_day(
        day, works=works in YES, name=values.get("name", ""), source=values.get("source", ""), by=by
    )
    return "changed" if known else "made"


def day_rows() -> Iterator[list[Any]]:
    for day, special in sorted(calendar.current().special.items()):
        yield [day.isoformat(), "1" if special.works else "0", special.name, special.source]


def land_admission(values: Values, by: Actor) -> Landed:
    from gridloop.core.dispatch.admission import ask_admission, decide_admission

    category, area = category_by_code(values["category"]), area_by_code(values.get("area", ""))
    assert category is not None  # a needed column is never empty
    if Admission.objects.filter(category=category, area=area, state="admitted").exists():
        return "same"
    words = values.get("words") or _("Admission list of the county")
    asked = ask_admission(category, words=words, area=area, by=by)
    decide_admission(asked, admit=True, words=words, until=day_of(values.get("until", "")), by=by)
    return "made"


def admission_rows() -> Iterator[list[Any]]:
    for row in (
        Admission.objects.filter(state="admitted")
        .select_related("category", "area")
        .order_by("category__code")
    ):
        yield [
            row.category.code,
            row.area.code if row.area else "",
            row.until.isoformat() if row.until else "",
            row.words,
        ]


def land_template(values: Values, by: Actor) -> Landed:
    event, audience, language = values["event"], values["audience"], values["language"]
    present = template_in_force(event, audience, language)
    given = (values["subject"], values["words"], values.get("gateway_id", ""))
    if (
        present
        and present.language == language
        and given == (present.subject, present.words, present.gateway_id)
    ):
        return "same"
    keep_template(event, audience, language, subject=given[0], words=given[1], gateway_id=given[2], by=by)
    return "changed"


def template_rows() -> Iterator[list[Any]]:
    own = {(row.event, row.audience, row.language): row for row in Template.objects.all()}
    for audience, events in SHIPPED.items():
        for event, languages in events.items():
            for language, (subject, words) in languages.items():
                row = own.get((event, audience, language))
                kept = (row.subject, row.words, row.gateway_id) if row else (subject, words, "")
                yield [event, audience, language, *kept]


def land_wording(values: Values, by: Actor) -> Landed:
    category, said = category_by_code(values.get("category", "")), values.get("occasion", "")
    occasion = (
        meaning(said, occasions().items(), _("No public answer is written at “%(words)s”.")) if said else ""
    )
    alike = AnswerWording.objects.filter(
        title=values["title"], occasion=occasion, category=category, retired_at=None
    )
    if alike.filter(words=values["words"]).exists():
        return "same"
    old = alike.filter(reviewed_at__isnull=False).first()
    write_wording(
        title=values["title"],
        words=values["words"],
        occasion=occasion,
        category=category,
        replaces=old,
        by=by,
    )
    return "changed" if old else "made"


def wording_rows() -> Iterator[list[Any]]:
    for row in wordings_in_use():
        yield [row.title, row.words, row.category.code if row.category else "", row.occasion]


def conditions_from(values: Values) -> dict[str, Any]:
    """Conditions from readable cells: kinds, class codes, area codes, sources, words, hours, urgencies."""
    found: dict[str, Any] = {}
    for name in ("kind", "category", "source", "words"):
        if parts := parts_of(values.get(name, "")):
            found[name] = parts
    if areas := [area for code in parts_of(values.get("area", "")) if (area := area_by_code(code))]:
        found["area"] = [area.pk for area in areas]
    if hours := parts_of(values.get("hours", "").replace("-", ",").replace("–", ",")):
        found["hours"] = hours
    if urgencies := parts_of(values.get("urgency", "")):
        found["urgency"] = [
            int(meaning(words, urgency_choices(), _("There is no urgency “%(words)s”.")))
            for words in urgencies
        ]
    unknown = [kind for kind in found.get("kind", []) if kind not in {each.name for each in kinds.kinds()}]
    if unknown:
        raise Refusal(_("There is no kind of case “%(name)s”.") % {"name": unknown[0]})
    return found


def urgency_choices() -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in Urgency.choices]


def land_rule(values: Values, by: Actor) -> Landed:
    unit = Organisation.objects.filter(code=values["unit"]).first() if values.get("unit") else None
    if values.get("unit") and unit is None:
        raise Refusal(_("There is no organisation with the code “%(code)s”.") % {"code": values["unit"]})
    raised = values.get("raise_to", "")
    given: dict[str, Any] = {
        "name": values["name"],
        "conditions": conditions_from(values),
        "organisation": unit,
        "level": values.get("level", ""),
        "urgency": int(meaning(raised, urgency_choices(), _("There is no urgency “%(words)s”.")))
        if raised
        else None,
        "automatic": is_yes(values.get("automatic", "")),
    }
    known = Rule.objects.filter(name=values["name"].strip()).first()
    if known and content_of(known) == {**given, "organisation": unit.pk if unit else None}:
        return "same"
    save_rule(known, by=by, **given)
    return "changed" if known else "made"


def rule_rows() -> Iterator[list[Any]]:
    rules = list(Rule.objects.select_related("organisation"))
    wanted = {area for rule in rules for area in rule.conditions.get("area", [])}
    codes = dict(Area.objects.filter(pk__in=wanted).values_list("pk", "code"))
    for rule in rules:
        when = rule.conditions
        listed = [", ".join(map(str, when.get(name, []))) for name in ("kind", "category")]
        areas = ", ".join(codes[area] for area in when.get("area", []) if area in codes)
        more = [", ".join(map(str, when.get(name, []))) for name in ("source", "words")]
        yield [
            rule.name, *listed, areas, *more, "-".join(when.get("hours", [])), ", ".join(map(str, when.get("urgency", []))),
            rule.organisation.code if rule.organisation else "", rule.level, rule.urgency or "", "1" if rule.automatic else "",
        ]  # fmt: skip
