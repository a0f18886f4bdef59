"""EC2 servers: what they run when they start."""

from __future__ import annotations

import base64
import binascii

from graph.model import Resource
from graph.values import Property


def script_of(resource: Resource) -> Property:
    """The start-up script as text, decoded where it is given in base64; absent without one."""
    plain, encoded = resource["userData"], resource["userDataBase64"]
    given = plain if encoded.absent else encoded
    text = given.scalar()
    if not isinstance(text, str):
        return given
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return given
    return Property(decoded, given.path, secret=given.secret)
