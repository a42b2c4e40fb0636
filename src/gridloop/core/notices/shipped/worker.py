"""What grid workers and handlers are told in person."""

WORKER: dict[str, dict[str, tuple[str, str]]] = {
    "case_reported": {
        "zh-hans": ("新上报：{title}（{number}）", "位置：{place}\n请在{due}前受理。"),
        "en": ("New report {number}: {title}", "Where: {place}\nPlease accept or decline it by {due}."),
    },
    "case_handed_down": {
        "zh-hans": (
            "下派：{title}（{number}）",
            "上级下派此件，请就地处理。\n位置：{place}\n原因：{words}\n办理期限：{due}",
        ),
        "en": (
            "Handed down {number}: {title}",
            "It belongs to your grid.\nWhere: {place}\nReason: {words}\nDue: {due}",
        ),
    },
    "case_completed": {
        "zh-hans": (
            "待核查：{title}（{number}）",
            "{unit}已办结，请到现场核查。\n位置：{place}\n核查期限：{due}",
        ),
        "en": (
            "To be checked {number}: {title}",
            "{unit} has finished. Please check it on the spot.\nWhere: {place}\nBy: {due}",
        ),
    },
    "case_reworked": {
        "zh-hans": ("退回返工：{title}（{number}）", "核查未通过：{words}\n办理期限：{due}"),
        "en": ("Back for rework {number}: {title}", "It did not pass the check: {words}\nDue: {due}"),
    },
    "case_answered": {
        "zh-hans": ("诉求人已答复：{title}（{number}）", "答复内容请打开查看。\n计时恢复，办理期限：{due}"),
        "en": (
            "The reporter has answered {number}: {title}",
            "Open it to read the answer.\nThe clock runs again; due {due}.",
        ),
    },
    "case_added_to": {
        "zh-hans": ("诉求人补充情况：{title}（{number}）", "补充内容和照片请打开查看。\n办理期限：{due}"),
        "en": (
            "The reporter has added to {number}: {title}",
            "Open it to read and see what is new.\nDue: {due}",
        ),
    },
    "case_reopened": {
        "zh-hans": ("重新办理：{title}（{number}）", "原因：{reason}。\n说明：{words}\n办理期限：{due}"),
        "en": ("Reopened {number}: {title}", "Reason: {reason}.\nWords: {words}\nDue: {due}"),
    },
    "case_called_back": {
        "zh-hans": ("差评整改：{title}（{number}）", "经回访，诉求人意见属实，请整改。\n整改期限：{due}"),
        "en": (
            "To be rectified {number}: {title}",
            "The callback found the reporter to be right.\nDue: {due}",
        ),
    },
    "case_reminded": {
        "zh-hans": ("催办：{title}（{number}）", "留言：{words}\n办理期限：{due}"),
        "en": ("Reminder {number}: {title}", "Words: {words}\nDue: {due}"),
    },
    "case_supervised": {
        "zh-hans": ("督办（{level}级）：{title}（{number}）", "督办意见：{words}\n办理期限：{due}"),
        "en": ("Under supervision (level {level}) {number}: {title}", "Reason: {words}\nDue: {due}"),
    },
    "deadline_due_soon": {
        "zh-hans": ("即将到期：{title}（{number}）", "{clock}期限：{due}\n位置：{place}"),
        "en": ("Due soon {number}: {title}", "{clock}: {due}\nWhere: {place}"),
    },
    "deadline_breached": {
        "zh-hans": ("已逾期：{title}（{number}）", "{clock}期限：{due}，请立即办理。"),
        "en": ("Overdue {number}: {title}", "{clock}: was due {due}. Please act now."),
    },
    "grouped": {
        "zh-hans": ("{count}条新消息", "{lines}"),
        "en": ("{count} new messages", "{lines}"),
    },
}
