"""What the tests of notices share: a gateway on the loopback, and channels that lead to it."""

from collections.abc import Iterator

import pytest
from tests.core.notices.gateways import Gateway, a_gateway

from gridloop.core.notices.adapters.posting import client_of


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with a_gateway() as found:
        yield found
    client_of.cache_clear()
