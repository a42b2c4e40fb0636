"""How the demo county names its premises and where devices hang."""

NAMES: dict[str, tuple[str, ...]] = {
    "nine_small": ("便民超市", "小吃店", "理发店", "五金店", "服装店", "水果店", "手机维修店", "棋牌室", "足浴店", "小网吧"),
    "three_in_one": ("阀门配件加工点", "家具作坊", "服装加工点", "包装加工点", "水产加工点", "沿街商住楼"),
    "rental": ("出租房", "外来人员公寓", "群租楼", "工人宿舍"),
    "dwelling": ("民居", "老宅", "联排住宅", "安置房"),
    "high_rise": ("花园高层", "商务大厦", "江景公寓", "广场写字楼"),
    "storage": ("物流仓库", "冷链仓库", "建材仓库", "渔具仓库"),
    "factory": ("阀门厂", "汽摩配件厂", "铜加工厂", "眼镜配件厂", "家具厂", "水产品加工厂"),
    "school": ("小学", "中学", "幼儿园"),
    "hospital": ("卫生院", "养老院", "康复护理院"),
    "market": ("农贸市场", "商业广场", "建材市场"),
    "hotel": ("快捷酒店", "海鲜酒楼", "民宿"),
    "public": ("文化礼堂", "老年活动中心", "影剧院", "渔港码头候船室"),
}  # fmt: skip
# How often each kind stands in a town, a village, a port and an industrial grid.
SHARES: dict[str, dict[str, int]] = {
    "t": {"nine_small": 34, "three_in_one": 8, "rental": 14, "dwelling": 14, "high_rise": 7, "storage": 3, "factory": 2,
          "school": 3, "hospital": 2, "market": 3, "hotel": 6, "public": 4},
    "v": {"nine_small": 16, "three_in_one": 13, "rental": 24, "dwelling": 32, "storage": 3, "factory": 6, "school": 1,
          "hospital": 1, "market": 1, "hotel": 1, "public": 2},
    "p": {"nine_small": 22, "three_in_one": 12, "rental": 20, "dwelling": 22, "storage": 10, "factory": 4, "market": 2,
          "hotel": 5, "public": 3},
    "i": {"nine_small": 10, "three_in_one": 14, "rental": 14, "storage": 20, "factory": 40, "hotel": 1, "public": 1},
}  # fmt: skip
PANELLED = ("high_rise", "market", "school", "hospital", "hotel", "factory", "public")
PEOPLE = {"nine_small": (1, 8), "three_in_one": (3, 30), "rental": (4, 60), "dwelling": (1, 8), "high_rise": (80, 900),
          "storage": (1, 20), "factory": (20, 800), "school": (120, 2200), "hospital": (40, 600), "market": (60, 1500),
          "hotel": (10, 240), "public": (10, 300)}  # fmt: skip
SPOTS = ("楼梯口", "走廊东侧", "走廊西侧", "厨房", "仓库", "配电间", "大厅", "客房", "充电棚", "值班室")
EQUIPMENT = ("灭火器20具、水带6盘、空气呼吸器2套", "灭火器12具、水带4盘", "消防摩托车1辆、灭火器16具、水带4盘",
             "手抬泵1台、水带8盘、灭火器20具")  # fmt: skip
