"""Who hears of what: everybody concerned is told in the transaction of the change itself, so nobody is forgotten.

Places are named by community; who comes to whom, and where exactly, stands on the pages behind a sign-in.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy

from gridloop.core.cases.models import Case, Party, Urgency
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.facts import said_moment
from gridloop.core.notices.telling import Telling
from gridloop.core.people.queries import persons_in
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.requests.models import Assignment, Need, Offer
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.skills import skill_in_words

MOST_CLERKS = 5
moment_in_words = lazy(said_moment, str)

TOLD = {
    "volunteer": {
        "help_offered": {
            "zh-hans": ("有人需要您的帮助：{skill}", "{place}，{when}，{far}。\n请在{until}前答复能否前往。"),
            "en": ("Somebody needs you: {skill}", "{place}, {when}, {far}.\nPlease say by {until} whether you can come."),
        },
        "offer_accepted": {
            "zh-hans": ("谢谢您！{when}请前往（{number}）", "{skill}，{place}。\n详细地址和联系方式见“我的任务”。"),
            "en": ("Thank you! You are expected {when} ({number})", "{skill}, {place}.\nAddress and contact stand under “My tasks”."),
        },
        "offer_withdrawn": {
            "zh-hans": ("这次不用您前往了（{number}）", "“{skill}”已有人前往或不再需要。谢谢您的热心。"),
            "en": ("You need not come ({number})", "Somebody else comes for “{skill}”, or it is no longer needed. Thank you."),
        },
        "help_released": {
            "zh-hans": ("您的任务已由社区收回（{number}）", "“{skill}”已另行安排。有疑问请联系社区。"),
            "en": ("Your task was taken back ({number})", "“{skill}” is arranged otherwise. Ask your community if you wonder why."),
        },
        "help_ended": {
            "zh-hans": ("任务已取消（{number}）", "“{skill}”（{when}）不再需要，您不用前往。"),
            "en": ("Your task is cancelled ({number})", "“{skill}” ({when}) is no longer needed; you need not come."),
        },
    },
    "reporter": {
        "offer_accepted": {
            "zh-hans": ("志愿者{helper}将前来帮助您（{number}）", "{skill}，{when}。\n见面时请向志愿者出示页面上的动态码。"),
            "en": ("{helper} will come to help ({number})", "{skill}, {when}.\nShow the volunteer the code on your page when they arrive."),
        },
        "help_handed_back": {
            "zh-hans": ("志愿者临时不能前来，正在另找（{number}）", "“{skill}”正在为您另找志愿者，找到后马上告诉您。"),
            "en": ("Your volunteer cannot come; we look for another ({number})", "We tell you as soon as somebody else is found for “{skill}”."),
        },
        "helper_arrived": {
            "zh-hans": ("志愿者已到达（{number}）", "{helper}已到达，正在帮助您。"),
            "en": ("Your volunteer has arrived ({number})", "{helper} is there."),
        },
        "help_given": {
            "zh-hans": ("帮助已完成，请您评价（{number}）", "“{skill}”已完成。请点开链接说说志愿者做得怎么样。"),
            "en": ("Help was given. How was it? ({number})", "“{skill}” is done. Please open the link and say how it was."),
        },
        "mandate_asked": {
            "zh-hans": ("{helper}想代您求助", "同意后，对方可以代您提出志愿服务求助；您每次都会收到通知，随时可以取消。"),
            "en": ("{helper} wishes to ask for help on your behalf", "If you agree they can ask for you; you hear of it each time and can end it whenever you wish."),
        },
        "mandate_decided": {
            "zh-hans": ("代为求助的授权：{decision}", "您与{helper}之间的授权状态已变更：{decision}。"),
            "en": ("Asking on somebody's behalf: {decision}", "Between you and {helper}: {decision}."),
        },
    },
    "clerk": {
        "offer_accepted": {
            "zh-hans": ("已有志愿者接单（{number}）", "{skill}，{place}，{when}：{helper}。"),
            "en": ("A volunteer accepted ({number})", "{skill}, {place}, {when}: {helper}."),
        },
        "help_handed_back": {
            "zh-hans": ("志愿者退回任务（{number}）", "{skill}，{place}，{when}：需要重新派人。"),
            "en": ("A volunteer handed a task back ({number})", "{skill}, {place}, {when}: somebody else is needed."),
        },
        "mandate_asked": {
            "zh-hans": ("代为求助的授权待核实", "{place}：请核实后确认。"),
            "en": ("A mandate waits to be confirmed", "{place}: please check and confirm it."),
        },
    },
}  # fmt: skip


def people_behind(case: Case, *volunteers: Volunteer) -> list[int]:
    """Whose live screens hear of it: those who asked, and these volunteers."""
    asked = Party.objects.behind().filter(case=case).values_list("person", flat=True)
    return sorted({*asked, *(volunteer.person_id for volunteer in volunteers)})


def facts_of(case: Case, **more: Any) -> dict[str, Any]:
    need = Need.objects.select_related("skill").get(case=case)
    return {
        "number": case.number,
        "skill": skill_in_words(need.skill),
        "place": tree.name(case.community_id or case.area_id),
        "when": moment_in_words(need.since),
        **more,
    }


def name_of(volunteer: Volunteer) -> str:
    """A surname and what follows from it: enough to know who stands at the door."""
    return f"{volunteer.person.name[:1]}**"


def _tell(
    event: str,
    key: str,
    audience: str,
    people: Iterable[int],
    case: Case,
    facts: dict[str, Any],
    address: str,
) -> list[Telling]:
    emergency = audience == "volunteer" and case.urgency <= Urgency.URGENT and event == "help_offered"
    return [
        Telling(
            event, f"{event}:{key}:{audience}:{person}", audience, person=person, case=case.pk, facts=facts,
            address=address, emergency=emergency, inside=audience == "clerk",
        )
        for person in people
    ]  # fmt: skip


def to_reporters(event: str, key: str, case: Case, facts: dict[str, Any]) -> list[Telling]:
    people = Party.objects.behind().filter(case=case).values_list("person", flat=True)
    return _tell(
        event, key, "reporter", people, case, facts, reverse("volunteers:request", args=[case.number])
    )


def to_volunteers(
    event: str, key: str, case: Case, people: Iterable[int], facts: dict[str, Any]
) -> list[Telling]:
    return _tell(event, key, "volunteer", people, case, facts, reverse("volunteers:tasks"))


def to_clerks(event: str, key: str, case: Case, facts: dict[str, Any]) -> list[Telling]:
    area = case.community_id or case.area_id
    clerks = persons_in("community_clerk", area=area).values_list("pk", flat=True)[:MOST_CLERKS]
    return _tell(event, key, "clerk", clerks, case, facts, reverse("desk:case", args=[case.number]))


def tell_of_offers(case: Case, offers: Sequence[Offer]) -> None:
    """Each volunteer hears how far it is and until when an answer helps."""
    told: list[Telling] = []
    shared = facts_of(case)
    for offer in offers:
        far = f"{offer.metres:.0f} m" if offer.metres is not None else "-"
        facts = {**shared, "far": far, "until": moment_in_words(offer.expires_at)}
        told += to_volunteers("help_offered", str(offer.pk), case, [offer.volunteer.person_id], facts)
    tell_many(told)


def tell_of_promise(case: Case, offer: Offer) -> None:
    """Whoever asked, the volunteer and the community hear of it at once."""
    facts, key = facts_of(case, helper=name_of(offer.volunteer)), str(offer.pk)
    tell_many(
        [
            *to_reporters("offer_accepted", key, case, facts),
            *to_volunteers("offer_accepted", key, case, [offer.volunteer.person_id], facts),
            *to_clerks("offer_accepted", key, case, facts),
        ]
    )


def tell_of_withdrawal(case: Case, offers: Sequence[Offer]) -> None:
    people = [offer.volunteer.person_id for offer in offers]
    tell_many(
        to_volunteers("offer_withdrawn", str(max(offer.pk for offer in offers)), case, people, facts_of(case))
    )


def tell_of_handing_back(case: Case, assignment: Assignment) -> None:
    facts, key = facts_of(case), str(assignment.pk)
    told = to_reporters("help_handed_back", key, case, facts) + to_clerks(
        "help_handed_back", key, case, facts
    )
    tell_many(told)


def tell_of_release(case: Case, assignment: Assignment) -> None:
    people = [assignment.volunteer.person_id]
    tell_many(to_volunteers("help_released", str(assignment.pk), case, people, facts_of(case)))


def tell_of_arrival(case: Case, assignment: Assignment) -> None:
    facts = facts_of(case, helper=name_of(assignment.volunteer))
    tell_many(to_reporters("helper_arrived", str(assignment.pk), case, facts))


def tell_of_completion(case: Case) -> None:
    tell_many(to_reporters("help_given", f"{case.pk}.{case.reworks}", case, facts_of(case)))


def tell_of_end(case: Case, live: Sequence[Assignment]) -> None:
    if live:
        people = [one.volunteer.person_id for one in live]
        tell_many(to_volunteers("help_ended", str(case.pk), case, people, facts_of(case)))
