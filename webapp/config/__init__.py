"""The composition root: settings, addresses, and the Celery application of every process."""

from webapp.config.celery_app import app as celery_app

__all__ = ["celery_app"]
