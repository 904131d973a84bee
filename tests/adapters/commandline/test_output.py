"""What `chaperone` prints can be read whatever language the machine is set to."""

import json
import os
import subprocess
import sys

PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_a_pipe_is_handed_utf_8_where_the_machine_knows_ascii_only() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "adapters.cli", "judge", "you idiot, you", "--rules-only", "--format", "jsonl"],
        env=os.environ | PLAIN,
        capture_output=True,
        check=False,
    )

    assert (told.returncode, told.stderr) == (0, b"")
    [finding] = json.loads(told.stdout.decode("utf-8"))["findings"]
    assert "“you idiot”" in finding["reason"]
