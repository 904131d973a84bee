"""Fails when a locked package has a known hole: python deploy/check_holes.py LOCK...

A machine that cannot ask the advisory service is told so and does not fail for that: what was not audited is never
called clean.
"""

import json
import subprocess
import sys

COMMAND = [
    sys.executable,
    "-m",
    "pip_audit",
    "--require-hashes",
    "--disable-pip",
    "--format=json",
    "--progress-spinner=off",
]


def main(locks: list[str]) -> int:
    return max(audit(lock) for lock in locks)


def audit(lock: str) -> int:
    try:
        done = subprocess.run(
            [*COMMAND, "--requirement", lock], capture_output=True, text=True, timeout=180, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{lock}: NOT AUDITED, the advisory service did not answer in 3 minutes.")
        return 0
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return not_audited(lock, done.stderr)
    return report(lock, packages)


def not_audited(lock: str, stderr: str) -> int:
    """Only a failed connection is forgiven; any other failure of the audit is a failure of the check."""
    is_offline = any(word in stderr for word in ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ServiceError"))
    last_line = (stderr.strip().splitlines() or ["no output"])[-1]
    print(f"{lock}: NOT AUDITED, {'the advisory service cannot be reached' if is_offline else last_line[:300]}.")
    return 0 if is_offline else 1


def report(lock: str, packages: list[dict[str, object]]) -> int:
    audited = [package for package in packages if "vulns" in package]
    skipped = [str(package["name"]) for package in packages if "vulns" not in package]
    holes = [(package, hole) for package in audited for hole in package["vulns"]]  # type: ignore[attr-defined]  # JSON
    for package, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{lock}: {package['name']} {package['version']} has the hole {hole['id']}, mended in {mended}")
    if skipped:
        print(
            f"{lock}: NOT AUDITED, the index in use gives no advisories for {len(skipped)} of {len(packages)} packages."
        )
    if audited:
        print(f"{lock}: {len(audited)} packages audited, {len(holes)} known holes")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
