"""Credentials, which are never in the site file.

Law of this module: a secret comes from outside the file and is never shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import SecretStr

from clarus_bluecherry.config._section import Section


class Secrets(Section):
    """Credentials, from the environment only. Never shown in a repr."""

    clarus_token: SecretStr | None = None
    clarus_client_id: SecretStr | None = None
    clarus_client_secret: SecretStr | None = None
    clarus_webhook_token: SecretStr | None = None
    bluecherry_subscription_key: SecretStr | None = None
    bluecherry_sftp_password: SecretStr | None = None
    bluecherry_sftp_passphrase: SecretStr | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Secrets:
        """Read `CLARUS_TOKEN`, or `CLARUS_CLIENT_ID` with `CLARUS_CLIENT_SECRET`, `CLARUS_WEBHOOK_TOKEN`,
        `BLUECHERRY_SUBSCRIPTION_KEY`, and `BLUECHERRY_SFTP_PASSWORD` or `BLUECHERRY_SFTP_PASSPHRASE`. What is not
        set is missed only by who needs it.
        """
        source = os.environ if environ is None else environ
        found = {name: source[name.upper()] for name in cls.model_fields if source.get(name.upper())}
        return cls.model_validate(found)
