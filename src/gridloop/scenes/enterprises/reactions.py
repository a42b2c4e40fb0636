"""What the scene does when something is announced: matters from other doors are taken on, specialists told in person."""

from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Entry
from gridloop.core.notices.actions import tell
from gridloop.core.notices.pages import case_page
from gridloop.core.people.models import Person
from gridloop.scenes.enterprises.matters.actions import adopt_matter, dispatch_by_rule


def take_on(entry: Entry) -> None:
    """A matter that the API or another system brought gets its firm and its specialist like any other."""
    case = of_ours(entry)
    if case is not None and case.step == "asked":
        adopt_matter(case)
        dispatch_by_rule(case)


def tell_specialist(entry: Entry) -> None:
    """Whoever has it in hand now hears it in person; twice the same entry is one notice."""
    case = of_ours(entry)
    named = entry.facts.get("specialist")
    if case is None or not named:
        return
    person = Person.objects.filter(pk=named, is_active=True).first()
    if person is not None:
        tell(
            "matter_given",
            key=f"{entry.pk}:matter_given:p{person.pk}",
            person=person,
            case=case,
            facts={"number": case.number, "title": case.title, "words": entry.words},
            address=case_page(case, "worker"),
            audience="worker",
        )


def of_ours(entry: Entry) -> Case | None:
    """The case of an entry, when it is a firm's matter."""
    if entry.subject_kind != "case" or entry.facts.get("kind") != "matter":
        return None
    return Case.objects.select_related("category").filter(pk=entry.subject or 0).first()


REACTIONS = {
    "case_reported": take_on,
    "case_dispatched": tell_specialist,
    "case_reassigned": tell_specialist,
    "case_arbitrated": tell_specialist,
    "case_decided_at_table": tell_specialist,
    "case_handed_over": tell_specialist,
}
