"""Settings from the environment, read loudly: a bad value names the variable and what it takes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url

from themis.domain.errors import Misconfigured

# Of connections, a process: kept ready, at most, and seconds that one is waited for. A server that
# is away is looked for ever more seldom; after `reconnect_timeout` seconds that begins anew.
POOL = {"min_size": 1, "max_size": 32, "timeout": 20, "reconnect_timeout": 5}


def text(name: str, default: str = "") -> str:
    """The variable's text, or the content of the file that NAME_FILE points at."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"{name}_FILE: {path} cannot be read ({error.strerror})") from None
    return os.environ.get(name, default).strip()


def number(name: str, default: int, *, at_least: int = 0) -> int:
    """A whole number."""
    given = text(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or int(given) < at_least:
        raise Misconfigured(
            f"{name}: expected a whole number of at least {at_least}, not {given!r}"
        )
    return int(given)


def flag(name: str, default: bool = False) -> bool:
    """Yes or no: 1, true, yes, on against 0, false, no, off."""
    given = text(name).lower()
    if not given:
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(f"{name}: expected yes or no, not {given!r}")


def one_of(name: str, *choices: str) -> str:
    """One of a few words; the first where nothing is set."""
    given = text(name).lower() or choices[0]
    if given not in choices:
        raise Misconfigured(f"{name}: expected {' or '.join(choices)}, not {given!r}")
    return given


def words(name: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def together(**given: str) -> None:
    """Variables of which one alone means nothing."""
    missing = [name for name, value in given.items() if not value]
    if missing and len(missing) < len(given):
        there = next(name for name, value in given.items() if value)
        raise Misconfigured(f"{missing[0]}: not set, although {there} is; set both or neither")


def database(url: str) -> dj_database_url.DBConfig:
    """Django's settings for DATABASE_URL.

    Connections end with their request: an ASGI server answers each in a thread of its own, so
    that kept ones would only pile up. Those to PostgreSQL go back to a pool of the process then:
    making one anew takes longer than most pages. Each is looked at before it is given out: after a
    restart of the server all that were kept are dead.
    """
    try:
        found = dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True)
    except ValueError as error:
        raise Misconfigured(f"DATABASE_URL: {error}; expected postgres://…") from None
    if found.get("ENGINE", "").endswith("postgresql"):
        found.setdefault("OPTIONS", {})["pool"] = POOL
    return found


def secret(name: str, file: Path) -> str:
    """A secret of this installation: the variable, else made once and kept in `file`, mode 600."""
    if given := text(name):
        return given
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        out.write(made)
    return made
