"""Settings: alarm rules, what each says in one sentence, an editor with a row of readings to try, and all versions."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.fire.ingest.rule_editing import (
    Version,
    newest_versions,
    refuse_wrong,
    retire_rule,
    rule_versions,
    save_rule,
)
from gridloop.scenes.fire.ingest.rule_forms import SHAPE_HINTS, AlarmRuleForm, initial_of
from gridloop.scenes.fire.ingest.rule_playing import Told, play
from gridloop.scenes.fire.ingest.rule_words import (
    amount,
    kinds_words,
    raises_words,
    sentence,
    span_words,
    title_of,
)
from gridloop.scenes.fire.ingest.rules import Rule
from gridloop.scenes.fire.settings_changes import told_changes
from gridloop.web.administration.pages import act, administer, attempt, by_of

EVENTS = ("alarm_rule_kept", "alarm_rule_retired")


def shown(version: Version, names: dict[int, str]) -> dict[str, Any]:
    """A version as a row of a list."""
    rule, made = version.rule, version.made
    return {
        "rule": rule,
        "title": title_of(rule.name),
        "sentence": sentence(rule),
        "devices": kinds_words(rule),
        "raises": raises_words(rule),
        "grave": rule.raises in ("fire", "gas") and rule.shape != "silence",
        "active": version.active,
        "at": made.made_at if made else None,
        "who": names.get(made.made_by or 0, "gridloop") if made else "gridloop",
    }


def rows_of(versions: list[Version]) -> list[dict[str, Any]]:
    """One more query for everybody's names."""
    people = {each.made.made_by for each in versions if each.made and each.made.made_by}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    return [shown(version, names) for version in versions]


@require_safe
@administer
def rules(request: HttpRequest) -> HttpResponse:
    """All rules: those on readings, those on silence, and those that were retired."""
    rows = rows_of(newest_versions())
    active = [row for row in rows if row["active"]]
    title = _("Alarm rules")
    context = {
        "title": title,
        "way": [{"title": _("Settings"), "url": reverse("settings:home")}, {"title": title, "url": ""}],
        "groups": [
            (_("On readings"), [row for row in active if row["rule"].shape != "silence"]),
            (_("On silence"), [row for row in active if row["rule"].shape == "silence"]),
        ],
        "retired": [row for row in rows if not row["active"]],
        "changes": told_changes(["alarm_rule"], EVENTS),
    }
    return render(request, "fire/rules/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def rule(request: HttpRequest, name: str = "") -> HttpResponse:
    """Write a rule or change one; tried on typed readings as often as one likes before it is saved."""
    versions = rule_versions(name) if name else []
    if name and not versions:
        raise Http404
    chosen = version_asked(request, versions)
    form = AlarmRuleForm(request.POST or None, initial=initial_of(chosen.rule) if chosen else None)
    if name or "try" in request.POST:
        form.fields["name"].required = False
    tried: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            tried = tried_on(form, name)
        elif attempt(form, lambda given: save(request, form, name)):
            messages.success(
                request, _("The rule is in force. The listener takes it up within half a minute.")
            )
            return redirect("fire:alarm_rules")
    title = title_of(name) if name else _("New rule")
    way = [
        {"title": _("Settings"), "url": reverse("settings:home")},
        {"title": _("Alarm rules"), "url": reverse("fire:alarm_rules")},
        {"title": title, "url": ""},
    ]
    context = {
        "title": title, "way": way, "form": form, "name": name, "versions": rows_of(versions), "chosen": chosen,
        "newest": versions[0] if versions else None, "hints": SHAPE_HINTS, "tried": tried,
        "lead": sentence(versions[0].rule) if versions else "", "seen": seen_in(request, versions),
    }  # fmt: skip
    return render(request, "fire/rules/rule.html", context, status=422 if form.errors else 200)


def version_asked(request: HttpRequest, versions: list[Version]) -> Version | None:
    """The version the form starts from: the newest, or an earlier one to be taken again."""
    wanted = request.GET.get("version", "")
    earlier = next((each for each in versions if str(each.rule.version) == wanted), None)
    return earlier or (versions[0] if versions else None)


def seen_in(request: HttpRequest, versions: list[Version]) -> int:
    """The version that was the newest when the page was opened; a page that comes back with an error keeps it."""
    said = request.POST.get("seen", "")
    if said.isdecimal() and len(said) < 9:
        return int(said)
    return versions[0].rule.version if versions else 0


def save(request: HttpRequest, form: AlarmRuleForm, name: str) -> None:
    seen = request.POST.get("seen", "")
    save_rule(
        form.rule(name),
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        reason=form.cleaned_data["reason"],
        by=by_of(request),
    )


def tried_on(form: AlarmRuleForm, name: str) -> list[dict[str, Any]] | None:
    """What the typed rule says to the typed readings; a rule that cannot be is told so beside its field."""
    typed = form.rule(name or "tried")
    readings = form.readings()
    if not readings:
        form.add_error("values", _("Write at least one reading to try it with."))
        return None
    try:
        refuse_wrong(typed)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.words))
        return None
    offset = timezone.localtime().utcoffset()
    told = play(typed, readings, offset.total_seconds() if offset else 0.0)
    return [moment_shown(typed, each) for each in told]


def moment_shown(typed: Rule, told: Told) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(told.at, timezone.get_default_timezone()),
        "reading": amount(told.value, typed.quantity) if told.value is not None and typed.quantity else "",
        "heard": told.value is not None,
        "ahead": told.ahead,
        "words": words_of(typed, told),
        "tone": tone_of(told),
    }


def tone_of(told: Told) -> str:
    if told.turned is None:
        return "moving" if told.on else ""
    return "late" if told.turned else "done"


def words_of(typed: Rule, told: Told) -> str:
    if told.turned:
        return _("begins: %(what)s") % {"what": raises_words(typed)}
    if told.turned is False:
        return _("is over")
    if told.on:
        return _("still on")
    if not told.looks:
        return _("not looked at: outside its hours")
    if told.since == told.at and typed.shape == "duration":
        return _("counting begins")
    if told.since is not None and typed.shape == "duration":
        return _("lasts for %(span)s") % {"span": span_words(round(told.at - told.since))}
    if told.since is not None:
        return _("%(times)s of %(all)s") % {"times": told.times, "all": typed.times}
    return _("nothing")


@require_POST
@administer
def retire(request: HttpRequest, name: str) -> HttpResponse:
    """Out of force, with the reason why."""
    if not rule_versions(name):
        raise Http404
    seen, reason = request.POST.get("seen", ""), request.POST.get("reason", "")[:200]
    return act(
        request,
        lambda: retire_rule(
            name,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
            reason=reason,
            by=by_of(request),
        ),
        reverse("fire:alarm_rules"),
        _(
            "The rule is retired. What it has raised is over within half a minute; cases that were opened go on."
        ),
    )
