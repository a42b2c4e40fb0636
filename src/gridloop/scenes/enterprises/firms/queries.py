"""Firms and who speaks for them."""

from django.db.models import Count, Q, QuerySet

from gridloop.core.people.models import Person
from gridloop.core.people.queries import Reach, current_posts, reach_of
from gridloop.core.people.validity import tidy
from gridloop.core.territory import tree
from gridloop.scenes.enterprises.firms.models import Claim, Firm

CONTACT = "firm_contact"


def firm_with_code(code: str) -> Firm | None:
    return Firm.objects.select_related("organisation").filter(credit_code=tidy(code)).first()


def within(reach: Reach) -> Q:
    """Firms that lie in the areas somebody watches."""
    return Q(organisation__area__in=reach.areas)


def firms_within_reach(person: Person) -> QuerySet[Firm]:
    """What staff may see of the register; firms outside their areas stay unseen."""
    return Firm.objects.filter(within(reach_of(person))).select_related("organisation__area")


def firms_listed(person: Person, *, words: str = "", industry: str = "") -> QuerySet[Firm]:
    """The register, with how many matters each has asked and has open."""
    rows = firms_within_reach(person)
    if words.strip():
        rows = rows.filter(
            Q(organisation__name__contains=words.strip()) | Q(credit_code__startswith=tidy(words))
        )
    if industry:
        rows = rows.filter(industry=industry)
    asked, open_ = (
        Count("matters", distinct=True),
        Count("matters", filter=Q(matters__case__open=True), distinct=True),
    )
    return rows.annotate(asked=asked, open=open_).order_by("-open", "-asked", "pk")


def contacts_of(firm: Firm) -> QuerySet[Person]:
    """Who speaks for the firm today."""
    posts = current_posts().filter(role=CONTACT, organisation=firm.pk)
    return Person.objects.filter(pk__in=posts.values("person")).order_by("pk")


def waiting_claims(person: Person) -> QuerySet[Claim]:
    """Claims to speak for a firm that somebody in this reach can confirm: those whose matters lie there."""
    roots = reach_of(person).roots
    picture = tree.current()
    if any(picture.level(root) == "county" for root in roots if root in picture):
        seen = Claim.objects.all()
    else:
        seen = Claim.objects.filter(matters__case__town__in=roots)
    return seen.filter(decided_at=None).select_related("person").distinct().order_by("pk")


def contact_lies_within(reach: Reach, person: int) -> bool:
    """Whether a firm's contact may be looked up: the firm lies in reach."""
    firms = current_posts().filter(role=CONTACT, person=person).values("organisation")
    return bool(reach.areas) and Firm.objects.filter(within(reach), pk__in=firms).exists()
