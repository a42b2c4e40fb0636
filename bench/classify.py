"""How well and how fast messages are classified, on rows no model saw: five folds, near-duplicates together.

The training file is segmented and without stop words, the messages at use are raw. So each fold is judged
twice: on its own rows (blanks taken out), and on those raw messages elsewhere in the data that turn out to be
the originals of its rows. Then a few raw rows teach alone. Reads ../shared/data; writes bench/out/.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
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
        rare = [word for word in row if spread[word] < 60]
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
        shared = Counter(at for piece in pieces & holders.keys() for at in holders[piece])
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


def weighed(judged: list[tuple[list[str], list[str], Classifier]]) -> dict:
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

    own, original, same_rows = [], [], []
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

    few_labels = [str(row["一级分类"]) for row in sample]
    taken = {int(groups[at]) for at, message in pairs.items() if message in set(raw)}
    few = train(raw, few_labels)
    others = [at for at in range(len(texts)) if int(groups[at]) not in taken]
    result["448 raw rows -> all other rows"] = evaluate(
        few, [unblanked(texts[at]) for at in others], labels[others].tolist()
    ).as_json()
    few_folds = []
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
    length = sum(map(len, raw)) // len(raw)
    print(f"\n{speed:.2f} ms of processor time a message of {length} characters")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps({"milliseconds_per_message": round(speed, 3), **result}, ensure_ascii=False, indent=1)
    )


if __name__ == "__main__":
    main()
