"""A person at a running installation: signs in, opens pages, over HTTP or HTTPS."""

from __future__ import annotations

import http.cookiejar
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request


class Visitor:
    """Keeps cookies and follows redirects, as a browser does."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        # The certificate of a trial is signed by itself.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self.url = self.address
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(self.address + path))

    def status(self, path: str) -> int:
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            return error.code
        return 200

    def sign_in(self, name: str, password: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/anmelden/"))
        assert token, "the sign-in page has no form"
        form = {"csrfmiddlewaretoken": token[1], "login": name, "password": password}
        return self._open(
            urllib.request.Request(
                self.url,
                data=urllib.parse.urlencode(form).encode(),
                headers={"Referer": self.url},
            )
        )

    def _open(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=60) as answer:
            self.url = answer.geturl()
            self.headers = dict(answer.headers.items())
            return answer.read().decode()
