"""What the tests of notices share: a gateway on the loopback, and channels that lead to it."""

from collections.abc import Iterator

import pytest

from tests.core.notices.gateways import Gateway, a_gateway


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    from gridloop.core.notices.adapters.posting import (
        client_of,  # Django is not set up yet when this file is read
    )

    with a_gateway() as found:
        yield found
    client_of.cache_clear()
