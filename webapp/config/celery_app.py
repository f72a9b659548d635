"""The Celery application: workers start with `celery -A webapp.config.celery_app`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")

app = Celery("coverslip")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
