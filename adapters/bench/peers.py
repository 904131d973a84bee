"""Other libraries for part of the same work, for a comparison in one run. None is needed: one that is not installed is
reported as missing."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

Says = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Peer:
    """A library as it is meant to be used. `respect` says whether a text is rude, `contact` whether it holds a phone
    number or e-mail address; None where the library has no opinion. `run` is all that it does with one text."""

    name: str
    run: Callable[[str], object]
    respect: Says | None = None
    contact: Says | None = None


def installed() -> tuple[Sequence[Peer], Sequence[str]]:
    """The libraries that are there, loaded, and the names of those that are not."""
    found, missing = [], []
    for name, load in _LOADERS.items():
        try:
            # Some warn about their own insides, on every call.
            with warnings.catch_warnings(action="ignore"):
                found.append(load(f"{name} {metadata.version(name)}"))
        except ImportError:
            missing.append(name)
    return found, missing


def _presidio(name: str) -> Peer:
    """The general and American pattern recognizers, called directly: the engine around them needs a language model from
    elsewhere. The suffix list that comes with tldextract is used; else it fetches one from the network. Numbers need
    only be possible ones (leniency 0): those reserved for made-up examples are nobody's, so none of them is valid."""
    tldextract = import_module("tldextract")
    inside: Any = import_module("tldextract.tldextract")
    inside.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())
    known = import_module("presidio_analyzer.predefined_recognizers")
    patterns: list[Any] = [known.PhoneRecognizer(leniency=0), *(getattr(known, each)() for each in _RECOGNIZERS)]
    contact = [each for each in patterns if set(each.supported_entities) & {"EMAIL_ADDRESS", "PHONE_NUMBER"}]

    def holds(recognizers: list[Any], text: str) -> bool:
        found = [each.analyze(text, each.supported_entities, None) for each in recognizers]
        return any(found)

    return Peer(name, lambda text: holds(patterns, text), contact=lambda text: holds(contact, text))


def _better_profanity(name: str) -> Peer:
    profanity: Any = import_module("better_profanity").profanity
    profanity.load_censor_words()
    says: Says = profanity.contains_profanity
    return Peer(name, says, respect=says)


def _alt_profanity_check(name: str) -> Peer:
    predict: Any = import_module("profanity_check").predict

    def says(text: str) -> bool:
        with warnings.catch_warnings(action="ignore"):
            return bool(predict([text])[0])

    return Peer(name, says, respect=says)


def _glin(name: str) -> Peer:
    glin = import_module("glin_profanity")
    checking: Any = glin.Filter({"languages": ["english", "spanish"]})
    says: Says = checking.is_profane
    return Peer(name, says, respect=says)


_RECOGNIZERS = (
    "CreditCardRecognizer",
    "CryptoRecognizer",
    "DateRecognizer",
    "EmailRecognizer",
    "IbanRecognizer",
    "IpRecognizer",
    "MedicalLicenseRecognizer",
    "UrlRecognizer",
    "UsBankRecognizer",
    "UsItinRecognizer",
    "UsLicenseRecognizer",
    "UsPassportRecognizer",
    "UsSsnRecognizer",
)
_LOADERS: dict[str, Callable[[str], Peer]] = {
    "presidio-analyzer": _presidio,
    "better-profanity": _better_profanity,
    "alt-profanity-check": _alt_profanity_check,
    "glin-profanity": _glin,
}
