"""Folding, bigrams and the search index's promise: what is written can be found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.cases.words import bigrams, fold
from gridloop.core.dispatch.text import normalise, telling_bigrams, without_function_words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("路灯坏了", ["路灯", "灯坏", "坏了"]),
        ("灯", ["灯"]),
        ("拨打12345热线", ["拨打", "12345", "热线"]),
        ("ＡＢＣ栋 Wi-Fi", ["abc", "栋", "wi", "fi"]),
        ("", []),
        ("！？…", []),
    ],
)
def test_bigrams_are_pairs_of_chinese_and_whole_latin_tokens(text: str, tokens: list[str]) -> None:
    assert bigrams(text) == tokens


@given(st.text(alphabet="路灯井盖噪声水管abc12 ，", max_size=30), st.integers(0, 28))
def test_every_two_character_word_of_a_text_is_findable(text: str, start: int) -> None:
    word = text[start : start + 2]
    if len(word) == 2 and all(character > "\u4e00" and character != "，" for character in word):
        assert set(bigrams(word)) <= set(bigrams(text))


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert bigrams(fold(text)) == bigrams(text)


def test_masked_places_lose_their_letter_but_other_letters_stay() -> None:
    assert normalise("位于Ａ3区的B栋").split() == ["位于", "区的b栋"]


def test_function_words_and_office_phrases_are_not_telling() -> None:
    assert without_function_words("我们的路灯为什么不亮") == "路灯不亮"
    assert set(telling_bigrams("尊敬的领导：请问路灯何时修好")) == {"路灯", "修好"}
