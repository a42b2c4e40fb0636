"""How well and how fast messages are classified, on rows no model saw: five folds, near-duplicates together.

The training file is segmented and without stop words, the messages at use are raw. So each fold is judged
twice: on its own rows (blanks taken out), and on those raw messages elsewhere in the data that turn out to be
the originals of its rows. Those are few and no fair draw from the file, so the same rows are judged segmented
too: the difference within the pair is what rawness costs. Then a few raw rows teach alone, and as many drawn by
chance from the file. Reads ../shared/data; writes bench/out/.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from gridloop.core.cases.words import fold
from gridloop.core.dispatch.classifying import Classifier
from gridloop.core.dispatch.evaluating import evaluate
from gridloop.core.dispatch.tables import joined, read_table
from gridloop.core.dispatch.training import train

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data" / "messages"
OUT = ROOT / "bench" / "out" / "classify.json"
TEXT = ["留言主题", "留言详情"]
WORD = re.compile(r"[\u4e00-\u9fff]{2,}")


def near_duplicates(texts: list[str]) -> np.ndarray:
    """A group number for each text; texts sharing half their words share a group."""

    words = [frozenset(WORD.findall(text)) for text in texts]
    spread = Counter(word for row in words for word in row)
    holders: dict[str, list[int]] = defaultdict(list)
    groups = list(range(len(texts)))
    for at, row in enumerate(words):
        rare = sorted(word for word in row if spread[word] < 60)  # sorted: the same groups in every run
        shared = Counter(other for word in rare for other in holders[word])
        for other, _count in shared.most_common(8):
            if len(row & words[other]) > 0.5 * len(row | words[other]):
                groups[at] = groups[other]
                break
        for word in rare:
            holders[word].append(at)
    return np.array(groups)


def originals(segmented: list[str], raw: list[str]) -> dict[int, str]:
    """Raw messages by the number of the segmented row they are the original of."""

    words = [set(WORD.findall(text)) for text in segmented]
    spread = Counter(word for row in words for word in row)
    holders: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(words):
        for word in row:
            if spread[word] < 200:
                holders[word].append(at)
    found: dict[int, str] = {}
    for message in raw:
        han = "".join(re.findall(r"[\u4e00-\u9fff]", fold(message)))
        pieces = {
            han[start : start + length] for length in range(2, 7) for start in range(len(han) - length + 1)
        }
        shared = Counter(at for piece in sorted(pieces & holders.keys()) for at in holders[piece])
        for at, _count in shared.most_common(5):
            kept = len("".join(re.findall(r"[\u4e00-\u9fff]", segmented[at])))
            if (
                words[at]
                and sum(word in han for word in words[at]) > 0.9 * len(words[at])
                and 0.45 < kept / len(han) < 1.05
            ):
                found.setdefault(at, message)
                break
    return found


def unblanked(segmented: str) -> str:
    return re.sub(r"\s+", "", segmented)


# Of each fold: texts, labels, the model that saw neither.
Judged = list[tuple[list[str], list[str], Classifier]]


def weighed(judged: Judged) -> dict:
    """One evaluation over the rows of all folds, each answered by the model that had not seen it."""

    class Folds:
        """Answers row by row with the model of the row's own fold."""

        def __init__(self) -> None:
            self.models = iter([model for texts, _labels, model in judged for _text in texts])

        def classify(self, text: str) -> list:
            return next(self.models).classify(text)

    texts = [text for rows, _labels, _model in judged for text in rows]
    labels = [label for _rows, marks, _model in judged for label in marks]
    return evaluate(Folds(), texts, labels).as_json()  # type: ignore[arg-type]


def answers(judged: Judged) -> np.ndarray:
    return np.array([model.classify(text)[0].label for texts, _labels, model in judged for text in texts])


def cost_of_rawness(raw: Judged, segmented: Judged) -> dict:
    """What the same rows lose by being raw, and how sure these few rows make us of their macro-F1 (bootstrap)."""

    meant = np.array([label for _texts, labels, _model in raw for label in labels])
    from_raw, from_segmented = answers(raw), answers(segmented)
    chance = np.random.default_rng(0)
    alone, lost = [], []
    for _draw in range(1000):
        at = chance.integers(0, len(meant), len(meant))
        alone.append(f1_score(meant[at], from_raw[at], average="macro"))
        lost.append(f1_score(meant[at], from_segmented[at], average="macro") - alone[-1])
    return {
        "macro_f1_between": np.quantile(alone, [0.025, 0.975]).round(4).tolist(),
        "lost": round(float(np.mean(lost)), 4),
        "lost_between": np.quantile(lost, [0.025, 0.975]).round(4).tolist(),
        "right_only_raw": int(((from_raw == meant) & (from_segmented != meant)).sum()),
        "right_only_segmented": int(((from_raw != meant) & (from_segmented == meant)).sum()),
    }


def disagreement(groups: np.ndarray, labels: np.ndarray) -> tuple[int, int]:
    """Pairs of near-duplicates, and how many of them were given two classes: nobody can get both right."""

    members: dict[int, list[int]] = defaultdict(list)
    for at, group in enumerate(groups.tolist()):
        members[group].append(at)
    pairs = [pair for rows in members.values() for pair in combinations(rows, 2)]
    return len(pairs), sum(labels[one] != labels[other] for one, other in pairs)


def drawn_by_chance(texts: list[str], labels: np.ndarray, groups: np.ndarray, few: int) -> dict:
    """As many rows as the raw sample has, drawn from the file three times; judged on the rest of it."""

    judged: Judged = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(texts))
        seen = order[:few]
        rest = order[few:][~np.isin(groups[order[few:]], groups[seen])]
        model = train([unblanked(texts[at]) for at in seen], labels[seen].tolist())
        judged.append(([unblanked(texts[at]) for at in rest], labels[rest].tolist(), model))
    return weighed(judged)


def milliseconds(model: Classifier, texts: list[str]) -> float:
    best = float("inf")
    for _round in range(3):
        start = process_time()
        for text in texts:
            model.classify(text)
        best = min(best, process_time() - start)
    return 1000 * best / len(texts)


def main() -> None:
    if not DATA.exists():
        sys.exit(f"There is no {DATA}: this bench needs the message files.")
    rows = read_table(DATA / "labelled_train_segmented.csv")
    texts, labels = [str(row["seg"]) for row in rows], np.array([str(row["label"]) for row in rows])
    sample = read_table(DATA / "labelled_sample_raw.csv")
    raw = [joined(row, TEXT) for row in sample]
    elsewhere = [
        joined(row, TEXT)
        for name in ("replies", "resident_messages")
        for row in read_table(DATA / f"{name}.csv")
    ]
    groups = near_duplicates(texts)
    pairs = originals(texts, raw + elsewhere)
    print(f"{len(texts)} rows in {len(set(groups))} groups; {len(pairs)} have their raw original")
    alike, differing = disagreement(groups, labels)
    print(f"{differing} of {alike} pairs of near-duplicates have two classes")

    own: Judged = []
    original: Judged = []
    same_rows: Judged = []
    for seen, held in StratifiedGroupKFold(5, shuffle=True, random_state=1).split(texts, labels, groups):
        start = perf_counter()
        model = train([texts[at] for at in seen], labels[seen].tolist())
        own.append(([unblanked(texts[at]) for at in held], labels[held].tolist(), model))
        known = [at for at in held if at in pairs]
        original.append(([pairs[at] for at in known], labels[known].tolist(), model))
        same_rows.append(([unblanked(texts[at]) for at in known], labels[known].tolist(), model))
        print(f"  fold trained in {perf_counter() - start:.0f} s", flush=True)
    result = {
        "segmented rows, held out": weighed(own),
        "raw originals, held out": weighed(original),
        "the same rows as segmented": weighed(same_rows),
    }

    rawness = cost_of_rawness(original, same_rows)

    few_labels = [str(row["一级分类"]) for row in sample]
    taken = {int(groups[at]) for at, message in pairs.items() if message in set(raw)}
    few = train(raw, few_labels)
    others = [at for at in range(len(texts)) if int(groups[at]) not in taken]
    result["448 raw rows -> all other rows"] = evaluate(
        few, [unblanked(texts[at]) for at in others], labels[others].tolist()
    ).as_json()
    result[f"{len(raw)} rows of the file -> the others"] = drawn_by_chance(texts, labels, groups, len(raw))
    few_folds: Judged = []
    for seen, held in StratifiedGroupKFold(5, shuffle=True, random_state=1).split(
        raw, few_labels, near_duplicates(raw)
    ):
        model = train([raw[at] for at in seen], [few_labels[at] for at in seen])
        few_folds.append(([raw[at] for at in held], [few_labels[at] for at in held], model))
    result["358 raw rows -> the other 90, five folds"] = weighed(few_folds)

    speed = milliseconds(own[0][2], raw)
    print(f"\n{'':46}{'rows':>7}{'accuracy':>10}{'macro-F1':>10}{'in three':>10}{'confidence':>12}")
    for name, figures in result.items():
        print(
            f"{name:46}{figures['rows']:7}{figures['accuracy']:10.4f}{figures['macro_f1']:10.4f}"
            f"{figures['within_three']:10.4f}{figures['mean_confidence']:12.4f}"
        )
    low, high = rawness["lost_between"]
    print(
        f"\nBeing raw costs the same rows {rawness['lost']:.4f} (95 in 100: {low:.4f} to {high:.4f}); their"
        f" macro-F1 alone is only known to lie between {' and '.join(map(str, rawness['macro_f1_between']))}."
    )
    length = sum(map(len, raw)) // len(raw)
    print(f"\n{speed:.2f} ms of processor time a message of {length} characters")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps(
            {
                "milliseconds_per_message": round(speed, 3),
                "near_duplicates": {"pairs": alike, "with_two_classes": differing},
                "rawness": rawness,
                **result,
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
