"""Who is told what about hours, and the words gridloop ships for it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.actions import tell
from gridloop.core.people.queries import persons_in
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.hours.models import HoursEntry, Objection

MOST_CLERKS = 5

TOLD = {
    "volunteer": {
        "hours_refused": {
            "zh-hans": ("服务时长未予认定", "{day}的{minutes}分钟未予认定。\n原因：{words}"),
            "en": ("Hours not accepted", "{minutes} minutes of {day} were not accepted.\nWhy: {words}"),
        },
        "hours_reversed": {
            "zh-hans": ("服务时长已冲销", "{day}的{minutes}分钟已冲销。\n原因：{words}"),
            "en": ("Hours taken back", "{minutes} minutes of {day} were taken back.\nWhy: {words}"),
        },
        "objection_dismissed": {
            "zh-hans": ("异议不成立，公示继续", "对您{day}时长的异议经核查不成立。\n说明：{words}"),
            "en": ("An objection was dismissed", "The hours of {day} stand.\nWhy: {words}"),
        },
        "hours_to_confirm": {
            "zh-hans": ("请确认服务时长", "{day}的{minutes}分钟请您确认，双方确认后进入公示。"),
            "en": ("Please confirm your hours", "{minutes} minutes of {day}: they count once both sides have confirmed."),
        },
        "certificate_withdrawn": {
            "zh-hans": ("证明（{number}）已撤回", "其中一条服务时长已冲销，请重新开具。"),
            "en": ("Certificate {number} was withdrawn", "An entry in it was taken back. Please issue a new one."),
        },
    },
    "clerk": {
        "hours_objected": {
            "zh-hans": ("有人对公示时长提出异议", "{area}，{day}，{minutes}分钟。请核查并答复。"),
            "en": ("An objection to hours in publicity", "{area}, {day}, {minutes} minutes. Please look into it."),
        },
        "hours_to_approve": {
            "zh-hans": ("补录时长待审批", "{area}，{day}，{minutes}分钟。请查看证明材料后审批。"),
            "en": ("Back-dated hours to decide", "{area}, {day}, {minutes} minutes. Please look at the evidence."),
        },
    },
    "reporter": {
        "objection_decided": {
            "zh-hans": ("您的异议已有结果", "{decision}\n说明：{words}"),
            "en": ("Your objection is decided", "{decision}\nWhy: {words}"),
        },
    },
}  # fmt: skip


def facts_of(entry: HoursEntry) -> dict[str, object]:
    return {
        "day": f"{timezone.localtime(entry.started_at):%Y-%m-%d}",
        "minutes": abs(entry.minutes),
        "area": tree.name(entry.area_id),
    }


def tell_volunteer(entry: HoursEntry, event: str, *, words: str = "", suffix: str = "") -> None:
    tell(
        event,
        key=f"{event}:{entry.pk}{suffix}",
        person=entry.volunteer.person,
        facts={**facts_of(entry), "words": words},
        audience="volunteer",
    )


def tell_clerks(entry: HoursEntry, event: str, *, key: str) -> None:
    """The clerks of the place, never the volunteer."""
    clerks = persons_in("community_clerk", area=entry.area_id).exclude(pk=entry.volunteer.person_id)
    for clerk in clerks[:MOST_CLERKS]:
        tell(event, key=f"{key}:{clerk.pk}", person=clerk, facts=facts_of(entry), audience="clerk")


def tell_objector(objection: Objection) -> None:
    decision = _("The hours were taken back.") if objection.upheld else _("The hours stand.")
    if objection.person is not None:
        tell(
            "objection_decided",
            key=f"objection_decided:{objection.pk}",
            person=objection.person,
            facts={"decision": decision, "words": objection.answer},
            audience="reporter",
        )
