"""Django settings of a home: one SQLite file, written with full safety; opened by name from the doors."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(os.environ.get("HUOJU_HOME", "huoju-home"))

SECRET_KEY = os.environ.get("HUOJU_SECRET_KEY", "")
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "desk.Account"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "huoju.desk"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HOME / "huoju.sqlite"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
}
