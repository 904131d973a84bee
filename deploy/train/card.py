"""Writes the model card from the measured figures."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from distilling import SLIM
from encoder_training import LAST_WRITTEN

from policy.model.layout import MOST_OWN

Figures = Mapping[str, Any]

_HEAD = """# Model card: the trained model behind the rules

Written by `make train`; every figure below was measured by it with the files that the package carries.

**What it is.** Two parts, weighed together for each rule. A *small model*: logistic regression over words, pairs of
words and runs of letters, in plain Python. An *encoder*: all-MiniLM-L6-v2 (Apache-2.0), fine-tuned with a head for
fourteen rules, then slimmed: from six layers to {layers}, from 1,536 cells in a layer to {inner:,}, from twelve heads
to {heads} (the slim one is taught what the whole one says); int8, onnxruntime, one thread. Both read the message in its
plain view (look-alike letters, leetspeak and spacing undone, emoji by name), who wrote it, the kind and name of the
channel, and the last messages before it. The rules run first, the model adds; where it strongly disagrees with a rule
that is not urgent, the finding is excused and stays visible as such; where it does not firmly agree, `high` becomes
`normal`. The encoder is not asked where no rule found anything and the small model sees nothing. Without numpy or
onnxruntime the small model goes on alone.

**What it is for.** Pointing a person at a message that no set phrase shows. Its findings name the words that moved it
and the two nearest made-up examples. Where fewer than nine of ten held-out messages
at that score were right, `urgent` becomes `high` and `high` becomes `normal`.

**What it must not be used for.** Deciding anything about a person; discipline; ranking or profiling members; text from
outside the channels that it was made for; languages other than English and Spanish; proving that a message is harmless;
acting without a person.

**Data.** `policy/model/corpus/`: messages written for this project to its labelling guideline. They were written, not
collected, so real chat will differ. {rows} rows taught; {held_out} rows, whole blocks of twenty so that twins stay
together, were held out for weighing and thresholds. A share of the messages is roughened each time (leet, spacing,
splits, swapped or dropped letters, lost accents, capitals); the rows of the rarest rule and of the files {last_written}
(written to what the others left out) count twice; six of ten clean rows are drawn in each epoch. Training has stages:
upper layers first, then all, then the slim encoder. The shipped encoder was trained for: {steps}.
"""

_DEVELOPMENT = """## Development set
Hard messages that nothing was trained or weighed on. Its scores, never its rows, were looked at when the caution, the
lowest thresholds and the point of doubt were chosen, as were those of the ordinary chat below.
"""


def write_card(path: Path, figures: Figures) -> None:
    """The whole card, in place of the one before."""
    last = ", ".join(f"`{letter}*`" for letter in LAST_WRITTEN)
    parts = [_HEAD.format(**figures["recipe"], **asdict(SLIM), last_written=last)]
    parts.append("## Held-out rows\nThresholds were chosen on these same rows, so these figures flatter.\n")
    parts += [_set(name, own) for name, own in figures["held_out"].items()]
    if figures.get("held_out_crossed"):
        parts.append("With weights and thresholds from the other half of the held-out blocks:\n")
        parts.append(_set("rules and whole model, crossed", figures["held_out_crossed"]))
    if figures["labelled"]:
        parts.append(_DEVELOPMENT)
        parts += [_set(name, own) for name, own in figures["labelled"].items()]
    whole = figures["labelled"] or figures["held_out"]
    parts.append(_details(whole["rules and whole model"]))
    parts.append(_alarms(figures))
    parts += _curves(figures)
    parts.append(_misses(whole["rules and whole model"]))
    path.write_text("\n".join(part.rstrip() + "\n" for part in parts), encoding="utf-8")


def _set(name: str, own: Figures) -> str:
    precision, recall, together = own["micro"]
    return (
        f"- {name}: micro-F1 **{together:.3f}** (precision {precision:.3f}, recall {recall:.3f}), "
        f"macro-F1 **{own['macro']:.3f}**, clean messages flagged {own['clean_flagged']:.1%}, {own['rows']} rows"
    )


def _details(own: Figures) -> str:
    rules = _table(("rule", "precision", "recall", "F1"), ((n, *_three(v)) for n, v in own["rules"].items()))
    parts = [f"### By rule (rules and whole model)\n\n{rules}"]
    for key, title in (("lang", "language"), ("author", "author"), ("tag", "tag")):
        rows = ((name, str(value[0]), *_three(value[1:])) for name, value in own[key].items())
        parts.append(f"### By {title}\n\n{_table((title, 'rows', 'precision', 'recall', 'F1'), rows)}")
    return "\n\n".join(parts)


def _alarms(figures: Figures) -> str:
    parts = ["## False alarms"]
    for name, (lines, without, every, _) in figures["chat"].items():
        parts.append(
            f"- Ordinary chat between strangers, {name}: {without:.1f} findings in 1,000 lines other than `respect`, "
            f"{every:.1f} with it ({lines} lines)"
        )
    for file, cases in figures["hatecheck"].items():
        rows = ((name, str(count), f"{any_:.0%}", f"{high:.0%}") for name, (count, any_, high) in cases.items())
        title = (
            f"### {file}: share flagged `respect`, and at high or urgent (functions that end in `_nh` should not be)"
        )
        parts.append(f"\n{title}\n\n{_table(('function', 'cases', 'flagged', 'high'), rows)}")
        parts.append(_innocent(cases))
    names = figures["names"]
    rows = ((group, *(f"{names[judge][group][1]:.0%}" for judge in names)) for group in next(iter(names.values())))
    parts.append(
        f"\n### Harmless messages flagged, by whose names and way of speaking\n\n{_table(('group', *names), rows)}"
    )
    return "\n".join(parts)


def _innocent(cases: Mapping[str, tuple[int, float, float]]) -> str:
    """Counter-speech, reclaimed words and neutral talk of groups together."""
    own = [case for name, case in cases.items() if name.endswith("_nh") and not name.startswith("profanity")]
    count = sum(number for number, _, _ in own)
    flagged, high = (sum(case[0] * case[column] for case in own) / count for column in (1, 2))
    return f"\nAll that should not be flagged (profanity aside) together: {flagged:.1%} flagged, {high:.1%} high."


def _curves(figures: Figures) -> list[str]:
    titles = {
        "curve": "Rules and small model, after a share of the corpus:",
        "encoder_curve": "Rules and whole model, the encoder trained for so many steps as two epochs over all rows:",
    }
    known = {name: title for name, title in titles.items() if figures.get(name)}
    if not known:
        return []
    return [
        "## How much more text helps\nOn the held-out rows, crossed.\n",
        *[f"{title}\n\n{_curve(figures[name])}\n" for name, title in known.items()],
    ]


def _curve(curve: Figures) -> str:
    rows = ((share, str(count), f"{micro:.3f}", f"{macro:.3f}") for share, (count, micro, macro) in curve.items())
    return _table(("share", "rows", "micro-F1", "macro-F1"), rows)


def _misses(own: Figures) -> str:
    weak = [name for name, value in sorted(own["rules"].items(), key=lambda pair: pair[1][2]) if value[2] < 0.75]
    listed = ", ".join(f"`{name}`" for name in weak) or "none"
    return f"""## Known misses
Weakest rules (F1 under 0.75): {listed}. Hints that only people of the school understand, sarcasm, code words that are
newer than the corpus, and what only a picture shows are missed. Of a message longer than {MOST_OWN} pieces of words
(about a hundred words) the encoder reads the beginning and the later part in which the small model sees most (the rules
read all). The encoder was made for English; Spanish goes through pieces of words. Dialects other than those in the
table above were not measured."""


def _three(values: Iterable[float]) -> tuple[str, ...]:
    return tuple(f"{value:.2f}" for value in values)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
