"""One machine, SQLite, demo sign-ins: what `python3 manage.py run` starts."""

from config import env
from config.settings.base import *  # noqa: F403

DEMO = env.flag("LODESTAR_DEMO", True)
REQUIRE_MFA = env.flag("REQUIRE_MFA", not DEMO)
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]  # noqa: F405
env.finish()
