"""Whom the rule names, and that it can say why; pure, without a database."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.scenes.enterprises.specialists.choosing import Duty, choose, holder_of, weigh

CODES = ("E01", "E0101", "E0102", "E02", "E0201")


def test_the_most_exact_class_comes_first_then_the_town_then_the_fewest_open():
    duties = [
        Duty(1, 10),
        Duty(2, 10, ("E01",)),
        Duty(3, 10, ("E0101",), open=5),
        Duty(4, 10, ("E0101",), open=2),
        Duty(5, 11, ("E0101",), (7,), open=9),
        Duty(6, 12, ("E0201",)),
    ]

    assert [weighed.duty.person for weighed in weigh(duties, "E0101", 7)] == [5, 4, 3, 2, 1]
    assert [weighed.duty.person for weighed in weigh(duties, "E0101", 8)] == [4, 3, 2, 1]


def test_who_has_waited_longest_gets_the_next_of_equals():
    assert choose([Duty(1, 10, last=9), Duty(2, 10, last=3)], "E0101", None).best.duty.person == 2


def test_who_is_on_leave_hands_to_the_stand_in_whose_load_counts():
    duties = [
        Duty(1, 10, ("E01",), open=0, stand_in=2),
        Duty(2, 10, ("E02",), open=4),
        Duty(3, 10, ("E01",), open=3),
    ]
    chosen = choose(duties, "E0101", None)

    assert chosen.best.duty.person == 3
    assert [(each.duty.person, each.holder, each.open) for each in chosen.considered] == [
        (3, 3, 3),
        (1, 2, 4),
    ]


def test_a_circle_of_stand_ins_names_nobody():
    assert holder_of(Duty(1, 10), {1: 2, 2: 1}) is None
    assert choose([Duty(1, 10, stand_in=2), Duty(2, 10, stand_in=1)], "E01", None) is None


def test_a_unit_that_sent_it_back_is_left_out():
    assert choose([Duty(1, 10), Duty(2, 11, open=9)], "E01", None, without={10}).best.duty.person == 2


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            Duty,
            st.integers(1, 40),
            st.integers(1, 5),
            st.lists(st.sampled_from(CODES), max_size=3).map(tuple),
            st.lists(st.integers(1, 3), max_size=2).map(tuple),
            st.integers(0, 9),
        ),
        max_size=8,
        unique_by=lambda duty: duty.person,
    ),
    st.sampled_from(CODES),
    st.integers(1, 3),
)
def test_nobody_is_named_whose_duty_does_not_fit_and_nobody_less_loaded_is_passed_over(duties, code, town):
    chosen = choose(duties, code, town)
    fitting = weigh(duties, code, town)

    assert (chosen is None) == (not fitting)
    for weighed in fitting:
        assert not weighed.duty.classes or any(code.startswith(each) for each in weighed.duty.classes)
        assert not weighed.duty.towns or town in weighed.duty.towns
    if chosen is not None:
        equals = [each for each in fitting if each.order[:2] == chosen.best.order[:2]]
        assert chosen.best.open == min(each.open for each in equals)
        assert chosen.reasons["equals"] == len(equals)
