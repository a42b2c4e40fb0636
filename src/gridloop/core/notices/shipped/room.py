"""What command rooms are told: what waits for their decision, and what has gone wrong."""

ROOM: dict[str, dict[str, tuple[str, str]]] = {
    "case_reported": {
        "zh-hans": ("新上报：{title}（{number}）", "位置：{place}\n请在{due}前受理或派遣。"),
        "en": ("New report {number}: {title}", "Where: {place}\nPlease accept or dispatch it by {due}."),
    },
    "case_handed_up": {
        "zh-hans": (
            "上报待派遣：{title}（{number}）",
            "下级无法处理。\n原因：{reason}。\n说明：{words}\n位置：{place}",
        ),
        "en": (
            "Handed up {number}: {title}",
            "The level below cannot solve it.\nReason: {reason}.\nWords: {words}\nWhere: {place}",
        ),
    },
    "case_returned": {
        "zh-hans": (
            "退单：{title}（{number}）",
            "{unit}退回此件。\n原因：{reason}。\n说明：{words}\n请重新派遣。",
        ),
        "en": (
            "Returned {number}: {title}",
            "{unit} has returned it.\nReason: {reason}.\nWords: {words}\nPlease dispatch it anew.",
        ),
    },
    "case_to_arbitrate": {
        "zh-hans": (
            "待裁定：{title}（{number}）",
            "退单已达上限，请裁定主办单位，裁定后不得再退。\n最近退单：{unit}\n原因：{reason}。\n说明：{words}",
        ),
        "en": (
            "To be decided by you {number}: {title}",
            "It was returned as often as allowed. Please decide who leads; the decision binds.\nLast returned by: {unit}\nReason: {reason}.\nWords: {words}",
        ),
    },
    "case_extension_asked": {
        "zh-hans": (
            "延期待审：{title}（{number}）",
            "{unit}申请延期{days}个工作日。\n原因：{words}\n当前期限：{due}",
        ),
        "en": (
            "Extension asked for {number}: {title}",
            "{unit} asks for {days} more working days.\nReason: {words}\nNow due: {due}",
        ),
    },
    "case_approval_asked": {
        "zh-hans": (
            "待审批“{move}”：{title}（{number}）",
            "原因：{reason}\n说明：{words}\n须由另一人审批后生效。",
        ),
        "en": (
            "To approve, {move}: {title} ({number})",
            "Reason: {reason}\nWords: {words}\nIt takes effect when another person has approved it.",
        ),
    },
    "case_approved": {
        "zh-hans": ("已批准“{move}”：{title}（{number}）", "审批意见：{words}"),
        "en": ("Approved, {move}: {title} ({number})", "Words: {words}"),
    },
    "case_approval_refused": {
        "zh-hans": ("未获批准“{move}”：{title}（{number}）", "审批意见：{words}"),
        "en": ("Not approved, {move}: {title} ({number})", "Words: {words}"),
    },
    "case_reviewed_badly": {
        "zh-hans": (
            "差评待回访：{title}（{number}）",
            "诉求人评价：{rating}星。请回访。\n承办单位：{unit}",
        ),
        "en": (
            "Bad review, please call back {number}: {title}",
            "The reporter gave {rating} of 5.\nHandled by: {unit}",
        ),
    },
    "case_reopened": {
        "zh-hans": ("重新办理：{title}（{number}）", "原因：{reason}。\n说明：{words}\n承办单位：{unit}"),
        "en": ("Reopened {number}: {title}", "Reason: {reason}.\nWords: {words}\nUnit: {unit}"),
    },
    "case_added_to": {
        "zh-hans": ("诉求人补充情况：{title}（{number}）", "此件尚未派遣。补充内容和照片请打开查看。"),
        "en": (
            "The reporter has added to {number}: {title}",
            "It has not been dispatched yet. Open it to read and see what is new.",
        ),
    },
    "case_reminded": {
        "zh-hans": ("催办：{title}（{number}）", "此件尚未派遣，有人催办。\n留言：{words}"),
        "en": (
            "Reminder {number}: {title}",
            "It has not been dispatched yet and somebody is waiting.\nWords: {words}",
        ),
    },
    "case_transferred_back": {
        "zh-hans": ("外部系统退回：{title}（{number}）", "说明：{words}\n请重新派遣。"),
        "en": ("Back from outside {number}: {title}", "Words: {words}\nPlease dispatch it anew."),
    },
    "deadline_breached": {
        "zh-hans": ("已逾期：{title}（{number}）", "承办：{unit}\n{clock}期限：{due}"),
        "en": ("Overdue {number}: {title}", "Unit: {unit}\n{clock}: was due {due}"),
    },
    "escalated": {
        "zh-hans": (
            "逾期升级（{level}级）：{title}（{number}）",
            "承办：{unit}\n{clock}期限：{due}\n请督促办理，并确认已知悉。",
        ),
        "en": (
            "Escalated (level {level}) {number}: {title}",
            "Unit: {unit}\n{clock}: was due {due}\nPlease see to it, and acknowledge.",
        ),
    },
    "grouped": {
        "zh-hans": ("{count}条新消息", "{lines}"),
        "en": ("{count} new messages", "{lines}"),
    },
}
