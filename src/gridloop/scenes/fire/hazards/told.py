"""What people are told of hazards: what was found, until when it must be right, and what became of it."""

from gridloop.core.notices.shipped import Shipped

OWNER = {
    "hazard_found": {
        "zh-hans": ("发现火灾隐患：{title}", "{place}\n您负责的场所发现火灾隐患，请尽快整改；可先行整改并上传照片。\n编号：{number}"),
        "en": ("Fire hazard found: {title}", "{place}\nA fire hazard was found at your premises. Put it right soon; you can do so now and send photos.\nNumber {number}"),
    },
    "hazard_ordered": {
        "zh-hans": ("限期整改：{title}", "请在{due}前完成整改并上传照片。\n要求：{words}\n编号：{number}"),
        "en": ("To be put right: {title}", "Put it right by {due} and send photos.\nWhat is asked: {words}\nNumber {number}"),
    },
    "hazard_closed": {
        "zh-hans": ("隐患已销号：{title}", "经复查合格，隐患已销号，谢谢您的配合。\n编号：{number}"),
        "en": ("Hazard closed: {title}", "It was looked at again and is right. Thank you.\nNumber {number}"),
    },
    "case_reworked": {
        "zh-hans": ("复查不合格：{title}", "隐患复查不合格，请继续整改。\n原因：{words}\n编号：{number}"),
        "en": ("Not yet right: {title}", "The hazard was looked at again and is not right yet.\nWhy: {words}\nNumber {number}"),
    },
}  # fmt: skip

WORKER = {
    "hazard_rectified": {
        "zh-hans": ("待复查：{title}", "{place}\n责任人已完成整改，请到现场复查并拍照。\n编号：{number}"),
        "en": ("To be looked at again: {title}", "{place}\nIt is said to be put right. Look at it on the spot and take photos.\nNumber {number}"),
    },
    "hazard_recovered": {
        "zh-hans": ("设备恢复正常，待复查：{title}", "{place}\n设备读数恢复正常，请到现场查明原因。\n编号：{number}"),
        "en": ("The device reads normally, look again: {title}", "{place}\nThe device reads normally again. Find out on the spot why it did not.\nNumber {number}"),
    },
}  # fmt: skip

TOLD: Shipped = {"hazard_owner": OWNER, "hazard_worker": WORKER}
