"""What people hear of their entries on the lists, of what they asked for there, and of stations they ordered from."""

LISTER: dict[str, dict[str, tuple[str, str]]] = {
    "listing_published": {
        "zh-hans": ("“{title}”已上清单", "社区已审核通过，邻里现在可以看到。有人联系时会通知您。"),
        "en": ("“{title}” is on the list", "Your community has published it. You will hear when somebody asks."),
    },
    "listing_declined": {
        "zh-hans": ("“{title}”未上清单", "原因：{reason}\n您可以修改后重新填报。"),
        "en": ("“{title}” was not published", "Why: {reason}\nYou may put it right and enter it again."),
    },
    "listing_claimed": {
        "zh-hans": ("有人回应了“{title}”", "请打开查看并答复。联系方式不会公开，双方在平台内留言。"),
        "en": ("Somebody answers to “{title}”", "Open it and say yes or no. You write to each other inside gridloop."),
    },
    "claim_agreed": {
        "zh-hans": ("“{title}”对方已同意", "请打开查看留言，约定时间。"),
        "en": ("“{title}”: they said yes", "Open it to read what they write and to agree on a time."),
    },
    "claim_declined": {
        "zh-hans": ("“{title}”对方未能同意", "很抱歉，这次没有成。您可以看看清单上的其他内容。"),
        "en": ("“{title}”: not this time", "We are sorry. Please look at the other entries."),
    },
    "claim_withdrawn": {
        "zh-hans": ("“{title}”对方已撤回", "对方已撤回，名额回到清单上。"),
        "en": ("“{title}”: taken back", "They have taken it back; it is on the list again."),
    },
    "letter_written": {
        "zh-hans": ("“{title}”有新留言", "对方给您留言了，请打开查看。"),
        "en": ("“{title}”: a new message", "The other side wrote to you. Open it to read."),
    },
    "station_closed": {
        "zh-hans": ("{name}已停止服务", "原因：{reason}\n您在该驿站的点单（{number}）不受影响，社区会照常安排。"),
        "en": ("{name} has closed", "Why: {reason}\nWhat you ordered there ({number}) goes on; your community sees to it."),
    },
}  # fmt: skip
