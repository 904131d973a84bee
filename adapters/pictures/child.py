"""The process that looks at pictures: python -m adapters.pictures.child LIMITS [MODULE:FUNCTION]. It gets a file at a
time on its standard input, and has no secrets to lose."""

import json
import os
import sys
from typing import BinaryIO

from adapters.pictures.limits import Limits, allow_time, confine
from adapters.pictures.looking import Eyes
from adapters.pictures.sensor import sensor_named
from adapters.pictures.wire import LENGTH, READY, framed, packed

NICENESS = 10
"""Messages are judged before pictures are looked at where there is not time for both at once."""


def main(limits_json: str, sensor_name: str = "") -> None:
    limits = Limits(**json.loads(limits_json))
    os.nice(NICENESS)
    source, answers = sys.stdin.buffer, _private_output()
    eyes = Eyes(limits, sensor_named(sensor_name) if sensor_name else None)
    confine(limits)
    _say(answers, READY)
    while head := source.read(LENGTH.size):
        content = source.read(LENGTH.unpack(head)[0])
        allow_time(limits)
        _say(answers, packed(eyes.look(content)))


def _private_output() -> BinaryIO:
    """Standard output for our answers alone: what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _say(answers: BinaryIO, content: bytes) -> None:
    answers.write(framed(content))
    answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
