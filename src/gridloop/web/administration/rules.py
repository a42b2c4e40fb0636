"""Routing rules: an ordered list of sentences, an editor of form rows, and a dry run on the past before use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.models import Case, Category, Urgency
from gridloop.core.dispatch.actions import order_rules, remove_rule, save_rule, switch_rule
from gridloop.core.dispatch.models import Firing, Rule
from gridloop.core.dispatch.rulebook import DryRun, dry_run
from gridloop.core.people.cells import area_by_code
from gridloop.core.people.models import Organisation
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.web.administration.landing import parts_of
from gridloop.web.administration.limits import kind_choices
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show
from gridloop.web.move_forms import TYPED_INTO, unit_choices

EVENTS = (
    "rule_saved",
    "rule_switched",
    "rule_disabled",
    "rule_removed",
    "rules_ordered",
    "spreadsheet_imported",
)
TRIED = 1000
SOURCES = [
    ("web", gettext_lazy("Page")),
    ("phone", gettext_lazy("Telephone")),
    ("field", gettext_lazy("Field app")),
    ("open311", gettext_lazy("Open311")),
    ("api", gettext_lazy("Another system")),
    ("import", gettext_lazy("Import")),
    ("device", gettext_lazy("Device")),
]
LEVELS = {
    "grid": gettext_lazy("the grid"),
    "town": gettext_lazy("the town's command room"),
    "county": gettext_lazy("the county command centre"),
}


class RuleForm(forms.Form):
    """Each condition is one row; an empty row asks for nothing."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.MultipleChoiceField(
        label=gettext_lazy("The case is a"),
        choices=kind_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    category = forms.MultipleChoiceField(
        label=gettext_lazy("Its class is one of"), choices=lambda: class_choices(), required=False,
        widget=forms.SelectMultiple(attrs={"size": 8, **TYPED_INTO}), help_text=gettext_lazy("A major class stands for all below it"),
    )  # fmt: skip
    area = forms.CharField(
        label=gettext_lazy("It lies in"),
        required=False,
        help_text=gettext_lazy("Codes or names of areas, with commas between them"),
    )
    source = forms.MultipleChoiceField(
        label=gettext_lazy("It came by"), choices=SOURCES, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=gettext_lazy("Its words contain one of"),
        required=False,
        help_text=gettext_lazy("With commas between them, e.g. 积水，内涝"),
    )
    since = forms.TimeField(
        label=gettext_lazy("It comes after"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    until = forms.TimeField(
        label=gettext_lazy("and before"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    pressing = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Its urgency is"),
        choices=Urgency.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organisation = forms.TypedChoiceField(
        label=gettext_lazy("Give it to"),
        choices=lambda: [("", "—"), *unit_choices()],
        widget=forms.Select(attrs=TYPED_INTO),
        coerce=int,
        empty_value=None,
        required=False,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Put it at the level of"), choices=[("", "—"), *LEVELS.items()], required=False
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Set its urgency to"),
        choices=[("", "—"), *Urgency.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    automatic = forms.BooleanField(
        label=gettext_lazy("Dispatch by itself, without a person"), required=False,
        help_text=gettext_lazy("Otherwise the command room sees it as a proposal and confirms."),
    )  # fmt: skip

    def conditions(self) -> dict[str, Any]:
        """What the rulebook keeps; the form names areas, the rulebook their ids."""
        given = self.cleaned_data
        areas = [area.pk for code in parts_of(given["area"]) if (area := area_by_code(code))]
        hours = [f"{clock:%H:%M}" if clock else "" for clock in (given["since"], given["until"])]
        found = {
            "kind": given["kind"],
            "category": given["category"],
            "area": areas,
            "source": given["source"],
            "words": parts_of(given["words"]),
            "hours": hours if any(hours) else [],
            "urgency": given["pressing"],
        }
        return {name: wanted for name, wanted in found.items() if wanted}


def class_choices() -> list[tuple[str, str]]:
    rows = Category.objects.filter(retired_at=None).order_by("code").values_list("code", "name", "parent")
    return [(code, f"{'' if parent is None else '　'}{code} {name}") for code, name, parent in rows]


class Speaker:
    """Says rules as sentences; everything they name is read once for the whole list."""

    def __init__(self, rules: list[Rule]) -> None:
        codes = {code for rule in rules for code in rule.conditions.get("category", [])}
        self.classes = dict(
            Category.objects.filter(code__in=codes, retired_at=None).values_list("code", "name")
        )
        self.kinds = {name: str(title) for name, title in kind_choices()}
        self.picture = tree.current()

    def named(self, condition: str, wanted: list[Any]) -> str:
        said: dict[str, Callable[[Any], Any]] = {
            "kind": lambda each: self.kinds.get(each, each),
            "category": lambda each: self.classes.get(each, each),
            "area": lambda each: self.picture.name(int(each)) if int(each) in self.picture else str(each),
            "source": lambda each: str(dict(SOURCES).get(each, each)),
            "words": lambda each: f"“{each}”",
            "urgency": lambda each: str(dict(Urgency.choices).get(each, each)),
        }
        return _(" or ").join(str(said[condition](each)) for each in wanted)

    def conditions(self, rule: Rule) -> str:
        clauses = {
            "kind": _("it is a %(what)s"),
            "category": _("its class is %(what)s"),
            "area": _("it lies in %(what)s"),
            "source": _("it came by %(what)s"),
            "words": _("its words contain %(what)s"),
            "urgency": _("its urgency is %(what)s"),
        }
        parts = []
        for condition, wanted in rule.conditions.items():
            if condition == "hours":
                parts.append(
                    _("it comes between %(since)s and %(until)s") % {"since": wanted[0], "until": wanted[-1]}
                )
            elif condition in clauses:
                parts.append(clauses[condition] % {"what": self.named(condition, wanted)})
            else:
                parts.append(condition)
        return _(" and ").join(parts)

    def sentence(self, rule: Rule) -> str:
        """ "When its class is X and it lies in Y: propose Z." """
        deeds = []
        if rule.organisation:
            deed = _("give it to %(unit)s at once") if rule.automatic else _("propose %(unit)s")
            deeds.append(deed % {"unit": rule.organisation.name})
        if rule.level:
            deeds.append(
                _("put it at the level of %(level)s") % {"level": LEVELS.get(rule.level, rule.level)}
            )
        if rule.urgency:
            deeds.append(
                _("set its urgency to “%(urgency)s”")
                % {"urgency": dict(Urgency.choices).get(rule.urgency, rule.urgency)}
            )
        when = self.conditions(rule)
        then = _(" and ").join(deeds)
        return (
            _("When %(when)s: %(then)s.") % {"when": when, "then": then}
            if when
            else _("Always: %(then)s.") % {"then": then}
        )


@require_safe
@administer
def rules(request: HttpRequest) -> HttpResponse:
    """The list in the order in which rules are tried."""
    found = list(Rule.objects.select_related("organisation"))
    speaker = Speaker(found)
    rows = [(rule, speaker.sentence(rule)) for rule in found]
    context = {
        "rows": rows,
        "active": sum(rule.active for rule in found),
        "changes": changes_of(["rule", ""], EVENTS),
    }
    return show(request, "rules", _("Routing rules"), context)


def here() -> list[tuple[str, str]]:
    return [(_("Routing rules"), reverse("settings:rules"))]


def initial_of(rule: Rule) -> dict[str, Any]:
    when = rule.conditions
    codes = dict(Area.objects.filter(pk__in=when.get("area", [])).values_list("pk", "code"))
    hours = when.get("hours") or ["", ""]
    return {
        "name": rule.name, "kind": when.get("kind", []), "category": when.get("category", []),
        "area": ", ".join(codes.get(pk, "") for pk in when.get("area", [])), "source": when.get("source", []),
        "words": "，".join(when.get("words", [])), "since": hours[0], "until": hours[-1], "pressing": when.get("urgency", []),
        "organisation": rule.organisation_id, "level": rule.level, "urgency": rule.urgency, "automatic": rule.automatic,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a rule; then it is tried on the past."""
    rule = get_object_or_404(Rule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, initial=initial_of(rule) if rule else None)
    kept: list[Rule] = []

    def do(given: dict[str, Any]) -> Any:
        unit = (
            Organisation.objects.filter(pk=given["organisation"]).first() if given["organisation"] else None
        )
        kept.append(
            save_rule(
                rule, name=given["name"], conditions=form.conditions(), organisation=unit, level=given["level"],
                urgency=given["urgency"], automatic=given["automatic"], by=by_of(request),
            )
        )  # fmt: skip

    title = _("Change the rule") if rule else _("A new rule")
    context = {"rule": rule}
    answer = ask(
        request,
        Asked(
            title,
            form,
            do,
            reverse("settings:rules"),
            send=_("Save and try it on the past"),
            trail=here(),
            template="rule",
            context=context,
        ),
    )
    return redirect("settings:try_rule", pk=kept[0].pk) if kept else answer


def tried_on_the_past(rule: Rule) -> DryRun:
    past = (
        Case.objects.select_related("category", "lead_unit", "area")
        .defer("area__shape")
        .order_by("-pk")[:TRIED]
    )
    return dry_run(rule, past)


@require_safe
@administer
def try_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """What the rule would have done with the last cases, before anybody switches it on."""
    rule = get_object_or_404(Rule.objects.select_related("organisation"), pk=pk)
    tried = tried_on_the_past(rule)
    context = {
        "rule": rule,
        "sentence": Speaker([rule]).sentence(rule),
        "tried": tried,
        "share": round(100 * tried.fired / tried.tried, 1) if tried.tried else 0,
        "other_unit": tried.fired - tried.same_unit,
        "fired_lately": Firing.objects.filter(rule=rule, at__gte=timezone.now() - timedelta(days=30)).count(),
        "changes": changes_of(["rule"], EVENTS, subject=rule.pk),
    }
    return show(request, "try_rule", rule.name, context, trail=here())


@require_POST
@administer
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=pk)
    active = request.POST.get("active") == "1"
    done = _("The rule is on.") if active else _("The rule is off.")
    return act(
        request, lambda: switch_rule(rule, active=active, by=by_of(request)), reverse("settings:rules"), done
    )


@require_POST
@administer
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    order = list(Rule.objects.values_list("pk", flat=True))
    if pk in order:
        at = order.index(pk)
        to = max(0, min(len(order) - 1, at + (-1 if request.POST.get("to") == "up" else 1)))
        order.insert(to, order.pop(at))
    return act(request, lambda: order_rules(order, by=by_of(request)), reverse("settings:rules"))


@require_POST
@administer
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=pk)
    return act(
        request,
        lambda: remove_rule(rule, by=by_of(request)),
        reverse("settings:rules"),
        _("The rule was removed."),
    )
