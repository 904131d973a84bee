"""Seals words at rest: AES-256-GCM under keys derived from one master key, and a key of its own for every incident."""

import base64
import binascii
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import BrokenSeal, ChaperoneError
from bot.ports import Transaction
from bot.records.journal import Entry

_FIRST = "journal:key:known"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class BadKey(ChaperoneError):
    """The master key cannot be used. It is 32 bytes in base64: `chaperone doctor` says where it is looked for."""


class MasterKeys:
    """Implements `bot.ports.Keys`. Sealed texts are nonce and ciphertext; the purpose is authenticated with them."""

    def __init__(self, master: bytes) -> None:
        """`master` is 32 random bytes. Whoever has it and the database can read what is sealed."""
        if len(master) != _KEY_BYTES:
            raise BadKey(f"The master key has {len(master)} bytes and needs {_KEY_BYTES}, written in base64.")
        self._cipher = cache(lambda purpose: AESGCM(_derived(master, purpose)))
        self.fingerprint = _derived(master, "fingerprint").hex()[:16]
        """Tells this key from another, and nothing about it."""

    def seal(self, words: bytes, *, purpose: str) -> bytes:
        return _sealed(self._cipher(purpose), words, purpose)

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        return _opened(self._cipher(purpose), sealed, purpose)

    def new_key(self) -> bytes:
        return self.seal(secrets.token_bytes(_KEY_BYTES), purpose="incident-key")

    def seal_with(self, wrapped_key: bytes, words: bytes) -> bytes:
        return _sealed(self._incident_cipher(wrapped_key), words, "evidence")

    def open_with(self, wrapped_key: bytes, sealed: bytes) -> bytes:
        return _opened(self._incident_cipher(wrapped_key), sealed, "evidence")

    def _incident_cipher(self, wrapped_key: bytes) -> AESGCM:
        return AESGCM(self.open(wrapped_key, purpose="incident-key"))


def know_key(tx: Transaction, keys: MasterKeys) -> None:
    """The journal's first row says which key the words in this database are sealed under; an empty journal begins with
    it. Raises BadKey where it was another one."""
    first = next(iter(tx.journal.rows()), None)
    if first is None:
        facts = {"fingerprint": keys.fingerprint}
        tx.journal.append(Entry(at=tx.now, name=_FIRST, subject="chaperone", actor="", facts=facts))
    elif first.entry.name == _FIRST and first.entry.facts.get("fingerprint") != keys.fingerprint:
        raise BadKey(
            "This is another master key than the one that the database was made with. Put that one back, as "
            "CHAPERONE_KEY or in the state folder."
        )


def master_key(given: str | None, file: Path) -> bytes:
    """The master key: the one given in base64, else the one in `file`, which is made (readable by its owner alone)
    where there is none. Raises BadKey."""
    if given:
        return _decoded(given, "CHAPERONE_KEY")
    try:
        return _decoded(_kept_in(file), str(file))
    except OSError as error:
        raise BadKey(
            f"The master key cannot be kept in {file}: {error.strerror}. Let the account that runs Chaperone read and "
            "write there, or set CHAPERONE_KEY."
        ) from error


def _kept_in(file: Path) -> str:
    """What is in the file, which is made where there is none."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it just now
            return _kept_in(file)
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
    return file.read_text(encoding="ascii", errors="replace")


def _decoded(text: str, where: str) -> bytes:
    try:
        master = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        master = b""
    if len(master) != _KEY_BYTES:
        raise BadKey(
            f"{where} does not hold {_KEY_BYTES} bytes in base64. Put the key back that this database was made with."
        )
    return master


def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"chaperone/{purpose}".encode()).derive(master)


def _sealed(cipher: AESGCM, words: bytes, purpose: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, words, purpose.encode())


def _opened(cipher: AESGCM, sealed: bytes, purpose: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal(BrokenSeal.__doc__) from error
