"""Answers for everybody: without the firm, read by a second person, versioned, suggested with their reasons."""

import pytest
from django.urls import reverse

from gridloop.core.cases.actions import move_case
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.scenes.enterprises.answers.actions import proposal, review_answer, say_it_helped, write_answer
from gridloop.scenes.enterprises.answers.models import Article
from gridloop.scenes.enterprises.answers.queries import suggestions
from gridloop.scenes.enterprises.answers.wording import left_in, without_firm
from tests import world
from tests.scenes.enterprises.stage import a_stage

pytestmark = pytest.mark.django_db
WORDS = {
    "title": "贷款到期如何续贷",
    "question": "流动资金贷款到期，银行要求新增担保，怎么办？",
    "answer": "可申请无还本续贷，专员陪同对接银行。",
}


@pytest.fixture
def stage():
    return a_stage()


@pytest.fixture
def solved(stage):
    case = stage.ask("恒通阀门有限公司贷款到期，联系林厂长 13800138000，信用代码" + stage.firm.credit_code)
    case = move_case(case, "take", by=stage.by("banker"))
    case = move_case(
        case, "complete", by=stage.by("banker"), facts={"account": "对接", "answer": "恒通阀门已续贷。"}
    )
    return move_case(case, "review", by=stage.by("contact"), facts={"rating": 5})


def published(stage, solved, **more):
    version = write_answer(case=solved, by=stage.by("banker"), **{**WORDS, **more})
    return review_answer(version, published=True, by=stage.by("county"))


def test_the_proposal_tells_neither_firm_nor_person_nor_number(stage, solved):
    text = "".join(proposal(solved).values())

    for secret in ("恒通", "林厂长", "13800138000", stage.firm.credit_code):
        assert secret not in text


@pytest.mark.parametrize("secret", ["找恒通阀门", "电话139 1234 5678", "林厂长说的", "0576-87251234"])
def test_what_tells_who_it_was_is_refused(stage, solved, secret):
    with pytest.raises(Refusal):
        write_answer(case=solved, by=stage.by("banker"), **{**WORDS, "answer": f"可续贷，{secret}"})


def test_numbers_that_lead_to_nobody_stay():
    text = "补助不超过 30 万元，文件〔2026〕12 号，20260101 起执行"

    assert without_firm(text) == text
    assert left_in(text) == []


def test_whoever_wrote_it_cannot_publish_it(stage, solved):
    version = write_answer(case=solved, by=stage.by("banker"), **WORDS)
    with pytest.raises(NotAllowed):
        review_answer(version, published=True, by=stage.by("banker"))
    assert not suggestions(WORDS["question"])

    review_answer(version, published=True, by=stage.by("county"))
    with pytest.raises(TooLate):
        review_answer(version, published=False, words="再改", by=stage.by("county"))


def test_a_new_version_replaces_the_old_one_only_once_published(stage, solved):
    article = published(stage, solved)
    version = write_answer(
        article=article, by=stage.by("county"), **{**WORDS, "answer": "新口径：先申请再评估。"}
    )
    assert Article.objects.get(pk=article.pk).answer == WORDS["answer"]

    review_answer(version, published=True, by=stage.by("banker"))
    article.refresh_from_db()
    assert article.answer == "新口径：先申请再评估。"
    assert list(article.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_an_open_matter_makes_no_answer(stage):
    with pytest.raises(Refusal):
        write_answer(case=stage.ask(), by=stage.by("banker"), **WORDS)


def test_a_suggestion_says_why(stage, solved):
    published(stage, solved)
    found = suggestions("我们的贷款马上到期，银行要我们找担保", stage.category("E01"))

    assert len(found) == 1
    assert found[0].same_class
    assert {"贷款", "银行", "担保"} & set("".join(found[0].shared)) or any(
        "贷款" in word for word in found[0].shared
    )
    assert suggestions("周边道路路灯不亮") == []


def test_this_answered_it_counts_once_and_closes_nothing(stage, solved, client):
    article = published(stage, solved)
    open_matter = stage.ask()
    client.force_login(stage.contact)
    for _time in range(2):
        assert client.post(reverse("enterprises:helped", args=[article.pk])).status_code == 302
    say_it_helped(article, by=world.acting(stage.county))

    article.refresh_from_db()
    open_matter.refresh_from_db()
    assert (article.helped, open_matter.open) == (2, True)


def test_before_sending_the_firm_sees_what_was_solved_for_others(stage, solved, client):
    published(stage, solved)
    client.force_login(stage.contact)
    page = client.get(reverse("enterprises:similar"), {"words": "贷款到期银行要求担保"}).content.decode()

    assert WORDS["title"] in page
    assert "恒通" not in client.get(reverse("enterprises:answers")).content.decode()


def test_the_pages_lead_from_a_matter_to_a_published_answer(stage, solved, client):
    client.force_login(stage.banker)
    written = client.post(reverse("enterprises:from_matter", args=[solved.number]), WORDS)
    assert written.status_code == 302
    version = Article.objects.get().versions.get()
    client.force_login(stage.county)
    assert client.get(written["Location"]).status_code == 200
    client.post(reverse("enterprises:review_answer", args=[version.pk]), {"decision": "publish"})

    client.logout()
    assert client.get(reverse("enterprises:answer", args=[version.article_id])).status_code == 200
