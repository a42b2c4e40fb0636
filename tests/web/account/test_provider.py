"""Signing in with an account elsewhere, against a real provider on the loopback."""

from collections.abc import Iterator

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from gridloop.core.people import openid, signing_in
from gridloop.core.people.models import OutsideAccount, Person
from tests.core.people.town import a_colleague, acting
from tests.web.account.provider import CLIENT_ID, CLIENT_SECRET, Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    running = Provider()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = (
        running.issuer,
        CLIENT_ID,
        CLIENT_SECRET,
    )
    openid.registered.cache_clear()
    yield running
    running.close()


def linked(provider: Provider, subject: str) -> Person:
    person = a_colleague()
    signing_in.link_outside_account(person, issuer=provider.issuer, subject=subject, by=acting(person))
    return person


def journey(client: Client, provider: Provider, subject: str, onward: str = "", **changed: str):
    """There and back; `changed` tampers with what the browser brings back."""
    there = client.get("/account/sign-in/elsewhere/", {"next": onward} if onward else {})
    assert there.status_code == 302 and there["Location"].startswith(provider.issuer)
    brought = provider.authorize(there["Location"], subject)
    return client.get("/account/sign-in/returned/", {**brought, **changed})


def test_a_linked_account_opens_the_door(client: Client, provider: Provider) -> None:
    person = linked(provider, "17")
    answer = journey(client, provider, "17", onward="/account/")
    assert answer.status_code == 302 and answer["Location"] == "/account/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_account_nobody_linked_stays_outside(client: Client, provider: Provider) -> None:
    linked(provider, "17")
    assert journey(client, provider, "18").status_code == 403
    assert "_auth_user_id" not in client.session


def test_tampered_answers_are_refused(client: Client, provider: Provider) -> None:
    linked(provider, "17")
    assert journey(client, provider, "17", state="another").status_code == 502
    assert journey(client, provider, "17", code="another").status_code == 502
    assert client.get("/account/sign-in/returned/", {"error": "access_denied"}).status_code == 502
    assert client.get("/account/sign-in/returned/").status_code == 502
    for lie in (
        {"nonce": "other"},
        {"aud": "other"},
        {"iss": "https://other.example"},
        {"exp": 1},
        {"sub": ""},
    ):
        provider.claims = lie
        assert journey(client, provider, "17").status_code == 502, lie
    provider.claims = {}
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert journey(client, provider, "17").status_code == 502
    assert "_auth_user_id" not in client.session


def test_an_answer_cannot_be_used_in_another_browser_or_twice(client: Client, provider: Provider) -> None:
    linked(provider, "17")
    there = client.get("/account/sign-in/elsewhere/")
    brought = provider.authorize(there["Location"], "17")
    assert Client().get("/account/sign-in/returned/", brought).status_code == 502
    assert client.get("/account/sign-in/returned/", brought).status_code == 302
    assert client.get("/account/sign-in/returned/", brought).status_code == 502


def test_linking_needs_a_press_on_the_account_page(client: Client, provider: Provider) -> None:
    person = a_colleague()
    client.force_login(person, backend="gridloop.core.people.signing_in.PeopleBackend")
    assert journey(client, provider, "17").status_code == 403
    assert not OutsideAccount.objects.exists()

    page = client.post("/account/link/")
    assert page.status_code == 200 and "/account/sign-in/elsewhere/" in page.content.decode()
    assert journey(client, provider, "17")["Location"] == "/account/"
    account = OutsideAccount.objects.get()
    assert (account.person, account.subject) == (person, "17")
    client.post(f"/account/link/{account.pk}/end/")
    assert not OutsideAccount.objects.exists()


def test_a_provider_that_is_away_is_said_in_words(client: Client, provider: Provider) -> None:
    provider.close()
    openid.registered.cache_clear()
    assert client.get("/account/sign-in/elsewhere/").status_code == 502


def test_without_a_provider_there_is_no_such_page(client: Client, settings) -> None:
    settings.OIDC_ISSUER = ""
    assert client.get("/account/sign-in/elsewhere/").status_code == 404
    assert client.get("/account/sign-in/returned/").status_code == 404
