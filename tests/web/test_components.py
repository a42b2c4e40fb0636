"""The component library: tags render, escape what people typed, and speak both languages."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

import gridloop.web
from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Category
from gridloop.core.people.models import Organisation
from gridloop.web.field.installing import ASSETS
from gridloop.web.templatetags.icon_shapes import SHAPES, STATUS_SHAPES
from gridloop.web.templatetags.ui_cases import tone_of
from gridloop.web.templatetags.ui_lists import sparkline
from gridloop.web.templatetags.ui_marks import STEP_TONES
from gridloop.web.templatetags.ui_times import deadline_view, distance, duration_words, until_then

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NASTY = '<script>alert("x")</script>'


def drawn(source: str, **given: object) -> str:
    return Template("{% load ui %}" + source).render(Context(given))


def a_nasty_case() -> Case:
    return Case(
        kind="report",
        step="reported",
        number=NASTY,
        title=NASTY,
        category=Category(name=NASTY),
        lead_unit=Organisation(name=NASTY),
        urgency=1,
        voices=2,
        supervised=1,
        reported_at=NOW,
        due_at=NOW,
    )


class SampleForm(forms.Form):
    title = forms.CharField(label="Title", help_text="One line")
    words = forms.CharField(label="Words", widget=forms.Textarea, required=False)
    way = forms.ChoiceField(
        label="Way", choices=[("sms", "Text"), ("call", "Call")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="Agree", required=False)


def test_every_tag_escapes_what_people_typed() -> None:
    sources = [
        "{% button x %}",
        "{% button x href=x name=x %}",
        "{% icon_button x 'qr' %}",
        "{% icon 'camera' label=x %}",
        "{% status 'done' x %}",
        "{% tag x href=x %}",
        "{% tag x remove=x %}",
        "{% empty x x action=x href=x %}",
        "{% notice x title=x %}",
        "{% person_line x role=x phone=x %}",
        "{% dialog id='d' title=x %}{{ x }}{% enddialog %}",
        "{% card title=x %}{{ x }}{% endcard %}",
        "{% disclosure words=x %}{{ x }}{% enddisclosure %}",
        "{% column x sort='due' %}",
        "{% select_row x x %}",
        "{% case_rows cases %}",
        "{% case_cards cards %}",
        "{% figure label=x value=x note=x %}",
        "{% timeline entries %}",
        "{% ranking rows %}",
        "{% facts pairs %}",
        "{% breadcrumb items %}{% tabs items %}{% saved_filters items %}{% menu label=x items=items %}",
    ]
    given = {
        "x": NASTY,
        "entries": [{"title": NASTY, "who": NASTY, "words": NASTY, "when": NOW}],
        "rows": [
            {"title": NASTY, "score": 3, "parts": [{"label": NASTY, "value": 1, "weight": 1, "points": 1}]}
        ],
        "cases": [(a_nasty_case(), NASTY)],
        "cards": [(a_nasty_case(), NASTY, NASTY)],
        "pairs": [(NASTY, NASTY)],
        "items": [{"title": NASTY, "url": NASTY, "count": 1}],
    }
    for source in sources:
        page = drawn(source, **given)
        assert "<script>" not in page, source
        assert "alert(" in page, source


def test_words_known_to_be_safe_and_words_typed_alike_are_drawn_apart() -> None:
    for source in ("{% status 'done' x %}", "{% icon 'camera' label=x %}"):
        assert "<b>" in drawn(source, x=mark_safe("<b>"))
        assert "<b>" not in drawn(source, x="<b>")


def test_button_is_a_link_when_it_leads_somewhere() -> None:
    assert drawn("{% button 'Open' href='/desk/' %}").startswith('<a href="/desk/"')
    page = drawn("{% button 'Send' kind='primary' icon_name='send' hx_post='/x' disabled=off %}", off=False)
    assert 'type="submit"' in page and 'hx-post="/x"' in page and "disabled" not in page


def test_a_stretch_of_a_day_and_a_way_are_said_as_people_say_them() -> None:
    with time_machine.travel(NOW, tick=False), translation.override("zh-hans"):
        tomorrow = NOW + timedelta(days=1)
        assert until_then(tomorrow, tomorrow + timedelta(hours=2)) == "明天17:00–19:00"
        assert [distance(metres) for metres in (3, 763.4, 1036, 12_340)] == [
            "10米",
            "760米",
            "1公里",
            "12.3公里",
        ]


def test_every_step_of_every_kind_has_the_sign_of_its_shape() -> None:
    signs = {(kind.name, step.name): tone_of(step) for kind in kinds.kinds() for step in kind.steps}
    assert signs["report", "rectified"] == "done"
    assert signs["report", "dispatched"] == "moving"
    assert signs["matter", "asked"] == "waiting"  # nobody is asked anything there
    ended = {tone_of(step) for kind in kinds.kinds() for step in kind.steps if step.shape == "ended"}
    assert ended == {"closed", "refused"}
    assert set(signs.values()) <= set(STATUS_SHAPES)


def test_status_says_its_word_and_draws_its_own_shape() -> None:
    pages = {tone: drawn("{% status tone 'word' %}", tone=tone) for tone in STATUS_SHAPES}
    assert all("word" in page for page in pages.values())
    assert len({re.sub(r'class="status [^"]*"', "", page) for page in pages.values()}) == len(STATUS_SHAPES)
    assert set(STEP_TONES.values()) <= set(STATUS_SHAPES)


def test_icons_are_one_set_of_well_formed_drawings() -> None:
    from xml.etree import ElementTree

    assert len(SHAPES) > 60
    for shape in [*SHAPES.values(), *STATUS_SHAPES.values()]:
        ElementTree.fromstring(f"<svg>{shape}</svg>")


@pytest.mark.parametrize(
    ("changes", "state", "filled"),
    [
        ({}, "running", 50),
        ({"now": NOW + timedelta(hours=4)}, "soon", 90),
        ({"now": NOW + timedelta(hours=6)}, "breached", 100),
        ({"met": NOW}, "met", 50),
        ({"met": NOW + timedelta(hours=9)}, "met-late", 100),
        ({"paused": NOW}, "paused", 50),
        ({"started": None}, "soon", 100),
    ],
)
def test_deadline_stands_where_its_moments_say(changes: dict, state: str, filled: int) -> None:
    given = {
        "started": NOW - timedelta(hours=5),
        "due": NOW + timedelta(hours=5),
        "met": None,
        "paused": None,
        "now": NOW,
    } | changes
    shown = deadline_view(**given)
    assert (shown.state, shown.filled) == (state, filled)


@time_machine.travel(NOW, tick=False)
def test_deadline_speaks_both_languages_and_needs_no_inline_style() -> None:
    given = {"due": NOW + timedelta(hours=2, minutes=15), "started": NOW - timedelta(hours=2)}
    with translation.override("en"):
        page = drawn("{% deadline due=due started=started label='Arrival' %}", **given)
    assert "2 h 15 min left" in page and "data-deadline" in page and "style=" not in page
    with translation.override("zh-hans"):
        assert "剩余2小时15分钟" in drawn("{% deadline due=due started=started %}", **given)


def test_paused_deadline_keeps_what_is_left_and_days_skipped() -> None:
    stored = SimpleNamespace(
        due_at=None,
        started_at=NOW,
        met_at=None,
        paused_at=NOW,
        left=4.0,
        value=16.0,
        unit="working_hours",
        explanation={"skipped": [{"day": "2026-11-21", "why": "weekend"}]},
    )
    with translation.override("en"):
        page = drawn("{% deadline stored %}", stored=stored)
    assert "Paused, 4 working hours left" in page and 'width="75"' in page
    assert "November 21 was not counted: the weekend." in page
    with translation.override("zh-hans"):
        assert "11月21日不计入：周末。" in drawn("{% deadline stored %}", stored=stored)


def test_duration_has_at_most_two_units() -> None:
    with translation.override("en"):
        assert duration_words(timedelta(days=1, hours=3, minutes=9)) == "1 day 3 h"
        assert duration_words(timedelta(days=2)) == "2 days"
        assert duration_words(timedelta(hours=5, minutes=1), units=1) == "5 h"
        assert duration_words(timedelta(seconds=-4)) == "0 min"


def test_field_ties_label_hint_and_error_to_the_control() -> None:
    form = SampleForm({"title": "", "words": NASTY, "way": "sms"})
    fields = "{% field f.title %}{% field f.words rows=3 %}{% field f.way %}{% field f.agree %}"
    page = drawn("{% error_summary f %}" + fields, f=form)
    assert 'href="#id_title"' in page and 'id="id_title_error"' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'aria-invalid="true"' in page and 'rows="3"' in page
    assert "<legend>Way" in page and "<script>" not in page and "alert(" in page
    for control in re.findall(r'<(?:input|textarea|select)[^>]* id="([^"]+)"', page):
        assert f'for="{control}"' in page, control


def test_radio_cards_and_rating_are_real_radio_buttons() -> None:
    page = drawn(
        "{% radio_cards f.way hints=h icons=i %}", f=SampleForm(), h={"sms": "quick"}, i={"call": "phone"}
    )
    assert page.count('type="radio"') == 2 and "quick" in page
    with translation.override("zh-hans"):
        page = drawn("{% rating value=2 %}")
    assert page.count('type="radio"') == 5 and page.count(" checked") == 1
    assert re.search(r"非常满意.*基本满意.*非常不满意", page, re.S)


def test_sorting_keeps_the_filters_and_drops_the_place_in_the_list() -> None:
    request = RequestFactory().get("/desk/", {"town": "3", "sort": "due", "after": "99"})
    page = drawn("{% column 'Due' sort='due' %}{% column 'Age' sort='age' %}", request=request)
    assert 'aria-sort="ascending"' in page and 'aria-sort="none"' in page
    assert "town=3&amp;sort=-due" in page and "after" not in page


def test_figure_judges_its_trend_by_what_is_better() -> None:
    assert "figure-trend good" in drawn("{% figure label='Overdue' value=3 change='-2' better='down' %}")
    assert "figure-trend bad" in drawn("{% figure label='Overdue' value=3 change='+2' better='down' %}")
    assert "<svg" not in drawn("{% figure label='Open' value=3 %}")
    assert sparkline([1]) == "" and len(sparkline([1, 5, 2]).split()) == 3


def test_ranking_shows_its_arithmetic() -> None:
    rows = [
        {
            "title": "A",
            "score": 90,
            "change": 2,
            "parts": [{"label": "On time", "value": "90%", "weight": 1, "points": 90}],
        },
        {"title": "B", "score": 45},
    ]
    page = drawn("{% ranking rows %}", rows=rows)
    assert 'width="50.0"' in page and "On time" in page and page.count("<details>") == 1


def test_html_carries_language_theme_and_size() -> None:
    request = RequestFactory().get("/")
    request.COOKIES = {"size": "elder", "theme": NASTY}
    with translation.override("zh-hans"):
        page = drawn("{% display %}", request=request)
    assert page == 'lang="zh-Hans" data-theme="paper" data-size="elder"'
    assert 'data-theme="charcoal"' in drawn("{% display theme='charcoal' %}")


def test_charcoal_holds_at_night_unless_this_browser_has_chosen() -> None:
    request = RequestFactory().get("/")
    night = "(prefers-color-scheme: dark)"
    for chosen, when in (("", night), (NASTY, night), ("charcoal", "all"), ("paper", "not all")):
        request.COOKIES = {"theme": chosen}
        assert drawn("{% charcoal night %}", night=night, request=request) == when


def test_components_and_shells_hold_nothing_the_content_policy_forbids() -> None:
    folder = Path(gridloop.web.__file__).parent / "templates" / "web"
    for page in sorted(folder.rglob("*.html")):
        text = page.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|javascript:|https?://", text), page.name


def test_every_style_uses_tokens_that_exist() -> None:
    folder = Path(gridloop.web.__file__).parent / "static" / "web"
    known = set(re.findall(r"^\s*(--[\w-]+):", (folder / "tokens.css").read_text(), re.M))
    for sheet in folder.glob("*.css"):
        used = set(re.findall(r"var\((--[\w-]+)", sheet.read_text()))
        assert used <= known, (sheet.name, used - known)


def test_every_sheet_of_a_page_exists_and_is_kept_for_phones_without_a_network() -> None:
    folder = Path(gridloop.web.__file__).parent
    linked = {
        page: re.findall(r"'(web/[\w-]+\.css)'", (folder / "templates" / "web" / page).read_text())
        for page in ("shell/base.html", "broken.html", "field/frame.html")
    }
    assert linked["shell/base.html"] == linked["broken.html"]
    phone = linked["shell/base.html"] + linked["field/frame.html"]
    assert len(phone) <= 8 and all((folder / "static" / sheet).is_file() for sheet in phone)
    assert phone == [asset for asset in ASSETS if asset.startswith("web/") and asset.endswith(".css")]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_stand_out_from_their_ground_in_both_themes() -> None:
    folder = Path(gridloop.web.__file__).parent / "static" / "web"
    tokens, night = (
        re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", (folder / f"{sheet}.css").read_text().split("}")[0])
        for sheet in ("tokens", "charcoal")
    )
    paper, charcoal = dict(tokens), dict(tokens) | dict(night)
    for theme in (paper, charcoal):
        for words in ("ink", "ink-2", "ink-3", "link", "good", "move", "warn", "bad", "accent"):
            for ground in ("paper", "sheet", "sunk", "hover"):
                light, dark = sorted(
                    (luminance(theme[f"--{words}"]), luminance(theme[f"--{ground}"])), reverse=True
                )
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (words, ground)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_style_guide_shows_every_page_in_demo_only(client, settings, language: str) -> None:
    client.cookies["language"] = language
    settings.DEMO = settings.DEBUG = False
    assert client.get("/styleguide").status_code == 404
    settings.DEMO = True
    for page in (
        "",
        "/report",
        "/case",
        "/worklist",
        "/desk-case",
        "/cockpit",
        "/field",
        "/grids.json",
        "/cases.json",
    ):
        assert client.get(f"/styleguide{page}").status_code == 200, page


def test_a_trail_of_one_place_and_a_pager_without_neighbours_say_nothing() -> None:
    draw = Template(
        "{% load ui %}{% breadcrumb trail %}{% pager newer=newer older=older words='1-2' %}"
    ).render
    alone = draw(Context({"trail": [{"title": "场所", "url": "/x/"}]}))
    assert "breadcrumb" not in alone and "aria-disabled" not in alone and "1-2" in alone
    trail = [{"title": "设置", "url": "/settings/"}, {"title": "场所", "url": "/x/"}]
    led = draw(Context({"trail": trail, "older": "?page=2"}))
    assert 'href="/settings/"' in led and 'rel="next"' in led and "aria-disabled" in led
