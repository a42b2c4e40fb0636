"""The pages: a firm asks on its phone, the specialist answers at the desk, the platform calls, the firm judges."""

import io

import pytest
from django.urls import reverse

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.people.models import Post
from gridloop.core.spreadsheets import read_rows
from gridloop.scenes.enterprises.firms.models import Claim
from gridloop.scenes.enterprises.matters.models import Matter, MatterImport
from tests import world
from tests.scenes.enterprises.stage import a_contact, a_credit_code, a_firm, a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


@pytest.fixture
def enter(client):
    def entering(person):
        client.force_login(person)
        return client

    return entering


def major(stage):
    return stage.category("E01").pk


def asked(stage, client):
    answer = client.post(
        reverse("enterprises:ask"),
        {
            "firm": stage.firm.pk,
            "words": "贷款三月到期，银行要求新增担保，希望协调续贷。",
            "category": major(stage),
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return Case.objects.get(kind="matter")


def test_a_firm_asks_the_specialist_answers_and_the_firm_judges(stage, enter):
    case = asked(stage, enter(stage.contact))
    assert (case.category.code, case.worker) == ("E0101", stage.banker)  # the words told the closer class

    desk = enter(stage.banker)
    assert desk.get(reverse("desk:case", args=[case.number])).status_code == 200
    desk.post(reverse("desk:move", args=[case.number, "take"]))
    answer = {"complete-account": "会同银行上门", "complete-answer": "已办理无还本续贷。"}
    assert desk.post(reverse("desk:move", args=[case.number, "complete"]), answer).status_code == 302

    room = enter(stage.county)
    call = {"call_firm-reached": "reached", "call_firm-account": "企业满意"}
    assert room.post(reverse("desk:move", args=[case.number, "call_firm"]), call).status_code == 302

    phone = enter(stage.contact)
    page = phone.get(reverse("enterprises:matter", args=[case.number])).content.decode()
    assert "已办理无还本续贷。" in page
    assert "会同银行上门" not in page  # the account is internal
    judged = phone.post(reverse("enterprises:move", args=[case.number, "review"]), {"review-rating": "5"})
    assert judged.status_code == 302
    case.refresh_from_db()
    assert (case.step, case.rating) == ("closed", 5)


def test_sent_twice_it_is_asked_once(stage, enter):
    phone = enter(stage.contact)
    page = phone.get(reverse("enterprises:ask"))
    key = page.context["form"]["key"].value()
    given = {
        "firm": stage.firm.pk,
        "words": "急招质检员二十人。",
        "category": stage.category("E03").pk,
        "key": key,
    }
    phone.post(reverse("enterprises:ask"), given)
    phone.post(reverse("enterprises:ask"), given)

    assert Case.objects.filter(kind="matter").count() == 1


def test_another_firms_contact_sees_nothing(stage, enter):
    case = asked(stage, enter(stage.contact))
    phone = enter(a_contact(a_firm(stage.town, "远航水产有限公司")))

    assert phone.get(reverse("enterprises:matter", args=[case.number])).status_code == 404
    assert (
        phone.post(
            reverse("enterprises:move", args=[case.number, "review"]), {"review-rating": "1"}
        ).status_code
        == 404
    )
    assert case.number not in phone.get(reverse("enterprises:start")).content.decode()


def test_a_colleague_of_the_same_firm_sees_its_matters(stage, enter):
    case = asked(stage, enter(stage.contact))
    phone = enter(a_contact(stage.firm, "财务主管"))

    assert phone.get(reverse("enterprises:matter", args=[case.number])).status_code == 200


def test_no_page_of_the_desk_opens_to_a_firms_contact(stage, enter):
    case = asked(stage, enter(stage.contact))
    phone = enter(stage.contact)

    for page in (
        reverse("desk:worklist"), reverse("desk:case", args=[case.number]), reverse("enterprises:figures"),
        reverse("enterprises:cases"), reverse("enterprises:firms"), reverse("enterprises:cultivation"), reverse("enterprises:tables"),
    ):  # fmt: skip
        assert phone.get(page).status_code == 403, page


def test_a_newcomer_names_the_firm_and_the_platform_confirms_it(stage, enter):
    newcomer, code = world.a_resident("周老板"), a_credit_code()
    phone = enter(newcomer)
    given = {"words": "想了解技改补助。", "category": stage.category("E10").pk, "town": stage.town.town.pk}
    wrong = phone.post(
        reverse("enterprises:ask"), {**given, "credit_code": code[:-1] + "I", "firm_name": "金海机械有限公司"}
    )
    assert wrong.status_code == 422
    phone.post(
        reverse("enterprises:ask"), {**given, "credit_code": code.lower(), "firm_name": "金海机械有限公司"}
    )
    matter = Matter.objects.get()
    assert (matter.firm, matter.claim.credit_code) == (None, code)
    assert phone.get(reverse("enterprises:matter", args=[matter.case.number])).status_code == 200

    room = enter(stage.room)
    assert "金海机械有限公司" in room.get(reverse("enterprises:firms")).content.decode()
    room.post(reverse("enterprises:claim", args=[Claim.objects.get().pk]), {"decision": "confirm"})
    matter.refresh_from_db()
    assert matter.firm.credit_code == code
    assert Post.objects.filter(
        person=newcomer, role="firm_contact", organisation=matter.firm.organisation
    ).exists()


def test_the_platform_writes_down_a_call(stage, enter):
    room = enter(stage.room)
    given = {
        "credit_code": "恒通", "contact": "林", "phone": "13900001234", "words": "厂房租约下月到期，急需过渡场地。",
        "category": stage.category("E0202").pk,
    }  # fmt: skip
    assert room.post(reverse("enterprises:enter"), given).status_code == 302

    case = Case.objects.get(kind="matter")
    assert (case.source, case.worker, case.matter.firm) == ("phone", stage.surveyor, stage.firm)


def test_a_call_for_a_firm_out_of_reach_is_refused(stage, enter):
    a_firm(stage.town, "远方机械有限公司", elsewhere=True)
    given = {"credit_code": "远方机械", "words": "用电增容", "category": stage.category("E0401").pk}

    assert enter(stage.room).post(reverse("enterprises:enter"), given).status_code == 422


def test_a_spreadsheet_lands_row_by_row_and_says_why_not(stage, enter):
    rows = [
        "统一社会信用代码,诉求内容,事项类别,联系人,手机号,序号",
        f"{stage.firm.credit_code},贷款到期需要续贷,贷款与续贷,林厂长,13912345678,001",
        f"{stage.firm.credit_code.lower()},排污许可证怎么变更,,,,002",
        f"{stage.firm.credit_code[:-1]}A,代码写错,E01,,,003",
        f"{a_credit_code()},没有登记的企业,E01,,,004",
        f"{stage.firm.credit_code},类别不存在,E77,,,005",
        f"{stage.firm.credit_code},,E01,,,006",
        f"{stage.firm.credit_code},手机号不对,E01,王,12345,007",
    ]
    room = enter(stage.county)

    def land():
        file = io.BytesIO("\n".join(rows).encode("gb18030"))
        file.name = "走访.csv"
        answer = room.post(reverse("enterprises:import"), {"file": file})
        assert answer.status_code == 302, answer.content.decode()
        return MatterImport.objects.latest("pk")

    kept = land()
    assert (kept.made, kept.same, [row for row, _reason in kept.wrong]) == (2, 0, [4, 5, 6, 7, 8])
    assert all(reason for _row, reason in kept.wrong)
    errors = b"".join(room.get(reverse("enterprises:import_errors", args=[kept.key])).streaming_content)
    assert len(list(read_rows(errors))) == 5
    again = land()
    assert (again.made, again.same) == (0, 2)
    assert Case.objects.get(words="排污许可证怎么变更").category.code == "E1101"


def test_the_panel_says_why_and_dispatches_with_one_touch(stage, enter):
    case = stage.ask("商标被仿冒，请协助维权。", "E1302")
    assert case.step == "asked"
    room = enter(stage.county)
    room.post(
        reverse("enterprises:dispatch", args=[case.number]),
        {"specialist": stage.surveyor.pk, "turn": case.turn},
    )
    case.refresh_from_db()
    assert case.worker == stage.surveyor

    page = room.get(reverse("desk:case", args=[case.number]))
    assert page.status_code == 200
    assert "郑土地" in page.content.decode()


def test_two_people_dispatch_at_once_and_the_second_is_told(stage, enter):
    case = stage.ask("商标被仿冒，请协助维权。", "E1302")
    move_case(case, "dispatch", by=stage.by("county"), facts={"specialist": stage.banker.pk})
    room = enter(stage.county)
    room.post(
        reverse("enterprises:dispatch", args=[case.number]),
        {"specialist": stage.surveyor.pk, "turn": case.turn},
        follow=True,
    )

    case.refresh_from_db()
    assert case.worker == stage.banker


@pytest.mark.parametrize("name", ["figures", "cases", "firms", "cultivation", "tables", "articles"])
def test_every_view_of_the_desk_opens_empty_and_filled(stage, enter, name):
    room = enter(stage.county)
    assert room.get(reverse(f"enterprises:{name}")).status_code == 200
    stage.ask()
    assert room.get(reverse(f"enterprises:{name}")).status_code == 200


def count_queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["start", "cases", "figures", "firms"])
def test_lists_cost_the_same_with_one_row_and_with_three(stage, enter, name):
    client = enter(stage.contact if name == "start" else stage.county)
    stage.ask()
    address = reverse(f"enterprises:{name}")
    client.get(address)
    one = count_queries(client, address)
    for words in ("第二件诉求贷款", "第三件诉求贷款"):
        stage.ask(words)

    assert count_queries(client, address) == one


def test_a_matter_of_the_api_gets_its_firm_and_its_specialist(stage):
    from gridloop.core.dispatch.intake import take_in
    from gridloop.core.journal.models import Entry
    from gridloop.scenes.enterprises.reactions import take_on

    case = take_in(
        "matter", title="贷款续贷", words="贷款到期", spot=stage.town.spot(), by=stage.by("contact"), source="api",
        category=stage.category("E0101"), reporter=stage.contact,
    )  # fmt: skip
    entry = Entry.objects.get(event="case_reported", subject=case.pk)
    take_on(entry)
    take_on(entry)

    case.refresh_from_db()
    assert (case.worker, Matter.objects.get(case=case).firm) == (stage.banker, stage.firm)
