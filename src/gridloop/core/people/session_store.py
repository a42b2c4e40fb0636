"""Sessions in the people's own table, so that they can be listed and ended; the cookie is not stored."""

import datetime
import hashlib
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from gridloop.core.journal.rows import rows_of

AWAKE = "session_key = %s AND expire_date > %s AND (idle_until IS NULL OR idle_until > %s)"


def key_digest(session_key: str | None) -> str:
    """What the table knows of a session cookie: the cookie is random enough for a plain digest."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's database sessions, with owner, device and idle limit as columns and a digest for a key."""

    record: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from gridloop.core.people.models import SessionRecord

        return SessionRecord

    def _get_session_from_db(self) -> Any:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        self.record = rows_of(self.model).first(AWAKE, [key_digest(self.session_key), now, now])
        if self.record is None:
            self._session_key = None
        return self.record

    async def _aget_session_from_db(self) -> Any:
        return await sync_to_async(self._get_session_from_db)()

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=key_digest(session_key)).exists()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = cast(Any, self)._get_session(no_load=must_create)
        columns = self.columns(data)
        if not must_create:
            if not self.model.objects.filter(session_key=key_digest(self.session_key)).update(**columns):
                raise UpdateError
            return None
        try:
            with transaction.atomic():
                self.model.objects.create(session_key=key_digest(self.session_key), **columns)
        except IntegrityError as taken:
            raise CreateError from taken
        return None

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        idle = data.get("idle_seconds")
        return {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "person_id": data.get(SESSION_KEY),
            "device": data.get("device", ""),
            "seen_at": now,
            "idle_until": now + datetime.timedelta(seconds=idle) if idle else None,
        }

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=key_digest(key)).delete()

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)
