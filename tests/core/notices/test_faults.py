"""A sender that is killed again and again loses no notice: each arrives at least once."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.notices import actions
from gridloop.core.notices.models import Channel, Delivery, Notice
from tests.core.notices.gateways import Gateway
from tests.world import a_unit

SENDER = """
import os, sys, time
from datetime import timedelta
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from gridloop.core.notices import sending
sending.LEASE = timedelta(seconds=0.5)
print("ready", flush=True)
while True:
    sending.send_due()
    time.sleep(0.01)
"""


def start_sender() -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "GRIDLOOP_PERSONAL_DATA_KEY": settings.PERSONAL_DATA_KEY}
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, name], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert sender.stdout is not None and sender.stdout.readline() == "ready\n"
    return sender


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_again_and_again_loses_nothing(gateway: Gateway) -> None:
    # A test that commits empties every table before it; the way inside is not needed here.
    unit = a_unit()
    channel = actions.keep_channel(
        "w", "webhook", organisation=unit, options={"address": gateway.address, "sign": "w"}, by=SYSTEM
    )
    gateway.slow = 0.02
    for number in range(60):
        actions.tell(
            "case_dispatched", key=f"n{number}", organisation=unit, facts={"title": "x"}, emergency=True
        )
    for _kill in range(3):
        sender = start_sender()
        arrived = len(gateway.asked)
        until = time.monotonic() + 10
        while len(gateway.asked) < arrived + 5 and time.monotonic() < until:
            assert sender.poll() is None
            time.sleep(0.005)
        os.kill(sender.pid, signal.SIGKILL)
        sender.wait()
        assert sender.stdout is not None
        sender.stdout.close()
    sender = start_sender()
    until = time.monotonic() + 20
    while Delivery.objects.filter(channel=channel, state="waiting").exists() and time.monotonic() < until:
        time.sleep(0.05)
    sender.kill()
    sender.wait()
    assert sender.stdout is not None
    sender.stdout.close()
    assert set(Delivery.objects.filter(channel=channel).values_list("state", flat=True)) == {"sent"}
    assert {asked.json()["id"] for asked in gateway.asked} == set(
        Notice.objects.values_list("key", flat=True)
    )
    assert len(Notice.objects.all()) == 60
    assert Channel.objects.get(pk=channel.pk).working
