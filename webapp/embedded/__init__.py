"""The PostgreSQL and Valkey that run when no DATABASE_URL / REDIS_URL is given, and `up`."""
