"""Every settings page opens for the administrator, for nobody else, and costs the same however long its list is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gridloop.api.models import Token, Webhook, WebhookCall
from gridloop.core.dispatch.models import Admission, ClassifierEdition, Rule
from gridloop.core.notices.models import Channel, Delivery, Notice
from tests import world

pytestmark = pytest.mark.django_db
PLAIN = (
    "home", "areas", "organisations", "new_organisation", "people", "new_person", "classes", "new_class", "limits", "set_limit",
    "calendar", "hours", "rules", "new_rule", "admissions", "ask_admission", "channels", "dead_letters", "demo_messages",
    "templates", "scenes", "classifiers", "retention", "tokens", "new_token", "new_webhook", "workers",
)  # fmt: skip
SHEETS = (
    "areas",
    "organisations",
    "persons",
    "posts",
    "classes",
    "limits",
    "calendar",
    "admissions",
    "templates",
    "rules",
)


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def administrator(client):
    person = world.with_post("administrator", name="钱管理")
    client.force_login(person)
    return person


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PLAIN)
def test_a_page_opens(client, town, administrator, name, language):
    client.cookies["django_language"] = language
    assert client.get(reverse(f"settings:{name}")).status_code == 200


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_is_for_administrators_alone(client, town, name):
    client.force_login(world.a_town_room(town.town))
    assert client.get(reverse(f"settings:{name}")).status_code == 403
    client.logout()
    assert client.get(reverse(f"settings:{name}")).status_code == 302


def test_no_page_of_the_settings_is_open_to_others(client, town):
    """Whatever is added to the addresses later stands behind the same door."""
    from gridloop.web.administration.urls import urlpatterns

    room, worker = world.a_town_room(town.town), world.a_grid_worker(town.grids[0])
    for pattern in urlpatterns:
        # Wordings of answers are the command rooms' as well.
        client.force_login(worker if str(pattern.pattern).startswith("wordings/") else room)
        given = {
            name: {"IntConverter": 1, "UUIDConverter": "0" * 8 + "-0000-0000-0000-" + "0" * 12}.get(
                type(each).__name__, "areas"
            )
            for name, each in pattern.pattern.converters.items()
        }
        address = reverse(f"settings:{pattern.name}", kwargs=given)
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {403, 405}, address


@pytest.mark.parametrize("kind", SHEETS)
def test_every_table_has_an_import_a_template_and_an_export(client, town, administrator, kind):
    assert client.get(reverse("settings:upload", args=[kind])).status_code == 200
    for name in ("sheet_template", "export"):
        answer = client.get(reverse(f"settings:{name}", args=[kind]))
        assert b"".join(answer.streaming_content).startswith(b"PK")


def fill(how_many: int, town) -> None:
    unit = world.a_unit()
    token = Token.objects.create(name="外部系统", digest=f"d{how_many}", prefix="gl_", scopes=["cases:read"])
    channel = Channel.objects.create(name=f"短信{how_many}", adapter="sms")
    for at in range(how_many):
        category = world.a_category(f"09{how_many}{at}", f"类别{at}", admitted=False)
        Admission.objects.create(category=category, words="请准入", area=town.town)
        conditions = {"category": [category.code], "area": [town.town.pk], "words": ["积水"]}
        Rule.objects.create(position=at, name=f"规则{at}", conditions=conditions, organisation=unit)
        world.with_post("unit_handler", organisation=unit, name=f"处置{at}")
        ClassifierEdition.objects.create(name=f"模型{at}", path="none.npz")
        Webhook.objects.create(address=f"https://example.org/{at}", secret="s", token=token)
        notice = Notice.objects.create(
            key=f"k{how_many}-{at}", event="case_reported", subject="收到", words="…"
        )
        Delivery.objects.create(notice=notice, channel=channel, state="dead", trouble="没有应答")


@pytest.mark.parametrize(
    "name",
    [
        "organisations",
        "people",
        "classes",
        "rules",
        "admissions",
        "channels",
        "dead_letters",
        "classifiers",
        "tokens",
        "areas",
        "home",
    ],
)
def test_a_list_costs_the_same_with_one_row_and_with_three(client, town, administrator, name):
    costs = []
    for how_many in (1, 3):
        fill(how_many, town)
        client.get(reverse(f"settings:{name}"))
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse(f"settings:{name}"))
        assert page.status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] and costs[1] <= 26, costs


def test_a_webhooks_calls_are_listed_and_sent_again(client, town, administrator):
    fill(1, town)
    hook = Webhook.objects.get()
    call = WebhookCall.objects.create(
        webhook=hook, entry=1, body={"event": "case_closed"}, state="dead", attempts=9, answer="502"
    )
    page = client.get(reverse("settings:webhook", args=[hook.pk]))
    assert "case_closed" in page.text and "502" in page.text
    client.post(reverse("settings:send_again", args=[call.pk]))
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("waiting", 0)
    refused = client.post(reverse("settings:send_again", args=[call.pk]), follow=True)
    assert WebhookCall.objects.get().state == "waiting" and refused.status_code == 200


def test_a_webhooks_secret_is_renewed_and_shown_once(client, town, administrator):
    fill(1, town)
    hook = Webhook.objects.get()
    page = client.post(reverse("settings:change_webhook", args=[hook.pk]), {"what": "secret"})
    renewed = Webhook.objects.get()
    assert renewed.secret != hook.secret and renewed.secret in page.text
    assert renewed.former_secret == hook.secret
    assert renewed.secret not in client.get(reverse("settings:webhook", args=[hook.pk])).text
