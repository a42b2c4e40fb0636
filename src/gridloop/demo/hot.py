"""Matters many write about: a concrete plant at night, a flooded underpass; bursts of reports about one place."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from gridloop.demo.ground import Ground
from gridloop.demo.history import History
from gridloop.demo.wording import Told, matters


class Issue(NamedTuple):
    """One place and what is said of it; pieces are put together anew for each report."""

    code: str
    kind: str  # on which ground
    place: str
    what: tuple[str, ...]
    more: tuple[str, ...]
    reports: int
    days: int  # over how many days they come


ISSUES = (
    Issue("1103", "i", "海湾混凝土公司", ("搅拌站通宵生产噪声大", "混凝土搅拌站夜间轰鸣", "半夜搅拌机和罐车吵得没法睡"),
          ("罐车从凌晨进出不断", "关窗也听得清清楚楚", "附近几幢楼都受影响", "老人高血压都犯了", "反映后白天停了晚上又开"), 26, 34),
    Issue("0405", "t", "环岛北路下穿通道", ("一下雨就积水", "积水太深车辆熄火", "雨后积水一直不退"),
          ("学生上学只能绕路", "水泵好像没有工作", "已经困住好几辆车", "希望彻底改造排水"), 18, 20),
    Issue("0701", "t", "锦绣花园小区", ("物业涨价不公示", "物业突然提高停车费", "物业撤走夜班保安"),
          ("业主都不同意", "没有开过业主大会", "电梯广告收入也不公开", "要求街道出面协调"), 20, 28),
    Issue("0102", "t", "中心农贸市场后巷", ("鱼摊污水和垃圾发臭", "垃圾堆到路中间", "下水口堵满烂菜叶"),
          ("早上尤其严重", "居民楼就在旁边", "苍蝇成群", "清一次管一天"), 16, 24),
    Issue("1101", "i", "滨港工业园电镀车间", ("排放刺鼻酸味", "夜间废气呛人", "酸雾飘到村里"),
          ("一到阴天更重", "小孩咳嗽不止", "树叶都黄了"), 14, 21),
    Issue("1503", "t", "动能健身房", ("关门不退会员费", "突然停业老板失联", "预付卡余额退不回来"),
          ("我们有几百个会员", "上个月还在搞促销", "建了维权群"), 15, 10),
    Issue("0704", "t", "书香名邸小区", ("顶楼普遍漏水", "外墙渗水发霉", "台风后屋面漏水"),
          ("开发商和物业互相推", "还在保修期", "天花板掉皮"), 12, 25),
    Issue("1001", "v", "海山线公交", ("取消班次没通知", "末班车提前太早", "老人出岛看病赶不上车"),
          ("一天只剩两班", "希望恢复原来的班次"), 11, 18),
)  # fmt: skip
LED = ("你好，", "", "", "麻烦管管，", "我是附近住户，", "再次反映，")


def queue_issues(history: History, *, rounds: int) -> None:
    """The newest round still goes on; earlier ones lie in the past year."""
    random = history.random
    for back in range(rounds):
        for issue in ISSUES:
            grounds = [ground for ground in history.county.grounds if ground.kind == issue.kind]
            ground = random.choice(grounds)
            days = issue.days
            begins = (
                history.now - timedelta(days=days + random.uniform(0, 3))
                if back == 0
                else history.now - timedelta(days=random.uniform(50, 360))
            )
            place = issue.place if back == 0 else f"{ground.name}{issue.place[-4:]}"
            queue_issue(history, issue, ground, place, begins, random, now_going=back == 0)


def queue_issue(
    history: History,
    issue: Issue,
    ground: Ground,
    place: str,
    begins: datetime,
    random: Random,
    *,
    now_going: bool,
) -> None:
    matter = matters()[issue.code]
    times = sorted(
        begins + timedelta(days=random.betavariate(1.4, 1.1) * issue.days) for _report in range(issue.reports)
    )
    reports = []
    for at in times:
        what, more = random.choice(issue.what), random.sample(issue.more, 2)
        told = Told(
            f"{place}{what}", f"{random.choice(LED)}{place}{what}，{more[0]}，{more[1]}。请尽快解决。"
        )
        report = history.report(
            at, matter, ground, source=random.choice(("web", "web", "phone")), place=place, told=told
        )
        reports.append(report)
    first, *others = reports
    for number, report in enumerate(others):
        if number % 2:
            report.folded_at = (report.at + timedelta(hours=random.uniform(1, 9))).replace(microsecond=0)
    first.followers = tuple(others)
    people = random.sample(
        history.cast.residents, min(len(history.cast.residents) // 4, random.randint(6, 30))
    )
    first.joined = tuple(
        (begins + timedelta(days=random.uniform(0.1, issue.days)), person) for person in people
    )
    if now_going:
        first.stop_at = "take"  # it is in hand and not solved: what comes later is folded into it
    history.queue(first)
