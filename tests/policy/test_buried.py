"""What is in disguise is found wherever it stands in a long message, whatever else the message is made of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.fold import fold
from policy.hits import Hits
from policy.pack import Pack
from policy.rewritten import Rewritten, rewritten
from policy.unmask import LONG, pieces
from tests.policy.building import a_context, a_detector, a_pack, a_rule, marked, verdict_on

FILLERS = {
    "plain words": "the bus leaves at four and the band plays on the hill ",
    "parts of the phrase": "banana, we split the pickle jar in the pantry ",
    "full stops": "no. yes. so. it. is. ",
    "emoji": "🍕 🎉 see you ",
    "accents and blanks": "él  sí,  también  irá ",
    "numbers in words": "room forty two, seat eleven ",
}
HIDDEN = ("ban4na sp1it", "b a n a n a s p l i t", "p1ckle in the big jar")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack that looks for `banana split`, and for a pickle, some words, and a jar."""
    terms = "word: [banana split, '(pickle|gherkin) ... (big|small) jar']"
    return a_pack(tmp_path_factory.mktemp("buried"), a_rule(terms=terms, detectors=a_detector("all: [word]")))


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS.keys())
def test_a_disguised_phrase_is_found_at_any_place_of_a_long_message(
    pack: Pack, filler: str, share: float, hidden: str
) -> None:
    before = filler * int(share * 10_000 / len(filler))
    after = filler * int((1 - share) * 10_000 / len(filler))
    text = f"{before} and {hidden} {after}"

    assert len(text) > 2 * LONG
    assert marked(pack, text) == [hidden]


def test_a_name_in_disguise_is_found_behind_thousands_of_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    detectors = a_detector("all: [hello, '@student']")
    named = a_pack(tmp_path_factory.mktemp("named"), a_rule(detectors=detectors))
    text = f"{'we all meet at the gate and the bus leaves at four ' * 300}say hello to zerl1na"

    assert verdict_on(named, text, a_context(students=["Zerlina"])).findings != ()
    assert verdict_on(named, text, a_context(students=["Okparax"])).findings == ()


WORDS = st.sampled_from(
    ["banana", "split", "ban4na", "sp1it", "pickle", "p1ckle", "jar", "big", "in", "the", ",", "x", "forty two"]
)


@settings(max_examples=60, deadline=None)
@given(words=st.lists(WORDS, min_size=2, max_size=60))
def test_what_stands_on_no_disguise_is_all_that_is_left_out(pack: Pack, words: list[str]) -> None:
    text = fold(" ".join(words))
    swept = pack.sweep.scan(text)

    for found in pieces(text, swept.extras, pack.vocabulary):
        view = rewritten(text, found)
        near = pack.sweep.scan(view.text, view.near(pack.sweep.phrases.longest))
        every = pack.sweep.scan(view.text)

        assert _on_pieces(near.hits, view) == _on_pieces(every.hits, view)


def _on_pieces(hits: Hits, view: Rewritten) -> Hits:
    kept = {group: [hit for hit in found if view.back(hit, is_sure=False)] for group, found in hits.items()}
    return {group: found for group, found in kept.items() if found}
