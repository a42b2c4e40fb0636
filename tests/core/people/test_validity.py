"""Numbers people type: identity numbers, unified credit codes, mobile numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.people.validity import (
    CREDIT_ALPHABET,
    IDENTITY_CHECKS,
    is_credit_code,
    is_identity_number,
    is_mobile_number,
    tidy_phone,
)


def test_known_identity_numbers_hold() -> None:
    assert is_identity_number("11010519491231002X")  # the example of GB 11643
    assert is_identity_number(" 11010519491231002x ")
    assert is_identity_number("440524188001010014")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "110105194912310021",
        "11010519491331002X",
        "11010519490230002X",
        "1101051949123100",
        "abcdefghijklmnopqr",
    ],
)
def test_false_identity_numbers_do_not_hold(number: str) -> None:
    assert not is_identity_number(number)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, shift: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not is_identity_number(wrong)


@given(st.sampled_from(IDENTITY_CHECKS))
def test_only_one_check_digit_fits(check: str) -> None:
    assert is_identity_number("11010519491231002" + check) == (check == "X")


def test_known_credit_codes_hold() -> None:
    assert is_credit_code("91350100M000100Y43")  # the example of GB 32100
    assert not is_credit_code("91350100M000100Y44")
    assert not is_credit_code("91350100M000100I43")
    assert not is_credit_code("9135")


@given(st.text(alphabet=CREDIT_ALPHABET, min_size=17, max_size=17))
def test_exactly_one_check_character_fits(body: str) -> None:
    assert sum(is_credit_code(body + check) for check in CREDIT_ALPHABET) == 1


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００", "8613800138000"],
)
def test_mobile_numbers_are_tidied(typed: str) -> None:
    assert is_mobile_number(typed)
    assert tidy_phone(typed) == "13800138000"


@pytest.mark.parametrize("typed", ["", "12800138000", "1380013800", "0571-88888888", "138001380001"])
def test_other_numbers_are_no_mobile_numbers(typed: str) -> None:
    assert not is_mobile_number(typed)
