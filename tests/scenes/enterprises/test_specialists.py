"""Specialists: kept on a settings page and by spreadsheet, on leave with a deputy, and firms with their people."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal
from gridloop.core.people.actions import unmask
from gridloop.core.people.importing import export_sheet, import_sheet
from gridloop.core.people.models import Post
from gridloop.core.spreadsheets import read_rows
from gridloop.scenes.enterprises.firms.actions import end_contact, name_contact, register_firm
from gridloop.scenes.enterprises.matters.models import Choice
from gridloop.scenes.enterprises.matters.queries import matters_behind
from gridloop.scenes.enterprises.specialists.actions import save_duty, send_on_leave
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty
from tests import world
from tests.scenes.enterprises.stage import a_credit_code, a_firm, a_specialist, a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


@pytest.fixture
def administrator():
    return world.with_post("administrator")


def test_a_deputy_by_delegation_gets_what_comes_and_what_was_not_taken(stage, administrator):
    deputy = a_specialist(stage.bank, "E13", name="朱代办")
    duty = SpecialistDuty.objects.get(person=stage.banker)
    SpecialistDuty.objects.filter(pk=duty.pk).update(deputy=deputy)
    duty.refresh_from_db()
    waiting = stage.ask()
    now = timezone.now()
    send_on_leave(duty, since=now, until=now + timedelta(days=3), by=world.acting(administrator))
    waiting.refresh_from_db()
    assert waiting.worker == deputy

    case = stage.ask("还有一笔贷款下月到期。")
    choice = Choice.objects.filter(case=case).get()
    assert (case.worker, choice.stands_in_for, choice.reasons["leave"]) == (deputy, stage.banker, True)


def test_leave_without_a_deputy_asks_for_one(stage, administrator):
    duty, now = SpecialistDuty.objects.get(person=stage.banker), timezone.now()

    with pytest.raises(Refusal):
        send_on_leave(duty, since=now, until=now + timedelta(days=3), by=world.acting(administrator))


def test_only_an_administrator_keeps_the_list(stage):
    with pytest.raises(NotAllowed):
        save_duty(stage.room, stage.bank, codes=["E01"], by=stage.by("room"))


def test_the_settings_page_keeps_a_specialist(stage, administrator, client):
    client.force_login(administrator)
    person = world.with_post("unit_handler", organisation=stage.bank)
    given = {
        "organisation": stage.bank.pk,
        "person": person.handle,
        "classes": ["E0103"],
        "towns": [stage.town.town.pk],
    }
    assert client.post(reverse("enterprises:new_specialist"), given).status_code == 302
    duty = SpecialistDuty.objects.get(person=person)
    assert (duty.classes, duty.towns) == (["E0103"], [stage.town.town.pk])
    assert Post.objects.filter(person=person, role="specialist").exists()

    page = client.get(
        reverse("enterprises:specialists"),
        {"category": stage.category("E0103").pk, "town": stage.town.town.pk},
    )
    assert person.name in page.content.decode()
    assert (
        client.post(reverse("enterprises:new_specialist"), {**given, "person": "nobody"}).status_code == 422
    )
    client.force_login(stage.county)
    assert client.get(reverse("enterprises:specialists")).status_code == 403


def test_a_spreadsheet_of_specialists_lands_and_comes_out_again(stage, administrator):
    by = world.acting(administrator)
    handler = world.with_post("unit_handler", organisation=stage.land)
    rows = [
        "单位编码,登录名,姓名,职务,事项类别,服务镇街,代办人",
        f"{stage.land.code},{handler.handle},,科长,用地与厂房、E0203,玉城街道,{stage.surveyor.handle}",
        f"{stage.bank.code},13911112222,新专员,,融资担保,,",
        f"{stage.bank.code},nobody,,,E01,,",
        f"no-unit,{handler.handle},,,E01,,",
        f"{stage.land.code},{handler.handle},,,E77,,",
        f"{stage.land.code},{handler.handle},,,E02,没有的镇,",
    ]
    result = import_sheet("specialists", "\n".join(rows).encode(), by=by)

    assert (result.made, [error.row for error in result.errors]) == (2, [4, 5, 6, 7])
    duty = SpecialistDuty.objects.get(person=handler)
    assert (duty.classes, duty.towns, duty.deputy) == (["E02", "E0203"], [stage.town.town.pk], stage.surveyor)
    exported = b"".join(export_sheet("specialists", by=by))
    rows_again = list(read_rows(io.BytesIO(exported)))
    assert len(rows_again) == SpecialistDuty.objects.count()


def test_a_firm_has_a_code_that_checks_itself_and_is_registered_once(stage):
    code = a_credit_code()
    by = stage.by("room")
    firm = register_firm(credit_code=code.lower(), name="新海工具有限公司", area=stage.town.community, by=by)
    assert firm.credit_code == code
    for wrong in (code[:-1] + ("0" if code[-1] != "0" else "1"), "91331083", code[:-1] + "O"):
        with pytest.raises(Refusal):
            register_firm(credit_code=wrong, name="错码公司", area=stage.town.community, by=by)
    with pytest.raises(Refusal):
        register_firm(credit_code=code, name="重复公司", area=stage.town.community, by=by)
    with pytest.raises(NotAllowed):
        register_firm(credit_code=a_credit_code(), name="别镇公司", area=stage.town.other_community, by=by)


def test_a_contact_that_ends_sees_nothing_any_more(stage):
    person = name_contact(stage.firm, phone="13800002222", name="孙会计", by=stage.by("room"))
    stage.ask()
    assert matters_behind(type(person).objects.get(pk=person.pk)).count() == 1
    end_contact(stage.firm, person, by=stage.by("room"))

    assert matters_behind(type(person).objects.get(pk=person.pk)).count() == 0


def test_a_contact_is_masked_and_unmasked_only_in_reach_and_for_a_reason(stage, client):
    elsewhere = a_firm(stage.town, "远方机械有限公司", elsewhere=True)
    far = name_contact(elsewhere, phone="13800003333", name="钱远方", by=stage.by("county"))
    client.force_login(stage.room)
    page = client.get(reverse("enterprises:firm", args=[stage.firm.pk])).content.decode()
    assert stage.contact.phone not in page
    assert client.get(reverse("enterprises:firm", args=[elsewhere.pk])).status_code == 404

    shown = client.post(
        reverse("enterprises:unmask", args=[stage.firm.pk, stage.contact.pk]), {"reason": "核实诉求内容"}
    )
    assert stage.contact.phone in shown.content.decode()
    with pytest.raises(NotFound):
        unmask(far, "phone", reason="核实诉求内容", by=stage.by("room"))


def test_firms_nobody_handles_in_are_no_units_to_choose(stage):
    from gridloop.web.move_forms import handling_units

    names = set(handling_units().values_list("name", flat=True))
    assert stage.firm.organisation.name not in names
    assert stage.bank.name in names


def test_classes_of_matters_are_offered_for_matters_alone(stage):
    from gridloop.core.cases import kinds
    from gridloop.web.move_forms import MoveForm, grouped_categories

    world.a_category()
    case = stage.ask()
    row = next(move for move in kinds.kind("matter").moves if move.name == "correct")
    offered = str(MoveForm(row, case)["category"])
    assert "贷款与续贷" in offered
    assert "暴露垃圾" not in offered
    assert "贷款与续贷" not in str(grouped_categories())
    assert Case.objects.filter(kind="matter").count() == 1
