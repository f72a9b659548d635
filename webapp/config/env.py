"""Every switch of an installation, read from the environment in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Environment:
    """The installation's switches; `DATABASE_URL`, `REDIS_URL` and `SECRET_KEY` are required."""

    database_url: str
    redis_url: str
    secret_key: str
    data_dir: Path
    base_url: str
    allowed_hosts: tuple[str, ...]
    is_debug: bool
    max_upload_bytes: int
    max_image_pixels: int
    ingest_memory_bytes: int
    ingest_timeout_s: int
    min_free_bytes: int
    upload_expiry_days: int
    trash_days: int
    device: str
    prompt_patience_s: float


def read_environment() -> Environment:
    """Read the switches; raises KeyError naming the one that is missing."""
    env = os.environ
    return Environment(
        database_url=env["DATABASE_URL"],
        redis_url=env["REDIS_URL"],
        secret_key=env["SECRET_KEY"],
        data_dir=Path(env.get("DATA_DIR") or CHECKOUT / "storage").resolve(),
        base_url=env.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        allowed_hosts=tuple(
            h.strip()
            for h in env.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
            if h.strip()
        ),
        is_debug=env.get("DEBUG", "0") == "1",
        max_upload_bytes=int(env.get("MAX_UPLOAD_BYTES", str(20 * 2**30))),
        max_image_pixels=int(env.get("MAX_IMAGE_PIXELS", str(4 * 10**9))),
        ingest_memory_bytes=int(env.get("INGEST_MEMORY_BYTES", str(4 * 2**30))),
        ingest_timeout_s=int(env.get("INGEST_TIMEOUT_S", "1800")),
        min_free_bytes=int(env.get("MIN_FREE_BYTES", str(500 * 2**20))),
        upload_expiry_days=int(env.get("UPLOAD_EXPIRY_DAYS", "14")),
        trash_days=int(env.get("TRASH_DAYS", "30")),
        device=env.get("DEVICE", "auto"),
        prompt_patience_s=float(env.get("PROMPT_PATIENCE_S", "8")),
    )


def database_settings(url: str) -> dict[str, object]:
    """Django's DATABASES entry for `postgresql://user:pass@host:port/name?host=/socket/dir`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    host = query.get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def celery_broker(url: str) -> str:
    """Kombu's spelling of the broker address: a socket is `redis+socket://`."""
    return "redis+socket://" + url.removeprefix("unix://") if url.startswith("unix://") else url
