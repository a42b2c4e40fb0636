"""What dispatch does once a case stands in the journal: automatic rules, and links to cases that look alike."""

from collections.abc import Sequence

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Link
from gridloop.core.cases.spots import Spot
from gridloop.core.dispatch.models import Firing, Suggestion
from gridloop.core.dispatch.queries import matches
from gridloop.core.dispatch.similar import DUPLICATE
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry


@consumer("routing", events={"case_reported"}, waited_for=True)
def route_by_rule(entries: Sequence[Entry]) -> None:
    """Rules marked automatic dispatch at once; a refusal leaves the case with the command room, and says why."""
    firings = Firing.objects.filter(case__in={entry.subject for entry in entries}, rule__automatic=True)
    for firing in firings.select_related("case", "rule"):
        rule, case = firing.rule, firing.case
        if rule is None or rule.organisation_id is None or case.step != "reported":
            continue
        try:
            by = Actor(kind="rule", name=f"rule:{rule.pk}")
            move_case(case, "dispatch", by=by, facts={"lead_unit": rule.organisation_id}, turn=case.turn)
        except Refusal as refusal:
            record("routing_refused", by=SYSTEM, subject_kind="case", subject=case.pk, words=str(refusal.words),
                   facts={"rule": rule.pk})  # fmt: skip


@consumer("alike", events={"case_reported"})
def link_alike(entries: Sequence[Entry]) -> None:
    """Point out older open cases that look like the new one; a person decides whether to fold them."""
    links: list[Link] = []
    for case in Case.objects.filter(pk__in={entry.subject for entry in entries}, open=True):
        spot = Spot(case.area_id, case.longitude, case.latitude)
        alike = matches(f"{case.title} {case.words}", spot, leave_out=case.pk, limit=3)
        links += [
            Link(one=case, other_id=match.key, relation="similar", score=match.likeness.score)
            for match in alike
            if match.likeness.score >= DUPLICATE and match.key < case.pk
        ]
    Link.objects.bulk_create(links, ignore_conflicts=True)


@consumer("learning", events={"case_corrected", "case_accepted", "case_dispatched"})
def learn_from_people(entries: Sequence[Entry]) -> None:
    """Each class a person chose is training data: it is kept beside what the classifier had thought."""
    for entry in entries:
        chosen = entry.facts.get("category")
        if chosen and entry.person:
            Suggestion.objects.filter(case=entry.subject).update(
                chosen=chosen, chosen_by=entry.person, chosen_at=entry.at
            )
