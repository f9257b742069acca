"""A server with a login, whoever is at the browser, without a provider."""

from __future__ import annotations

import time

from nps_core.viewer import Viewer
from nps_core.workspace import Workspace, audit, roles

ISSUER = "https://login.firm.example"
PROVIDER = {"client_id": "nps", "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration"}


def told(subject="ana", **changes):
    """What a cookie says."""
    now = time.time()
    usual = {
        "iss": ISSUER,
        "sub": subject,
        "aud": "nps",
        "iat": now - 10,
        "exp": now + 3600,
        "name": subject.title(),
        "is_logged_in": True,
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


class Firm:
    """A server with a login: who is at the browser that is drawn next, and the roles."""

    def __init__(self, place):
        self.workspace = Workspace.open(place)
        self.claims = None
        self.give("root", Viewer("Root", "admin"))

    @property
    def engine(self):
        return self.workspace.engine

    def give(self, subject, viewer):
        roles.give_role(self.engine, roles.Person(ISSUER, subject, viewer))

    def take(self, subject):
        roles.take_role(self.engine, ISSUER, subject)

    def come(self, subject, **changes):
        self.claims = told(subject, **changes)
        return self

    def events(self):
        return [(line.actor.name, line.event, line.about) for line in reversed(audit.entries(self.engine))]
