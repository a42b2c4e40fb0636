"""What handling units are told: what to do, until when, and where the papers are."""

UNIT: dict[str, dict[str, tuple[str, str]]] = {
    "case_dispatched": {
        "zh-hans": (
            "新任务：{title}（{number}）",
            "位置：{place}\n办理期限：{due}\n交办意见：{words}\n请及时签收。",
        ),
        "en": (
            "New task {number}: {title}",
            "Where: {place}\nDue: {due}\nInstruction: {words}\nPlease take it.",
        ),
    },
    "case_reassigned": {
        "zh-hans": (
            "新任务（改派）：{title}（{number}）",
            "位置：{place}\n办理期限：{due}\n改派原因：{words}\n请及时签收。",
        ),
        "en": (
            "New task (from another unit) {number}: {title}",
            "Where: {place}\nDue: {due}\nReason: {words}\nPlease take it.",
        ),
    },
    "case_taken_away": {
        "zh-hans": ("已改派：{title}（{number}）", "此件已改派{unit}办理，你单位无需继续办理。"),
        "en": (
            "{number} was given to another unit: {title}",
            "It is now with {unit}; nothing more is to be done by you.",
        ),
    },
    "case_arbitrated": {
        "zh-hans": (
            "裁定主办：{title}（{number}）",
            "经指挥室裁定，此件由你单位主办，不得再退回。\n位置：{place}\n办理期限：{due}\n裁定原因：{words}",
        ),
        "en": (
            "Binding decision, you lead {number}: {title}",
            "The command room has decided that you lead; it cannot be returned.\nWhere: {place}\nDue: {due}\nReason: {words}",
        ),
    },
    "case_co_dispatched": {
        "zh-hans": (
            "协办任务（吹哨）：{title}（{number}）",
            "主办单位：{unit}\n位置：{place}\n需要你单位：{words}\n请及时报到。",
        ),
        "en": (
            "Called to assist {number}: {title}",
            "Leading unit: {unit}\nWhere: {place}\nWhat is needed: {words}\nPlease check in.",
        ),
    },
    "case_assisted": {
        "zh-hans": ("协办已完成：{title}（{number}）", "协办单位已完成其部分：{words}"),
        "en": ("An assisting unit has finished {number}: {title}", "What was done: {words}"),
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
    "case_question_over": {
        "zh-hans": ("诉求人未答复：{title}（{number}）", "补充期限已过，计时恢复。\n办理期限：{due}"),
        "en": (
            "No answer from the reporter {number}: {title}",
            "The time for the answer is over and the clock runs again.\nDue: {due}",
        ),
    },
    "case_resumed": {
        "zh-hans": ("恢复办理：{title}（{number}）", "挂账已解除，计时恢复。\n办理期限：{due}"),
        "en": (
            "Work goes on {number}: {title}",
            "The suspension has ended and the clock runs again.\nDue: {due}",
        ),
    },
    "case_extended": {
        "zh-hans": ("延期获批：{title}（{number}）", "同意延期{days}个工作日。\n新的办理期限：{due}"),
        "en": ("Extension granted {number}: {title}", "{days} more working days.\nNow due: {due}"),
    },
    "case_extension_refused": {
        "zh-hans": ("延期未获批：{title}（{number}）", "审核意见：{words}\n办理期限不变：{due}"),
        "en": ("Extension refused {number}: {title}", "Reason: {words}\nStill due: {due}"),
    },
    "case_reworked": {
        "zh-hans": ("退回返工：{title}（{number}）", "核查未通过：{words}\n办理期限：{due}"),
        "en": ("Back for rework {number}: {title}", "It did not pass the check: {words}\nDue: {due}"),
    },
    "case_called_back": {
        "zh-hans": ("差评整改：{title}（{number}）", "经回访，诉求人意见属实，请整改。\n整改期限：{due}"),
        "en": (
            "To be rectified after a bad review {number}: {title}",
            "The callback found the reporter to be right.\nDue: {due}",
        ),
    },
    "case_reopened": {
        "zh-hans": (
            "重新办理：{title}（{number}）",
            "诉求人申请重新办理。\n原因：{reason}。\n说明：{words}\n办理期限：{due}",
        ),
        "en": ("Reopened {number}: {title}", "Reason: {reason}.\nWords: {words}\nDue: {due}"),
    },
    "case_reviewed": {
        "zh-hans": ("收到评价：{title}（{number}）", "诉求人评价：{rating}星（满分5星）。"),
        "en": ("Review received {number}: {title}", "The reporter gave {rating} of 5."),
    },
    "case_reminded": {
        "zh-hans": ("催办：{title}（{number}）", "有人催办此件。\n留言：{words}\n办理期限：{due}"),
        "en": ("Reminder {number}: {title}", "Somebody is waiting for this.\nWords: {words}\nDue: {due}"),
    },
    "case_supervised": {
        "zh-hans": (
            "督办（{level}级）：{title}（{number}）",
            "此件已列入督办。\n督办意见：{words}\n办理期限：{due}",
        ),
        "en": ("Under supervision (level {level}) {number}: {title}", "Reason: {words}\nDue: {due}"),
    },
    "case_withdrawn": {
        "zh-hans": ("诉求人已撤回：{title}（{number}）", "此件无需继续办理。"),
        "en": ("Withdrawn by the reporter {number}: {title}", "Nothing more is to be done."),
    },
    "deadline_due_soon": {
        "zh-hans": (
            "即将到期：{title}（{number}）",
            "{clock}期限：{due}\n请抓紧办理，确需延期请在到期前申请。",
        ),
        "en": (
            "Due soon {number}: {title}",
            "{clock}: {due}\nIf more time is needed, ask for it before then.",
        ),
    },
    "deadline_breached": {
        "zh-hans": ("已逾期：{title}（{number}）", "{clock}期限：{due}，现已逾期。请立即办理。"),
        "en": ("Overdue {number}: {title}", "{clock}: was due {due}. Please act now."),
    },
    "escalated": {
        "zh-hans": (
            "逾期升级：{title}（{number}）",
            "此件逾期未办，已升级至第{level}级。\n{clock}期限：{due}",
        ),
        "en": (
            "Escalated {number}: {title}",
            "Overdue and escalated to level {level}.\n{clock}: was due {due}",
        ),
    },
    "grouped": {
        "zh-hans": ("{count}条新消息", "{lines}"),
        "en": ("{count} new messages", "{lines}"),
    },
}
