"""Who is told what about pairs, and the words gridloop ships for it; names and homes never stand in a notice."""

from datetime import datetime

from django.utils import timezone

from gridloop.core.notices.actions import tell
from gridloop.core.people.queries import persons_in
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.pairs.models import Companion, Pairing, Visit

MOST_CLERKS = 5

TOLD = {
    "volunteer": {
        "pair_asked": {
            "zh-hans": ("邀请您结对帮扶", "{area}有一位居民希望有人定期探访，每{days}天一次。请打开查看并答复。"),
            "en": ("Would you look after a neighbour?", "Somebody in {area} would like a visit every {days} days. Open it to answer."),
        },
        "visit_due": {
            "zh-hans": ("探访提醒", "{area}的结对探访请在{time}前完成。"),
            "en": ("A visit is due", "Please visit in {area} by {time}."),
        },
        "visit_offered": {
            "zh-hans": ("请您代为探访", "{area}的结对志愿者这次未能前往，请您尽快探访；去不了请立即告知。"),
            "en": ("Please step in for a visit", "The companion in {area} did not come. Please visit soon, or say at once that you cannot."),
        },
        "pair_role_changed": {
            "zh-hans": ("您成为主结对志愿者", "原主结对志愿者已退出，{area}的探访今后由您负责。"),
            "en": ("You are the first companion now", "The companion before you has left; the visits in {area} are yours."),
        },
        "pair_ended": {
            "zh-hans": ("结对已结束", "{area}的一段结对已结束。谢谢您的陪伴。"),
            "en": ("A pair has ended", "One of your pairs in {area} has ended. Thank you."),
        },
    },
    "clerk": {
        "pair_declined": {
            "zh-hans": ("结对邀请被谢绝", "{area}的一份结对邀请未获同意，请另行安排。"),
            "en": ("A companion declined", "{area}: please ask somebody else."),
        },
        "pair_without_primary": {
            "zh-hans": ("结对缺主志愿者", "{area}的一位重点人群暂无主结对志愿者，请尽快安排。"),
            "en": ("A pair lacks its first companion", "{area}: nobody visits for now. Please arrange one."),
        },
        "pair_backup_stepped_up": {
            "zh-hans": ("后备志愿者已接替", "{area}的主结对志愿者退出，后备已接替。新的后备人选已列出，请确认邀请。"),
            "en": ("The backup has stepped up", "{area}: the first companion left. A new backup is proposed; please ask them."),
        },
        "pair_without_backup": {
            "zh-hans": ("结对缺后备志愿者", "{area}的一段结对没有后备。人选已列出，请确认邀请。"),
            "en": ("A pair lacks a backup", "{area}: a backup is proposed; please ask them."),
        },
        "visit_missed": {
            "zh-hans": ("探访未完成，已派网格员上门", "{area}：{number}。主、后备志愿者均未探访，请跟进。"),
            "en": ("A visit was missed; a grid worker checks", "{area}: {number}. Neither companion came. Please follow it."),
        },
    },
}  # fmt: skip


def area_of(pairing: Pairing) -> str:
    return tree.name(pairing.vulnerable.community_id)


def moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def tell_companion(
    event: str, companion: Companion, *, key: str, emergency: bool = False, **facts: object
) -> None:
    tell(
        event,
        key=f"{event}:{key}",
        person=companion.volunteer.person,
        facts={"area": area_of(companion.pairing), "days": companion.pairing.every_days, **facts},
        address="/volunteer/pairs/",
        emergency=emergency,
        audience="volunteer",
    )


def tell_clerks(event: str, pairing: Pairing, *, key: str, emergency: bool = False, **facts: object) -> None:
    for clerk in persons_in("community_clerk", area=pairing.vulnerable.community_id)[:MOST_CLERKS]:
        tell(
            event,
            key=f"{event}:{key}:{clerk.pk}",
            person=clerk,
            facts={"area": area_of(pairing), **facts},
            address=f"/desk/pairs/{pairing.vulnerable_id}/",
            emergency=emergency,
            audience="clerk",
        )


def tell_of_due(visit: Visit) -> None:
    if visit.companion is not None:
        tell_companion("visit_due", visit.companion, key=str(visit.pk), time=moment(visit.due_at))
