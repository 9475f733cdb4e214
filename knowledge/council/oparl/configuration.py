"""From where council papers are fetched and where they go: what the settings say, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _

_PORTS = {"http": 80, "https": 443}


class OParlProblem(Exception):
    """Something can't be fetched or written; the message is a sentence for people."""


class NotGiven(OParlProblem):
    """This isn't to be had, and asking again would change nothing."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where council papers come from and go.

    Attributes:
        url: Of the system, or of one body.
        hosts: Which may be asked: name and port.
        place: Short name of a space, a slash and the address of a list of council papers in it.
    """

    url: str
    hosts: frozenset[tuple[str, int]]
    place: str

    def address(self, url: str) -> str:
        """Return the address to ask for something: with TLS, even if the server's ids are from a time without.

        Raises:
            NotGiven: If it may not be asked.
        """
        parts = _split(url)
        if not _is_protected(parts):
            parts = parts._replace(scheme="https")
        if parts.username or parts.password:
            raise NotGiven(_("An address with a password in it isn't asked."))
        if host_of(parts) not in self.hosts:
            raise NotGiven(
                _("“%(host)s” isn't asked: STADTWISSEN_OPARL_HOSTS doesn't name it.")
                % {"host": parts.netloc}
            )
        return parts.geturl()


def is_configured() -> bool:
    """Tell whether there is a system to fetch council papers from."""
    return bool(settings.OPARL_URL)


def configuration() -> Configuration:
    """Return the settings.

    Raises:
        OParlProblem: If something is missing or wrong, with the cure.
    """
    if not is_configured():
        raise OParlProblem(
            _("No council information system is configured: set STADTWISSEN_OPARL_URL.")
        )
    system = _split(settings.OPARL_URL)
    if not _is_protected(system):
        raise OParlProblem(
            _("STADTWISSEN_OPARL_URL=“%(url)s” must begin with https://.")
            % {"url": settings.OPARL_URL}
        )
    hosts = {host_of(system)}
    hosts |= {host_of(_split(f"https://{name}")) for name in settings.OPARL_HOSTS}
    if not settings.OPARL_LIST.strip("/"):
        raise OParlProblem(
            _("STADTWISSEN_OPARL_LIST is missing: name a space and its list of council papers.")
        )
    return Configuration(settings.OPARL_URL, frozenset(hosts), settings.OPARL_LIST.strip("/"))


@register()
def check_configuration(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse settings that can't work."""
    if not is_configured():
        return []
    try:
        configuration()
    except OParlProblem as problem:
        return [Error(str(problem), hint="See docs/council.md.", id="council.E001")]
    return []


def host_of(parts: SplitResult) -> tuple[str, int]:
    """Return name and port of a split address."""
    return (parts.hostname or "", parts.port or _PORTS[parts.scheme])


def _split(url: str) -> SplitResult:
    """Split the address of a web server.

    Raises:
        NotGiven: If it is none.
    """
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme not in _PORTS:
        raise NotGiven(_("“%(url)s” is no address of a web server.") % {"url": url})
    return parts


def _is_protected(parts: SplitResult) -> bool:
    """Tell whether nobody on the way can read or change what is fetched: TLS, or no way at all."""
    if parts.scheme == "https":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
