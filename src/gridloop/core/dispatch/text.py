"""What the text skills agree on: how Chinese is folded, split into pieces, and rid of empty words."""

import re
from functools import lru_cache

from gridloop.core.cases.words import fold, is_han, pieces

# Places are masked in published messages (A市, A3区, K9县); the letter says nothing anybody could learn from.
MASKED_PLACE = re.compile(r"(?<![a-z0-9])[a-z]\d{0,2}\s*(?=[市区县])")
MASKED_DISTRICT = re.compile(r"(?<![a-z0-9])([a-z]\d{0,2})\s*[市区县]")

# Words of grammar, not of matter. Segmented files come without them, raw messages are full of them.
FUNCTION_WORDS = frozenset(
    """
    的 了 和 是 就 都 而 及 与 着 或 我 你 他 她 它 这 那 之 在 于 以 用 把 被 让 给 跟 同 对 为 由 从
    自 到 往 向 朝 比 如 像 有 没 不 别 各 某 每 几 很 更 最 太 极 等 们 吗 呢 吧 啊 呀 哦 嗯 嘛 哈 即
    也 又 再 还 仍 已 曾 正 将 会 能 可 应 须 需 要 想 愿 肯 得 地 过 其 此 但 并 且 若 则 却 便 才 刚
    倒 竟 非 只 仅 光 凡 令 使 叫 上 下 里 中 内 外 前 后 来 去 起 个 次 些 种 样 一个 我们 你们 他们
    它们 她们 咱们 大家 自己 这个 那个 这些 那些 这样 那样 这么 那么 这里 那里 这种 那种 这次 这是 那是
    哪里 哪个 什么 为什么 怎么 怎样 怎么样 如何 为何 如果 假如 要是 因为 所以 因此 由于 但是 可是 然而
    不过 虽然 尽管 只有 只要 只是 只能 除了 除非 无论 不管 不但 不仅 而且 并且 以及 还有 还是 或者 于是
    然后 接着 同时 其他 其它 其余 其中 有关 相关 关于 对于 至于 自从 为了 按照 根据 依据 通过 经过 随着
    沿着 比如 例如 好像 似乎 一样 一般 一些 一直 一旦 一定 一次 一方面 一起 一切 一来 有些 有的 有人
    有时 有着 没有 不是 不能 不会 不要 不得 不同 不如 不仅仅 别人 别的 各种 各位 各个 某个 某些 每个
    每次 全部 全体 所有 任何 多少 多次 几个 很多 非常 十分 更加 极其 比较 相当 尤其 特别是 甚至 甚至于
    几乎 差不多 大约 大概 左右 以上 以下 以前 以后 之前 之后 之间 以来 以内 以外 之一 等等 哪怕 即使
    就是 也就是 再次 仍然 仍旧 依然 已经 曾经 正在 将要 能够 可以 可能 应该 应当 必须 需要 愿意 起来
    下来 下去 上来 出来 出去 进来 过来 过去 开始 继续 结果 总之 另外 此外 此时 此次 如此 从而 以至 以致
    与其 宁可 何况 况且 反而 反之 否则 不然 那时 这时 当时 刚刚 才能 居然 竟然 究竟 到底 难道 根本 基本
    基本上 完全 绝对 确实 的确 实在 真的 真正 彻底 明显 显然 首先 其次 最后 最近 目前 现在 今天 昨天
    明天 使得 作为 成为 变成 属于 及其 与此同时 除此之外 换句话说 一是 二是 三是 直到 直接 不论 至今
    及时 本人 您好 你好 人们 不止 并不 并不是 并非 也不 都不 都是 也是 就会 就要 还要 还不 又不 再也
    仅仅 凡是 不光 不单 不至于 不得不 不可
    """.split()  # noqa: SIM905
)
# What people write around the matter when they write to an office: polite, frequent, and shared by strangers.
OFFICE_PHRASES = frozenset(
    """
    尊敬 领导 感谢 谢谢 希望 请求 恳请 恳求 强烈 要求 建议 咨询 反映 投诉 举报 询问 请问 问题 情况 部门
    政府 书记 市长 县长 局长 加快 力度 建设 步伐 刻不容缓 何时 什么时候 能否 是否 我是 市民 业主 居民
    小区 附近 严重 解决 处理 落实 关注 重视 督促 查处 一下 进行 加强 全覆盖 质疑 呼吁 网友 平台 回复
    答复 留言 百姓 群众 老百姓 市委 市政府 县委 县政府 区政府 大力 提倡 倡导 具体 行动 措施 背景 地处
    常年
    """.split()  # noqa: SIM905
)
_PARTICLES = "的了和是就都而着们吗呢吧啊呀我你他她它这那很与及之在有对请"


def _alternatives(words: frozenset[str]) -> re.Pattern[str]:
    """Any of the words, longest first, filed under their first character: three times as fast as a flat list."""

    endings: dict[str, list[str]] = {}
    for word in sorted((word for word in words if len(word) > 1), key=lambda word: (-len(word), word)):
        endings.setdefault(word[0], []).append(word[1:])
    filed = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in endings.items())
    return re.compile(f"(?=[{''.join(endings)}{_PARTICLES}])(?:{filed}|[{_PARTICLES}])")


_EMPTY = _alternatives(FUNCTION_WORDS)
_EMPTY_OR_OFFICE = _alternatives(FUNCTION_WORDS | OFFICE_PHRASES)


def normalise(text: str) -> str:
    """Folded, with the letters of masked places gone (A3区 -> 区)."""

    return MASKED_PLACE.sub(" ", fold(text))


def without_function_words(han: str) -> str:
    """The characters that carry matter, closed up."""

    return _EMPTY.sub("", han)


@lru_cache(maxsize=4096)
def telling_bigrams(text: str) -> tuple[str, ...]:
    """Bigrams that speak of the matter: never across a function word, an office phrase or a masked place."""

    tokens: list[str] = []
    for piece in pieces(MASKED_DISTRICT.sub(r" \1 ", fold(text))):
        if not is_han(piece):
            if len(piece) < 12:
                tokens.append(piece)
            continue
        for part in _EMPTY_OR_OFFICE.split(piece):
            tokens.extend(part[start : start + 2] for start in range(len(part) - 1))
    return tuple(tokens)
