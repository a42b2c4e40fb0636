"""What residents are told. Plain and friendly: what happened, what comes next, by when. A line whose variables are all empty falls away."""

REPORTER: dict[str, dict[str, tuple[str, str]]] = {
    "case_reported": {
        "zh-hans": (
            "您反映的事项已收到（{number}）",
            "您好！您反映的“{title}”已收到，编号{number}。\n我们会在{due}前给您首次答复。\n每一步进展都会告诉您，也可以随时查看。",
        ),
        "en": (
            "We have your report ({number})",
            "Thank you. We have received “{title}”, number {number}.\nYou will have a first answer by {due}.\nWe will tell you of every step, and you can look at any time.",
        ),
    },
    "case_accepted": {
        "zh-hans": (
            "您反映的事项已受理（{number}）",
            "“{title}”已经受理，正在安排处理。\n预计在{due}前办结。",
        ),
        "en": (
            "Your report was accepted ({number})",
            "“{title}” was accepted and is being arranged.\nIt should be done by {due}.",
        ),
    },
    "case_declined": {
        "zh-hans": (
            "您反映的事项未能受理（{number}）",
            "很抱歉，“{title}”未能受理。\n原因：{reason}。\n说明：{answer}\n如果您认为情况有误，可以补充材料后重新反映。",
        ),
        "en": (
            "Your report could not be accepted ({number})",
            "We are sorry: “{title}” could not be accepted.\nReason: {reason}.\nExplanation: {answer}\nIf you think this is a mistake, report it again with what was missing.",
        ),
    },
    "case_dispatched": {
        "zh-hans": ("您反映的事项已交办（{number}）", "“{title}”已交由{unit}办理。\n预计在{due}前办结。"),
        "en": (
            "Your report is with {unit} ({number})",
            "“{title}” was given to {unit}.\nIt should be done by {due}.",
        ),
    },
    "case_reassigned": {
        "zh-hans": (
            "您反映的事项已改由{unit}办理（{number}）",
            "“{title}”已改由{unit}办理。\n预计在{due}前办结。",
        ),
        "en": (
            "Your report is now with {unit} ({number})",
            "“{title}” is now handled by {unit}.\nIt should be done by {due}.",
        ),
    },
    "case_taken": {
        "zh-hans": (
            "您反映的事项正在办理（{number}）",
            "{unit}已签收，正在办理“{title}”。\n预计在{due}前办结。",
        ),
        "en": (
            "Work on your report has begun ({number})",
            "{unit} has begun to work on “{title}”.\nIt should be done by {due}.",
        ),
    },
    "case_extended": {
        "zh-hans": (
            "您反映的事项办理时间延长（{number}）",
            "“{title}”需要更多时间办理，经审核同意延长{days}个工作日。\n新的办结期限：{due}。\n给您带来不便，敬请谅解。",
        ),
        "en": (
            "Your report needs more time ({number})",
            "“{title}” needs more time; {days} more working days were granted after review.\nIt should now be done by {due}.\nWe are sorry for the delay.",
        ),
    },
    "case_question_asked": {
        "zh-hans": (
            "关于您反映的事项，想请您补充（{number}）",
            "办理“{title}”时，想请您补充：\n{question}\n请在{until}前点开链接回复，无需登录。等待回复期间，办理时间暂停计算。",
        ),
        "en": (
            "A question about your report ({number})",
            "To handle “{title}” we need to ask you:\n{question}\nPlease answer by {until} through the link; no sign-in is needed. The clock stands still until then.",
        ),
    },
    "case_suspended": {
        "zh-hans": (
            "您反映的事项暂缓办理（{number}）",
            "“{title}”暂缓办理。\n原因：{reason}。\n条件具备后会恢复办理，届时再告诉您。",
        ),
        "en": (
            "Your report is on hold ({number})",
            "“{title}” is on hold.\nReason: {reason}.\nWe will tell you as soon as work goes on.",
        ),
    },
    "case_resumed": {
        "zh-hans": ("您反映的事项恢复办理（{number}）", "“{title}”已恢复办理。\n预计在{due}前办结。"),
        "en": (
            "Work on your report goes on ({number})",
            "Work on “{title}” goes on.\nIt should be done by {due}.",
        ),
    },
    "case_handed_up": {
        "zh-hans": ("您反映的事项已上报（{number}）", "“{title}”已由网格上报上级协调办理，请您放心。"),
        "en": (
            "Your report was handed up ({number})",
            "“{title}” was handed up to the next level, which can do more.",
        ),
    },
    "case_transferred_out": {
        "zh-hans": (
            "您反映的事项已转办（{number}）",
            "“{title}”已转交{system}办理。\n对方编号：{outside_number}。\n有结果后会告诉您。",
        ),
        "en": (
            "Your report was passed on ({number})",
            "“{title}” was passed on to {system}.\nNumber there: {outside_number}.\nWe will tell you the result.",
        ),
    },
    "case_split": {
        "zh-hans": (
            "您反映的事项分成几件同时办理（{number}）",
            "为了办得更快，“{title}”已分成几件，由不同单位同时办理，全部办完后告诉您。",
        ),
        "en": (
            "Your report is handled in several parts ({number})",
            "To be faster, “{title}” was split into parts that several units handle at once. We will tell you when all are done.",
        ),
    },
    "case_fixed": {
        "zh-hans": (
            "您反映的事项已现场处理（{number}）",
            "网格员已现场处理“{title}”。\n处理情况：{answer}\n核查后会请您评价。",
        ),
        "en": (
            "Your report was fixed on the spot ({number})",
            "The grid worker has dealt with “{title}” on the spot.\nWhat was done: {answer}\nOnce it is checked, we will ask whether it helped.",
        ),
    },
    "case_completed": {
        "zh-hans": (
            "您反映的事项已办结（{number}）",
            "{unit}已办完“{title}”。\n答复：{answer}\n现场核查后会请您评价。",
        ),
        "en": (
            "Your report was dealt with ({number})",
            "{unit} has finished “{title}”.\nAnswer: {answer}\nOnce it is checked on the spot, we will ask whether it helped.",
        ),
    },
    "case_verified": {
        "zh-hans": (
            "您反映的事项已核查，请您评价（{number}）",
            "经现场核查，“{title}”已处理到位。\n答复：{answer}\n请点开链接评价；不满意的，我们会回访整改。",
        ),
        "en": (
            "Did it help? Please judge ({number})",
            "“{title}” was checked on the spot.\nAnswer: {answer}\nPlease open the link and say whether it helped. If it did not, we will call you and put it right.",
        ),
    },
    "case_reworked": {
        "zh-hans": (
            "您反映的事项正在返工（{number}）",
            "核查发现“{title}”尚未处理到位，已要求重新办理。\n预计在{due}前办结。",
        ),
        "en": (
            "Your report is being done again ({number})",
            "A check showed that “{title}” is not right yet; it is being done again.\nIt should be done by {due}.",
        ),
    },
    "case_closed": {
        "zh-hans": (
            "您反映的事项已结案（{number}）",
            "“{title}”已结案。\n结果：{outcome}。\n未能解决的原因：{reason}。\n答复：{answer}\n如果问题再次出现，可在30天内申请重新办理。",
        ),
        "en": (
            "Your report is closed ({number})",
            "“{title}” is closed.\nOutcome: {outcome}.\nWhy it could not be solved: {reason}.\nAnswer: {answer}\nShould it come back, you can have it reopened within 30 days.",
        ),
    },
    "case_called_back": {
        "zh-hans": (
            "您的意见已采纳，正在整改（{number}）",
            "感谢您的评价。“{title}”确有不足，正在整改。\n预计在{due}前完成。",
        ),
        "en": (
            "You were right; it is being put right ({number})",
            "Thank you for your judgement. “{title}” is being put right.\nIt should be done by {due}.",
        ),
    },
    "case_rectified": {
        "zh-hans": (
            "整改已完成，请您再次评价（{number}）",
            "“{title}”已完成整改。\n整改情况：{answer}\n请点开链接再次评价。",
        ),
        "en": (
            "It was put right; please judge once more ({number})",
            "“{title}” was put right.\nWhat was done: {answer}\nPlease open the link and judge once more.",
        ),
    },
    "case_reopened": {
        "zh-hans": (
            "您反映的事项已重新办理（{number}）",
            "“{title}”已重新办理，由{unit}负责。\n预计在{due}前办结。",
        ),
        "en": (
            "Your report was reopened ({number})",
            "“{title}” was reopened and is with {unit}.\nIt should be done by {due}.",
        ),
    },
    "case_joined": {
        "zh-hans": (
            "已为您关注此事项（{number}）",
            "您已加入“{title}”，目前共有{voices}人反映。每一步进展都会同时告诉您。",
        ),
        "en": (
            "You now stand behind this report ({number})",
            "You have joined “{title}”; {voices} people stand behind it now. You will hear of every step.",
        ),
    },
    "case_linked": {
        "zh-hans": (
            "您反映的事项已合并办理（{number}）",
            "“{title}”与{first_number}反映的是同一问题，已合并办理。\n今后的进展会按{first_number}告诉您，不需要重新反映。",
        ),
        "en": (
            "Your report was joined with another ({number})",
            "“{title}” is about the same matter as {first_number}, so both are handled together.\nYou will hear of every step of {first_number}; there is no need to report again.",
        ),
    },
    "case_supervised": {
        "zh-hans": ("您反映的事项已列入督办（{number}）", "“{title}”已列入督办，上级正在跟踪办理进度。"),
        "en": (
            "Your report is under supervision ({number})",
            "“{title}” is now supervised; the level above follows its progress.",
        ),
    },
    "case_withdrawn": {
        "zh-hans": ("您反映的事项已撤回（{number}）", "“{title}”已撤回，不再办理。如有需要，欢迎再次反映。"),
        "en": (
            "Your report was withdrawn ({number})",
            "“{title}” was withdrawn and is not handled any further. You are welcome to report again.",
        ),
    },
}
