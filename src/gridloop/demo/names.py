"""Invented people: names from common characters and numbers nobody is called under."""

from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文"
FIRST = (
    "晓志建国春秀丽海文玉明小永金美素雪雅家俊思佳宏德子浩宇欣梦诗敏静燕红凤兰梅桂英华荣富贵福寿康宁安平和顺"
)
LAST = "明华强军伟杰涛磊斌鹏飞勇刚毅林峰波辉霞芳娟丽萍艳玲燕琴云莲珍珠青松柏良善义仁礼信诚达通成功业泽润洁颖悦怡然"


def invented_name(random: Random) -> str:
    """Two or three characters."""
    middle = random.choice(FIRST) if random.random() < 0.72 else ""
    return f"{random.choice(SURNAMES)}{middle}{random.choice(LAST)}"


def invented_phone(number: int) -> str:
    """The same number for the same person; the block behind 190 0000 is not given to anybody here."""
    return f"1900{number:07d}"
