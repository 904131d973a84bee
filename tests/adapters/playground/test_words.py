"""Everything that the page itself says is there in both languages."""

import json
import re
from pathlib import Path

from adapters.playground.app import PAGE

SCRIPTS = PAGE / "script"
ENTRY = re.compile(r'^  (\w+): \[("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")\],$', re.MULTILINE)


def words() -> dict[str, tuple[str, str]]:
    found = ENTRY.findall((SCRIPTS / "words.js").read_text(encoding="utf-8"))
    return {key: (json.loads(en), json.loads(es)) for key, en, es in found}


def test_both_languages_take_the_same_values() -> None:
    found = words()

    assert len(found) > 100
    for key, (en, es) in found.items():
        assert en.strip(), key
        assert es.strip(), key
        assert set(re.findall(r"{\w+}", en)) == set(re.findall(r"{\w+}", es)), key


def test_every_phrase_that_a_script_asks_for_is_there_and_every_phrase_is_asked_for() -> None:
    code = "\n".join(_code(path) for path in sorted(SCRIPTS.glob("*.js")))
    asked = set(re.findall(r'\bt\("(\w+)"', code)) | set(re.findall(r'speak\("\w+"\)\("(\w+)"', code))
    named = set(re.findall(r'"(\w+)"', code))
    built = {"role_", "tone_", "look_"}

    known = set(words())

    assert asked <= known
    assert {key for key in known - named if not any(key.startswith(start) for start in built)} == set()


def _code(path: Path) -> str:
    return "" if path.name == "words.js" else path.read_text(encoding="utf-8")
