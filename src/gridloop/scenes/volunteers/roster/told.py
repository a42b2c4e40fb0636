"""What volunteers are told about their papers and teams."""

VOLUNTEER: dict[str, dict[str, tuple[str, str]]] = {
    "credential_confirmed": {
        "zh-hans": ("您的“{skill}”证书已核实", "“{skill}”证书已由社区核实，可以接单了。有效期至：{day}"),
        "en": ("Your paper for {skill} is confirmed", "Your community has confirmed it. It counts until: {day}"),
    },
    "credential_withdrawn": {
        "zh-hans": ("您的“{skill}”证书未通过核实", "原因：{reason}\n请补充后重新提交。"),
        "en": ("Your paper for {skill} was not accepted", "Why: {reason}\nPlease put it right and hand it in again."),
    },
    "credential_expiring": {
        "zh-hans": ("您的“{skill}”证书即将到期", "“{skill}”证书有效期至{day}。请续证后重新提交，以免影响接单。"),
        "en": ("Your paper for {skill} expires soon", "It counts until {day}. Please hand in the renewed one."),
    },
    "team_invited": {
        "zh-hans": ("{team}邀请您加入", "{team}邀请您成为队员，请打开“我的队伍”答复。"),
        "en": ("{team} invites you", "{team} would like you to join. Answer under “My teams”."),
    },
    "membership_accepted": {
        "zh-hans": ("您已加入{team}", "欢迎加入{team}！"),
        "en": ("You are in {team}", "Welcome to {team}!"),
    },
    "membership_declined": {
        "zh-hans": ("{team}未通过您的申请", "说明：{reason}\n您可以看看其他队伍。"),
        "en": ("{team} did not take you in", "They say: {reason}\nPlease look at the other teams."),
    },
    "team_dissolved": {
        "zh-hans": ("{team}已解散", "{team}已解散，您的志愿者身份不受影响，可以加入其他队伍。"),
        "en": ("{team} is no more", "The team was dissolved. You stay a volunteer and may join another one."),
    },
}  # fmt: skip
