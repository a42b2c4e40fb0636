"""The words of the index's notices."""

from gridloop.core.notices.shipped import Shipped

TOLD: Shipped = {
    "room": {
        "grid_turned_red": {
            "zh-hans": (
                "火险转红：{place}",
                "该网格火险指数为{score}，已转为红色。\n原因：{reason}。\n请当日组织检查。",
            ),
            "en": (
                "Fire risk red: {place}",
                "The grid's index is {score}; it has turned red.\nWhy: {reason}.\nPlease have it inspected today.",
            ),
        },
    },
}
