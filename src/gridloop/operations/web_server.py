"""The web server's settings, read by gunicorn: processes, threads, and what happens around a fork."""

import os
from pathlib import Path
from typing import Any

from gridloop.settings import DATABASES, STATIC_ROOT, environment, whole_number

on_postgres = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # files an administrator adds may stand there

bind = [f"{environment('LISTEN', '127.0.0.1')}:{environment('PORT', '8000')}"]
worker_class = "gthread"
# SQLite has one writer at a time, so a second process would only wait for the first.
workers = whole_number("WEB_PROCESSES", "2" if on_postgres else "1")
# A live screen holds a thread as long as it is looked at; ordinary requests need about a dozen.
threads = whole_number("WEB_THREADS", "64")
worker_connections = threads * 8
backlog = 1024

# One copy of the code and the trained models is shared by all processes.
preload_app = True
# Nothing leaks, so nothing is restarted for it; a restart would cut every live screen.
max_requests = 0

timeout = 60
graceful_timeout = whole_number("WEB_PATIENCE", "10")
# Longer than the keep-alive of the usual proxies, so that they never write into a closed connection.
keepalive = 75 if environment("BEHIND_PROXY") else 5
forwarded_allow_ips = environment("PROXY_ADDRESSES", "127.0.0.1,::1")

limit_request_line = 8190
limit_request_fields = 100
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
proc_name = "gridloop-web"
accesslog = "-" if environment("ACCESS_LOG") else None
errorlog = "-"
loglevel = environment("WEB_LOG_LEVEL", "warning")


def when_ready(server: Any) -> None:
    """What loading has allocated will never be collected: leave it out of every later collection."""
    import gc

    gc.collect()
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:
    """A connection or a pool must not be shared by two processes."""
    let_go_of_databases()


def let_go_of_databases() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
