"""The words of the scene's own notices."""

SHIPPED = {
    "worker": {
        "matter_given": {
            "zh-hans": (
                "企业诉求派给您：{title}（{number}）",
                "企业诉求已派给您办理，请及时接单。\n派遣意见：{words}",
            ),
            "en": (
                "An enterprise matter for you {number}: {title}",
                "It was dispatched to you. Please take it.\nWords: {words}",
            ),
        },
    },
}
