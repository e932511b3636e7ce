"""Credentials, which are never in the site file.

Law of this module: a secret comes from a variable, from the file that a variable names, or from a folder of
secrets; two places at once are a contradiction; its value is in no error and no repr.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from clarus_bluecherry.config._section import Section
from clarus_bluecherry.errors import ConfigurationError

FOLDER = "SECRETS_FOLDER"
"""The variable that names the folder of secrets."""
DEFAULT_FOLDER = "/run/secrets"
"""Where containers find theirs."""


class Secrets(Section):
    """Credentials, from outside the site file. Never shown in a repr."""

    clarus_token: SecretStr | None = None
    clarus_client_id: SecretStr | None = None
    clarus_client_secret: SecretStr | None = None
    clarus_webhook_token: SecretStr | None = None
    clarus_proxy: SecretStr | None = None
    """A proxy's URL with a password, in place of `clarus.http.proxy`."""
    clarus_headers: SecretStr | None = None
    """Headers that are secret, `Name: value` on each line, beside `clarus.http.headers`."""
    clarus_upload_password: SecretStr | None = None
    clarus_upload_passphrase: SecretStr | None = None
    clarus_download_password: SecretStr | None = None
    clarus_download_passphrase: SecretStr | None = None
    """Of the two accounts of its SFTP server, or of their key files."""
    bluecherry_subscription_key: SecretStr | None = None
    bluecherry_proxy: SecretStr | None = None
    """As `clarus_proxy`."""
    bluecherry_headers: SecretStr | None = None
    """As `clarus_headers`."""
    bluecherry_sftp_password: SecretStr | None = None
    bluecherry_sftp_passphrase: SecretStr | None = None
    alerts_secrets: SecretStr | None = None
    """What the channels of `[alerts]` are reached with, `channel: secret` on each line: an e-mail's password, a
    webhook's URL, and `channel.key` for what one is signed with."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Secrets:
        """Read `CLARUS_TOKEN`, or `CLARUS_CLIENT_ID` with `CLARUS_CLIENT_SECRET`, `CLARUS_WEBHOOK_TOKEN`,
        `CLARUS_UPLOAD_PASSWORD` and `CLARUS_DOWNLOAD_PASSWORD`, or `…_PASSPHRASE`,
        `BLUECHERRY_SUBSCRIPTION_KEY`, `BLUECHERRY_SFTP_PASSWORD` or `BLUECHERRY_SFTP_PASSPHRASE`, and for each
        system `…_PROXY` and `…_HEADERS`, and `ALERTS_SECRETS`, from `environ` or the environment of this process.

        Each may be a variable, or a file: named by the variable with `_FILE` behind its name, or called like the
        variable, in small or capital letters, in the folder that `SECRETS_FOLDER` names (`/run/secrets`). A line
        end at the end of a file is none of the secret's. What is not set is missed only by who needs it. Raises
        `ConfigurationError` for a secret that is set twice and a named file that cannot be read.
        """
        return cls.model_validate({name: text for name, (text, _) in found_secrets(environ).items()})


def found_secrets(environ: Mapping[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """Each secret that is set, by the name of its field: its text, and where it comes from."""
    source = os.environ if environ is None else environ
    folder = Path(source.get(FOLDER) or DEFAULT_FOLDER)
    read = {name: _found(name.upper(), source, folder) for name in Secrets.model_fields}
    return {name: told for name, told in read.items() if told is not None}


def secret_named(name: str, environ: Mapping[str, str] | None = None) -> str:
    """The secret of a variable that somebody names, or of its file: found as those of `Secrets` are.

    Raises `ConfigurationError` where it is not set, is set twice, or its file cannot be read.
    """
    source = os.environ if environ is None else environ
    told = _found(name, source, Path(source.get(FOLDER) or DEFAULT_FOLDER))
    if told is None:
        raise ConfigurationError("not set", record="environment", field=name)
    return told[0]


def _found(name: str, source: Mapping[str, str], folder: Path) -> tuple[str, str] | None:
    named = f"{name}_FILE"
    if source.get(name) and source.get(named):
        raise ConfigurationError(f"{name} and {named} are both set: keep one", record="environment", field=name)
    if text := source.get(name):
        return text, f"environment: {name}"
    if path := source.get(named):
        return _read(Path(path), named), f"file of {named}"
    kept = next(filter(_is_there, (folder / name.lower(), folder / name)), None)
    return None if kept is None else (_read(kept, name), f"file {kept}")


def _is_there(path: Path) -> bool:
    """A folder that is not ours to look into has nothing for us."""
    try:
        return path.is_file()
    except OSError:
        return False


def _read(path: Path, name: str) -> str:
    try:
        text = path.read_text("utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        what = f"the file cannot be read ({getattr(error, 'strerror', 'it is not UTF-8')})"
        raise ConfigurationError(what, record="environment", field=name) from None
    if not text.strip():
        raise ConfigurationError("the file is empty", record="environment", field=name)
    return text
