"""Round tables: the next and the past ones, what waits for one, and its minutes."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable


def tables_listed() -> QuerySet[RoundTable]:
    """Newest first, with how many matters stand on the agenda and how many are decided."""
    return RoundTable.objects.annotate(
        matters=Count("items"), decided=Count("items", filter=Q(items__decided_at__isnull=False))
    ).order_by("-day", "-pk")


def waiting_matters(person: Person) -> QuerySet[AgendaItem]:
    """Matters sent up that no agenda has yet, within the person's reach."""
    reached = cases_within_reach(person).filter(kind="matter", open=True)
    waiting = AgendaItem.objects.filter(decided_at=None, table=None, case__in=reached)
    return waiting.select_related("case__category", "case__town").order_by("raised_at")


def table_with(pk: int) -> RoundTable:
    found = RoundTable.objects.select_related("chair").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such round table."))
    return found


def agenda_of(table: RoundTable) -> QuerySet[AgendaItem]:
    """Its matters with their decisions, in the order they came."""
    items = table.items.select_related(
        "case__category", "case__lead_unit", "case__worker", "unit", "case__matter__firm__organisation"
    )
    return items.order_by("raised_at", "pk")
