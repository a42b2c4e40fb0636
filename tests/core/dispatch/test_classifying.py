"""Classes learnt from few sentences of our own, segmented or raw; and what a model promises about itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from gridloop.core.dispatch.classifying import Classifier, load_classifier, train_file
from gridloop.core.dispatch.evaluating import evaluate, evaluate_file
from gridloop.core.dispatch.segmenting import Segmenter, is_segmented
from gridloop.core.dispatch.tables import NoSuchColumn, read_table
from gridloop.core.dispatch.training import NothingToLearn, train

DATA = Path(__file__).parents[4] / "shared" / "data" / "messages"

LIGHT = [
    "路灯 坏 晚上 看不见",
    "巷子 路灯 不亮 老人 摔倒",
    "路灯 损坏 尽快 维修",
    "电线杆 路灯 闪烁 灯泡 更换",
]
NOISE = [
    "工地 夜间 施工 噪声 睡不着",
    "楼下 烧烤店 噪声 扰民",
    "广场舞 音响 噪声 太大",
    "工厂 机器 噪声 通宵",
]
WASTE = ["垃圾桶 满 没人 清运", "楼道 堆放 垃圾 恶臭", "河边 倾倒 垃圾 清理", "垃圾 分类 桶 破损"]
TEXTS = [*LIGHT, *NOISE, *WASTE]
LABELS = ["照明"] * 4 + ["噪声"] * 4 + ["垃圾"] * 4


@pytest.fixture(scope="module")
def model() -> Classifier:
    return train(TEXTS, LABELS)


def test_raw_text_is_understood_by_a_model_of_segmented_text(model: Classifier) -> None:
    assert model.facts["segmented"] is True
    assert model.classify("我们巷子里的路灯又坏了，请尽快来维修！")[0].label == "照明"
    assert model.classify("工地每天晚上都在施工，噪声让人睡不着觉。")[0].label == "噪声"


def test_confidences_are_chances_best_first(model: Classifier) -> None:
    guesses = model.classify("楼道里的垃圾没有人清运", top=3)
    assert guesses[0].label == "垃圾"
    assert [guess.confidence for guess in guesses] == sorted((g.confidence for g in guesses), reverse=True)
    assert sum(guess.confidence for guess in guesses) == pytest.approx(1, abs=0.001)


def test_raw_training_needs_no_blanks() -> None:
    model = train([text.replace(" ", "") for text in TEXTS], LABELS)
    assert model.facts["segmented"] is False
    assert model.classify("路灯不亮了")[0].label == "照明"


def test_half_width_full_width_and_masked_places_make_no_difference(model: Classifier) -> None:
    plain = model.probabilities("区路灯坏了")
    assert model.probabilities("Ａ３区 路灯坏了") == pytest.approx(plain)


def test_empty_text_gets_the_shares_of_the_classes(model: Classifier) -> None:
    for empty in ("", "  ", "！！！"):
        assert [guess.confidence for guess in model.classify(empty)] == pytest.approx([1 / 3] * 3, abs=0.001)


def test_a_text_said_a_hundred_times_is_still_read_quickly_and_the_same(model: Classifier) -> None:
    assert model.classify("路灯坏了。" * 100_000)[0].label == "照明"


def test_explaining_names_the_words_that_spoke(model: Classifier) -> None:
    reasons = model.explain("楼下烧烤店的噪声很大")
    assert reasons[0].term == "噪声"
    assert all(reason.weight > 0 for reason in reasons)
    assert "噪声" not in [reason.term for reason in model.explain("楼下烧烤店的噪声很大", "照明")]


def test_a_class_with_one_example_and_a_single_class() -> None:
    odd = train([*TEXTS, "图书馆 闭馆 时间"], [*LABELS, "文化"])
    assert odd.classify("图书馆闭馆时间是几点")[0].label == "文化"
    alone = train(LIGHT, ["照明"] * 4)
    assert alone.classify("什么都可以")[0].label == "照明"
    two = train([*LIGHT, *NOISE], LABELS[:8])
    assert two.classify("机器噪声")[0].label == "噪声"


def test_nothing_to_learn_is_refused_in_words() -> None:
    with pytest.raises(NothingToLearn):
        train(["", "路灯"], ["照明", ""])


def test_a_saved_model_answers_the_same_and_loads_without_pickle_or_scikit_learn(
    model: Classifier, tmp_path: Path
) -> None:
    model.save(tmp_path / "model.npz")
    again = load_classifier(tmp_path / "model.npz")
    assert again.classify("路灯坏了") == model.classify("路灯坏了")
    script = (
        "import sys; from gridloop.core.dispatch.classifying import load_classifier;"
        f"print(load_classifier({str(tmp_path / 'model.npz')!r}).classify('路灯坏了')[0].label);"
        "sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules or 'openpyxl' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert answer.stdout.strip() == "照明"


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "gb18030", "xlsx"])
def test_files_offices_have_can_be_trained_on_and_evaluated(kind: str, tmp_path: Path) -> None:
    path = tmp_path / ("labelled.xlsx" if kind == "xlsx" else "labelled.csv")
    rows = [
        ("主题", "详情", "分类"),
        *((text[:2], text, label) for text, label in zip(TEXTS, LABELS, strict=True)),
    ]
    if kind == "xlsx":
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(row) for row in rows), encoding=kind)
    model = train_file(path, ["主题", "详情"], "分类")
    evaluation = evaluate_file(model, path, ["主题", "详情"], "分类").as_json()
    assert evaluation["accuracy"] == 1 and evaluation["macro_f1"] == 1
    assert evaluation["per_class"]["照明"] == {"precision": 1, "recall": 1, "f1": 1, "rows": 4}
    with pytest.raises(NoSuchColumn, match=r"没有|no column"):
        read_table(path, ["不存在"])


def test_figures_are_the_textbook_ones(model: Classifier) -> None:
    evaluation = evaluate(model, ["路灯坏", "噪声大", "垃圾多"], ["照明", "照明", "没学过"])
    assert evaluation.accuracy == pytest.approx(1 / 3)
    assert evaluation.per_class["照明"].recall == 0.5
    assert evaluation.per_class["照明"].precision == 1
    assert evaluation.per_class["没学过"].f1 == 0
    assert evaluation.macro_f1 == pytest.approx((2 / 3) / 4)


def test_segmenting_keeps_known_words_and_drops_function_words() -> None:
    segmenter = Segmenter({"路灯": 5, "坏": 3, "小区": 4, "门口": 2})
    assert segmenter.words("我们小区门口的路灯坏了") == ["小区", "门口", "路灯", "坏"]
    assert is_segmented(LIGHT) and not is_segmented(["小区门口的路灯坏了三天没有人修"])


@pytest.mark.skipif(not DATA.exists(), reason="the labelled messages of ../shared/data are not here")
def test_a_few_hundred_raw_messages_teach_enough_for_the_rest() -> None:
    model = train_file(DATA / "labelled_sample_raw.csv", ["留言主题", "留言详情"], "一级分类")
    rows = read_table(DATA / "labelled_train_segmented.csv", ["seg", "label"])[::4]
    evaluation = evaluate(model, [str(row["seg"]) for row in rows], [str(row["label"]) for row in rows])
    assert evaluation.macro_f1 > 0.78
    assert evaluation.mean_confidence == pytest.approx(evaluation.accuracy, abs=0.05)
