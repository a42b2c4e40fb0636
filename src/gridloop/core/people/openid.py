"""One OpenID Connect provider from the settings: discovery, state, nonce and PKCE are authlib's work."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal


class ProviderTrouble(Refusal):
    """The provider could not be asked, or its answer does not hold."""

    status = 502
    code = "provider_trouble"


def is_set_up() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def troubles() -> tuple[type[Exception], ...]:
    """What asking a provider can end in. Loaded at first use: most installations have no provider."""
    import requests
    from authlib.integrations.django_client import OAuthError
    from joserfc.errors import JoseError

    return OAuthError, JoseError, requests.RequestException, RuntimeError, ValueError, KeyError


def provider() -> Any:
    return registered(settings.OIDC_ISSUER.rstrip("/"), settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@cache
def registered(issuer: str, client_id: str, client_secret: str) -> Any:
    """The client for one provider; its metadata and keys are fetched at first use."""
    from authlib.integrations.django_client import OAuth

    return OAuth().register(
        "provider",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": 10},
    )


def send_to_provider(request: HttpRequest, return_address: str) -> HttpResponse:
    """Redirects the browser to the provider. Raises `ProviderTrouble`."""
    try:
        return provider().authorize_redirect(request, return_address)
    except troubles() as trouble:
        raise ProviderTrouble(
            _("The sign-in provider does not answer. Try again, or use your password.")
        ) from trouble


def account_from(request: HttpRequest) -> tuple[str, str]:
    """Issuer and subject, from the provider's checked answer. Raises `ProviderTrouble`."""
    try:
        token = provider().authorize_access_token(request)
    except troubles() as trouble:
        raise ProviderTrouble(_("The sign-in was interrupted or is too old. Start again.")) from trouble
    claims = token.get("userinfo") or {}
    if not claims.get("sub") or claims.get("iss", "").rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise ProviderTrouble(_("The sign-in provider's answer does not hold. Tell your administrator."))
    return settings.OIDC_ISSUER.rstrip("/"), claims["sub"]
