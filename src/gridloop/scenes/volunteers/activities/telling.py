"""Who is told what about activities, and the words gridloop ships for it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from gridloop.core.notices.actions import tell, tell_many
from gridloop.core.notices.telling import Telling
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.activities.models import Shift, Signup
from gridloop.scenes.volunteers.roster.models import Volunteer

TOLD = {
    "volunteer": {
        "shift_cancelled": {
            "zh-hans": ("活动取消：{title}", "{time}的活动已取消。\n原因：{words}"),
            "en": ("Cancelled: {title}", "{time} does not take place.\nWhy: {words}"),
        },
        "signup_moved_up": {
            "zh-hans": ("候补成功：{title}", "您已从候补转为正式报名：{time}，{place}。不能参加请尽早取消。"),
            "en": ("You have a place: {title}", "You moved up from the waiting list: {time}, {place}. Cancel early if you cannot come."),
        },
        "shift_needs_people": {
            "zh-hans": ("还缺{missing}人：{title}", "{time}，{place}。您有空吗？请打开报名。"),
            "en": ("{missing} more needed: {title}", "{time}, {place}. Can you come? Open it to sign up."),
        },
        "attendance_refused": {
            "zh-hans": ("签到未予确认：{title}", "{time}\n原因：{words}"),
            "en": ("Attendance not confirmed: {title}", "{time}\nWhy: {words}"),
        },
        "check_out_forgotten": {
            "zh-hans": ("您忘了签退：{title}", "系统已按班次结束时间代为签退，时长需带队人确认。"),
            "en": ("You forgot to check out: {title}", "It was closed at the end of the shift; the leader confirms the hours."),
        },
    },
    "leader": {
        "shift_at_risk": {
            "zh-hans": ("活动缺人：{title}", "{time}，还缺{missing}人。已通知{asked}名合适的志愿者。"),
            "en": ("At risk: {title}", "{time}: {missing} more needed. {asked} fitting volunteers were told."),
        },
        "attendances_to_confirm": {
            "zh-hans": ("请确认签到：{title}", "{time}的{count}人次待确认，确认后才计时长。"),
            "en": ("Attendances to confirm: {title}", "{count} of {time} wait; hours follow once you confirm."),
        },
    },
}  # fmt: skip


def facts_of(shift: Shift) -> dict[str, object]:
    since, until = timezone.localtime(shift.since), timezone.localtime(shift.until)
    return {
        "title": shift.activity.title,
        "time": f"{since:%m-%d %H:%M}–{until:%H:%M}",
        "place": shift.activity.place,
    }


def page_of_shift(shift: Shift) -> str:
    return reverse("volunteers:activity", args=[shift.activity.key])


def tell_signups(event: str, signups: Iterable[Signup], shift: Shift, *, words: str = "") -> None:
    """Everybody of these sign-ups, once for each edition of the sign-up."""
    tell_many(
        [
            Telling(
                event,
                f"{event}:{one.pk}:{one.edition}",
                "volunteer",
                person=one.volunteer.person_id,
                facts={**facts_of(shift), "words": words},
                address=page_of_shift(shift),
            )
            for one in signups
        ]
    )


def ask_volunteers(shift: Shift, volunteers: Iterable[Volunteer], *, missing: int, hours: int) -> None:
    tell_many(
        [
            Telling(
                "shift_needs_people",
                f"shift_needs_people:{shift.pk}:{hours}:{one.pk}",
                "volunteer",
                person=one.person_id,
                facts={**facts_of(shift), "missing": missing},
                address=page_of_shift(shift),
            )
            for one in volunteers
        ]
    )


def tell_leaders(event: str, shift: Shift, leaders: Iterable[Person], *, key: str, **facts: object) -> None:
    for leader in leaders:
        tell(
            event,
            key=f"{key}:{leader.pk}",
            person=leader,
            facts={**facts_of(shift), **facts},
            address=f"/desk/activities/shift/{shift.pk}/",
            audience="leader",
        )
