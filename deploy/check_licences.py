"""Fails when a locked package has a licence that is not agreed to: python deploy/check_licences.py LOCK..."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

# Permissive licences, and MPL-2.0: its terms stay within its own files, which we pass on unchanged.
# LGPL and GPL are not here: a district may be given one container image, and nothing we need asks for them.
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}

# Older packages say it in words of their own. "BSD" alone is one of the permissive ones, whichever it is.
WORDS = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}


def main(locks: list[str]) -> int:
    names = sorted({name for lock in locks for name in locked_names(Path(lock))})
    licences = {name: licence_of(name) for name in names}
    refused = {name: licence for name, licence in licences.items() if licence is not None and not is_allowed(licence)}
    for name, licence in refused.items():
        print(f"{name}: {licence or 'no licence named'}")
    if refused:
        print("These licences are not agreed to. Choose another package, or add the licence with its reason here.")
        return 1
    installed = [licence for licence in licences.values() if licence is not None]
    if not installed:
        print("None of the locked packages is installed, so nothing was checked. Run: make dev")
        return 1
    print(f"Licences: {len(installed)} packages, all agreed to ({', '.join(sorted(set(installed)))})")
    return 0


def locked_names(lock: Path) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)


def licence_of(name: str) -> str | None:
    """The package's licence as an SPDX expression; empty where it names none, None where it is not for this machine."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    return " AND ".join(dict.fromkeys(WORDS.get(said.lower(), said) for said in said_by(found)))


def said_by(found: Distribution) -> list[str]:
    expressions = found.metadata.get_all("License-Expression", [])
    if expressions:
        return expressions
    classifiers = [
        line.rsplit(" :: ", 1)[-1]
        for line in found.metadata.get_all("Classifier", [])
        if line.startswith("License :: OSI Approved :: ")
    ]
    # Some packages put the whole text of the licence into this field; its first line names it.
    return classifiers or "".join(found.metadata.get_all("License", [])).strip().splitlines()[:1]


def is_allowed(expression: str) -> bool:
    """Of licences joined by OR one must be allowed, of those joined by AND each."""
    parts = re.split(r" AND ", expression.replace("(", "").replace(")", ""))
    return all(any(choice.strip() in ALLOWED for choice in part.split(" OR ")) for part in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
