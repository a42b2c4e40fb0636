"""A request's own words for steps all cases share: a call for help is no report, and its news speak of help.

The names end in the kind: `case_reported-request` stands where a report's notice would say `case_reported`.
"""

REPORTER: dict[str, dict[str, tuple[str, str]]] = {
    "case_reported-request": {
        "zh-hans": (
            "求助已收到（{number}）",
            "您好！求助“{title}”已收到，编号{number}。\n社区会在{due}前答复，随后寻找附近的志愿者。\n有志愿者答应前来时会马上告诉您，您也可以随时查看。",
        ),
        "en": (
            "We have your request for help ({number})",
            "Thank you. “{title}” has arrived, number {number}.\nYour community answers by {due}, then looks for a volunteer nearby.\nWe tell you as soon as somebody will come, and you can look at any time.",
        ),
    },
    "case_accepted-request": {
        "zh-hans": (
            "求助已受理，正在寻找志愿者（{number}）",
            "“{title}”已受理，正在询问附近的志愿者。\n有人答应前来时会马上告诉您。",
        ),
        "en": (
            "We are looking for a volunteer ({number})",
            "“{title}” was accepted, and volunteers nearby are being asked.\nWe tell you as soon as somebody will come.",
        ),
    },
    "case_declined-request": {
        "zh-hans": (
            "很抱歉，这次求助未能受理（{number}）",
            "“{title}”未能受理。\n原因：{reason}。\n说明：{answer}\n如果情况有变化，欢迎再次求助，也可以联系社区。",
        ),
        "en": (
            "We cannot help with this ({number})",
            "We are sorry: “{title}” could not be accepted.\nReason: {reason}.\nExplanation: {answer}\nAsk again if things change, or call your community.",
        ),
    },
    "case_question_asked-request": {
        "zh-hans": (
            "关于您的求助，想请您补充（{number}）",
            "为“{title}”安排志愿者，想请您补充：\n{question}\n请在{until}前点开链接回复，无需登录。",
        ),
        "en": (
            "A question about the help you need ({number})",
            "To find the right volunteer for “{title}” we need to ask you:\n{question}\nPlease answer by {until} through the link; no sign-in is needed.",
        ),
    },
    "case_closed-request": {
        "zh-hans": (
            "求助已结束（{number}）",
            "“{title}”已结束。\n原因：{reason}。\n答复：{answer}\n如果还需要帮助，欢迎再次求助。",
        ),
        "en": (
            "Your request for help has ended ({number})",
            "“{title}” has ended.\nReason: {reason}.\nAnswer: {answer}\nIf you still need a hand, please ask again.",
        ),
    },
    "case_called_back-request": {
        "zh-hans": (
            "您的意见已采纳，社区正在改进（{number}）",
            "感谢您的评价。“{title}”确有不足，社区正在改进。\n预计在{due}前完成。",
        ),
        "en": (
            "You were right; your community puts it right ({number})",
            "Thank you for saying how it was. “{title}” is being put right.\nIt should be done by {due}.",
        ),
    },
    "case_rectified-request": {
        "zh-hans": (
            "已重新安排，请您再次评价（{number}）",
            "“{title}”已重新安排。\n情况：{answer}\n请点开链接再次评价。",
        ),
        "en": (
            "It was put right; how is it now? ({number})",
            "“{title}” was put right.\nWhat was done: {answer}\nPlease open the link and say how it is now.",
        ),
    },
    "case_supervised-request": {
        "zh-hans": ("求助已列入督办（{number}）", "“{title}”已列入督办，上级正在跟踪安排情况。"),
        "en": (
            "Your request for help is followed from above ({number})",
            "The level above now follows “{title}” closely.",
        ),
    },
    "case_withdrawn-request": {
        "zh-hans": ("求助已取消（{number}）", "“{title}”已取消，不再安排志愿者。需要时欢迎再次求助。"),
        "en": (
            "Your request for help was taken back ({number})",
            "“{title}” was taken back; nobody will come. You are welcome to ask again.",
        ),
    },
}

WORKER: dict[str, dict[str, tuple[str, str]]] = {
    "case_reported-request": {
        "zh-hans": (
            "邻里求助：{title}（{number}）",
            "位置：{place}\n社区会在{due}前受理并寻找志愿者，请您知悉。",
        ),
        "en": (
            "A neighbour asks for help {number}: {title}",
            "Where: {place}\nThe community accepts it by {due} and looks for a volunteer; this is for you to know.",
        ),
    },
}

ROOM: dict[str, dict[str, tuple[str, str]]] = {
    "case_reported-request": {
        "zh-hans": ("邻里求助：{title}（{number}）", "位置：{place}\n请在{due}前受理，并安排志愿者。"),
        "en": (
            "A neighbour asks for help {number}: {title}",
            "Where: {place}\nPlease accept it by {due} and look for a volunteer.",
        ),
    },
}

STEPS = {"reporter": REPORTER, "worker": WORKER, "room": ROOM}
