"""Checks rules, lexicon and packs: `python -m policy.loading`, or `python -m policy.loading rule NAME` for one rule."""

import sys
from time import perf_counter

from policy.loading import PackError, load_packs, load_rule


def main(arguments: list[str]) -> int:
    """The exit code: 0 where all is well, 1 with the problems on standard output, 2 for a wrong call."""
    started = perf_counter()
    try:
        if not arguments:
            packs = load_packs()
            rules = {rule.id: rule for pack in packs.values() for rule in pack.rules.values()}
            said = f"{len(packs)} packs, {len(rules)} rules, {sum(len(rule.cases) for rule in rules.values())} cases"
        elif len(arguments) == 2 and arguments[0] == "rule":
            rule = load_rule(arguments[1])
            said = f"{rule.id}: {len(rule.detectors)} detectors, {len(rule.cases)} cases"
        else:
            print(__doc__)  # noqa: T201 - this is what a command is for
            return 2
    except PackError as error:
        print(error)  # noqa: T201
        print(f"{len(error.problems)} problems")  # noqa: T201
        return 1
    print(f"all is well: {said}, {perf_counter() - started:.2f} s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
