"""What people are told of alarms: short, where to go first, what to do next. These words are never muted."""

from gridloop.core.notices.shipped import Shipped

OWNER = {
    "episode_started": {
        "zh-hans": ("火警：{premises} {floor}", "您负责的场所报警了。\n{address}\n请立即查看，打开链接告诉我们现场情况；确有火情请拨打119并疏散人员。"),
        "en": ("Fire alarm: {premises} {floor}", "There is an alarm at your premises.\n{address}\nLook at once and tell us through the link what you see. If it burns, call 119 and get people out."),
    },
    "fire_arrived": {
        "zh-hans": ("已有人到场：{premises}", "救援人员已到达{premises}，请配合现场核查。"),
        "en": ("Somebody has arrived at {premises}", "Helpers are at {premises}. Please show them the way."),
    },
    "fire_verdict": {
        "zh-hans": ("核查结果：{verdict}（{premises}）", "{premises}的报警经现场核查为：{verdict}。\n{words}"),
        "en": ("Checked on the spot: {verdict} ({premises})", "The alarm at {premises} was checked on the spot: {verdict}.\n{words}"),
    },
    "fire_put_out": {
        "zh-hans": ("火情已处置：{premises}", "{premises}的火情已处置完毕。\n{words}"),
        "en": ("The fire at {premises} is out", "The fire at {premises} was dealt with.\n{words}"),
    },
}  # fmt: skip

WORKER = {
    "episode_started": {
        "zh-hans": ("火警：{premises} {floor}", "{address}\n{place}\n请立即确认收到，并前往现场核查。"),
        "en": ("Fire alarm: {premises} {floor}", "{address}\n{place}\nAcknowledge at once and go there."),
    },
    "alarm_joined": {
        "zh-hans": ("又一探测器报警：{premises} {floor}", "{address}\n同一楼层已有两个以上探测器报警，真实火情可能性增大。"),
        "en": ("A further detector rings: {premises} {floor}", "{address}\nTwo or more detectors of one floor ring: it is more likely to be real."),
    },
    "fire_alarms_many": {
        "zh-hans": ("另有{count}处同时报警", "除已通知的以外，还有{count}处同时报警，其中：{premises}（{place}）。\n请打开列表查看全部。"),
        "en": ("{count} further alarms at the same time", "Besides those you were told of, {count} further places ring, among them {premises} ({place}).\nOpen the list to see them all."),
    },
    "fire_escalated": {
        "zh-hans": ("{minutes}分钟无人确认：{premises} {floor}", "火警已过{minutes}分钟无人确认，现提醒：{rung}。\n{address}\n{place}"),
        "en": ("Nobody has acknowledged for {minutes} min: {premises} {floor}", "The fire alarm has waited {minutes} minutes. Now told: {rung}.\n{address}\n{place}"),
    },
    "fire_owner_said": {
        "zh-hans": ("责任人反馈：{said}（{premises}）", "{premises}：{said}。\n{words}\n仍须到现场核查。"),
        "en": ("The owner says: {said} ({premises})", "{premises}: {said}.\n{words}\nIt must still be checked on the spot."),
    },
    "fire_arrived": {
        "zh-hans": ("已有人到场：{premises}", "{premises} {floor}已有人员到场，正在核查。"),
        "en": ("Somebody has arrived at {premises}", "Somebody is at {premises} {floor} and looks."),
    },
    "fire_verdict": {
        "zh-hans": ("核查结果：{verdict}（{premises}）", "{premises} {floor}经现场核查为：{verdict}。\n{words}"),
        "en": ("Checked on the spot: {verdict} ({premises})", "{premises} {floor} was checked on the spot: {verdict}.\n{words}"),
    },
    "fire_put_out": {
        "zh-hans": ("火情已处置：{premises}", "{premises} {floor}的火情已处置完毕。\n{words}"),
        "en": ("The fire at {premises} is out", "The fire at {premises} {floor} was dealt with.\n{words}"),
    },
}  # fmt: skip

CREW = {
    "fire_stations_called": {
        "zh-hans": ("出动：{premises} {floor}（距离{metres}米）", "{address}\n{place}\n请立即打开链接：出动、无法出动或到场。"),
        "en": ("Set out: {premises} {floor} ({metres} m away)", "{address}\n{place}\nOpen the link at once: on the way, cannot come, arrived."),
    },
}  # fmt: skip

UNPLACED = {
    "alarm_unplaced": {
        "zh-hans": ("火警：未登记场所的设备报警", "一台尚未绑定场所的设备报警，请立即查明位置。"),
        "en": ("Fire alarm of a device without premises", "A device that is bound to no premises rings. Find out at once where it is."),
    },
}  # fmt: skip

TOLD: Shipped = {
    "fire_owner": OWNER,
    "fire_worker": WORKER,
    "fire_crew": CREW,
    "fire_room": {**WORKER, **UNPLACED},
}
