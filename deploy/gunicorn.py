"""gunicorn in production: threads, because pages wait for the database more than they compute."""

import os

bind = "0.0.0.0:8000"  # inside the container's own network
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory; the disk is read-only
accesslog = None  # addresses of links are secrets and must not be logged
