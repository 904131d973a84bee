"""`make train`: from the corpus to the model that the package carries, and its card. Seeded; goes on after a stop."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch
from base import base_files
from calibration import Evidence, crossed, fit, gate_of, gold_of
from card import write_card
from curve import encoder_curve, small_curve
from data import LABELS, Row, read_rows
from distilling import RECIPE, SLIM, distilled
from encoder import Encoder, load_base
from encoder_training import STAGES, Tools, train
from export import export
from measuring import chat_alarms, functions, measured, names_alarm
from ngram_training import train_ngrams
from pacing import Pace
from prepare import read_pieces, words_worth
from quality import write_quality
from shipping import write_examples, write_small, write_weighings

from policy import judge, load_packs
from policy.loading.model import load_encoder, load_model
from policy.model.layout import Laid, lay_out
from policy.model.ngrams import NgramModel
from policy.model.plain_text import Words, model_view
from policy.model.wordpiece import WordPiece
from policy.pack import Pack
from policy.verdict import PackId

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "policy" / "model" / "corpus"
SHIPPED = ROOT / "policy" / "model" / "data"
CARD = ROOT / "docs" / "model-card.md"
AnyPace = TypeVar("AnyPace", bound=Pace)


def main() -> None:
    asked = _arguments()
    torch.set_num_threads(asked.threads)
    work: Path = asked.work
    rows = read_rows(*sorted(CORPUS.glob("*.jsonl")))
    taught, held = [row for row in rows if not row.is_held_out], [row for row in rows if row.is_held_out]
    if not asked.only_measure:
        _train(taught, asked.minutes, work)
        _calibrate(taught, held, work)
    pack = load_packs(check_cases=False)[PackId("crec")]
    figures = _figures(pack, held, asked)
    figures["recipe"] = {"rows": len(taught), "held_out": len(held), "steps": _steps(work)}
    figures |= _earlier_curves(work) if asked.only_measure else _curves(taught, held, asked)
    (work / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    write_card(CARD, figures)
    whole = pack.with_model(load_model())
    write_quality(whole.version, figures["held_out"]["rules and whole model"], held)  # type: ignore[index]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make train", description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "train", help="where unfinished training is kept")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0, help="end each stage after so long instead of by epochs")
    parser.add_argument("--curve-epochs", type=int, default=0, help="also train the encoder on shares of the corpus")
    parser.add_argument("--only-measure", action="store_true", help="measure the shipped model and write its card")
    parser.add_argument("--labelled", type=Path, nargs="*", default=[], help="labelled messages to measure with")
    parser.add_argument("--chat", type=Path, help="ordinary chat lines to count false alarms in")
    parser.add_argument("--hatecheck", type=Path, nargs="*", default=[], help="HateCheck files to measure with")
    return parser.parse_args()


def _timed(pace: AnyPace, minutes: float) -> AnyPace:
    """By the clock, where minutes are given."""
    return replace(pace, minutes=minutes, epochs=99) if minutes else pace


def _train(taught: list[Row], minutes: float, work: Path) -> None:
    weights, vocabulary = base_files(work)
    words = words_worth(vocabulary, taught)
    tools = Tools(read_pieces(vocabulary), frozenset(words))
    small = work / "small.pt"
    if not small.exists():
        torch.save(train_ngrams(taught, tools.words), small)
    table, _, _ = torch.load(small)
    write_small(SHIPPED, table, words, vocabulary)
    whole = Encoder(words=30522, labels=len(LABELS))
    load_base(whole, str(weights))
    for number, stage in enumerate(STAGES):
        finished = work / f"stage{number}.pt"
        if not finished.exists():
            train(whole, taught, _timed(stage, minutes), tools, work / f"state{number}.pt")
            torch.save(whole.state_dict(), finished)
        whole.load_state_dict(torch.load(finished))
    slim = work / "slim.pt"
    if not slim.exists():
        student = distilled(whole, taught, _timed(RECIPE, minutes), tools, work / "slim-state.pt")
        torch.save(student.state_dict(), slim)
    shipped = Encoder(words=30522, labels=len(LABELS), shape=SLIM)
    shipped.load_state_dict(torch.load(slim))
    export(shipped.eval(), SHIPPED / "encoder.onnx")


def _calibrate(taught: list[Row], held: list[Row], work: Path) -> None:
    """On the held-out rows, with the files as they are shipped."""
    vocabulary = SHIPPED / "vocab.txt"
    pieces = read_pieces(vocabulary)
    words = frozenset((SHIPPED / "words.txt").read_text(encoding="utf-8").split())
    table, offsets, scale = torch.load(work / "small.pt")
    (SHIPPED / "examples.json").write_text("[]", encoding="utf-8")
    (SHIPPED / "examples.bin").write_bytes(b"")
    write_examples(SHIPPED, taught, load_encoder(SHIPPED, pieces.end), pieces, words)
    large, model = load_encoder(SHIPPED, pieces.end), NgramModel(table, offsets, scale)
    rules = load_packs(check_cases=False)[PackId("crec")]
    evidence = Evidence(
        encoder=torch.tensor([large.see(_laid(r, model, pieces, words)).logits for r in held]),
        small=torch.tensor([model.logits(model_view(r.message.text, words), r.message, r.context) for r in held]),
        rules=_fired(rules, held),
        gold=gold_of(held),
    )
    torch.save(evidence, work / "evidence.pt")
    without = Evidence(None, evidence.small, evidence.rules, evidence.gold)
    whole, alone = fit(evidence), fit(without)
    write_weighings(SHIPPED, whole, alone, gate_of(whole, alone, evidence), offsets, scale)


def _laid(row: Row, small: NgramModel, pieces: WordPiece, words: Words) -> Laid:
    """As the judge lays it out."""
    return lay_out(
        row.message, row.context, pieces, words, lambda part: max(small.logits(part, row.message, row.context))
    )


def _fired(pack: Pack, rows: list[Row]) -> torch.Tensor:
    verdicts = [judge(row.message, row.context, pack).findings for row in rows]
    scores = [{str(finding.rule): finding.score for finding in findings} for findings in verdicts]
    return torch.tensor([[found.get(label, 0.0) for label in LABELS] for found in scores])


def _figures(pack: Pack, held: list[Row], asked: argparse.Namespace) -> dict[str, object]:
    judges = {
        "rules": pack,
        "rules and small model": pack.with_model(load_model(with_encoder=False)),
        "rules and whole model": pack.with_model(load_model()),
    }
    whole = judges["rules and whole model"]
    labelled = read_rows(*asked.labelled)
    return {
        "held_out": {name: measured(each, held) for name, each in judges.items()},
        "held_out_crossed": _held_out_crossed(asked.work / "evidence.pt", held),
        "labelled": {name: measured(each, labelled) for name, each in judges.items()} if labelled else {},
        "chat": {name: chat_alarms(each, asked.chat) for name, each in judges.items()} if asked.chat else {},
        "hatecheck": {path.name: functions(whole, path) for path in asked.hatecheck},
        "names": {name: names_alarm(each) for name, each in judges.items()},
    }


def _held_out_crossed(evidence: Path, held: list[Row]) -> dict[str, object] | None:
    return crossed(torch.load(evidence, weights_only=False), held) if evidence.exists() else None


def _curves(taught: list[Row], held: list[Row], asked: argparse.Namespace) -> dict[str, object]:
    """How much more text helps the small model and, where it is asked for, the encoder."""
    work: Path = asked.work
    words = frozenset((SHIPPED / "words.txt").read_text(encoding="utf-8").split())
    evidence: Evidence = torch.load(work / "evidence.pt", weights_only=False)
    curves: dict[str, object] = {"curve": small_curve(taught, held, words, evidence)}
    if asked.curve_epochs:
        weights, vocabulary = base_files(work)
        tools = Tools(read_pieces(vocabulary), words)
        curves["encoder_curve"] = encoder_curve(taught, held, tools, evidence, asked.curve_epochs, weights, work)
    return curves


def _earlier_curves(work: Path) -> dict[str, object]:
    """The curves of the last training: measuring anew changes nothing about them."""
    earlier = work / "figures.json"
    figures = json.loads(earlier.read_text(encoding="utf-8")) if earlier.exists() else {}
    return {name: figures[name] for name in ("curve", "encoder_curve") if name in figures}


def _steps(work: Path) -> str:
    note = work / "steps.txt"
    return note.read_text(encoding="utf-8").strip() if note.exists() else "all epochs of the recipe"


main()
