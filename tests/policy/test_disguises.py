"""Twenty ways to hide what a rule catches: in each of them, most is still caught, by the rules alone."""

import pytest

from adapters.bench.disguised import Share, caught_seeds, shares
from adapters.bench.obfuscations import FAMILIES
from policy import judge, load_pack
from policy.message import Message, Role, Said
from policy.pack import Pack
from tests.policy.building import a_context, only_finding

LEAST = 0.9
"""A little below what `make bench` shows, so that a new rule with odd examples does not fail here."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("crec", check_cases=False)


@pytest.fixture(scope="module")
def caught(pack: Pack) -> dict[str, Share]:
    """Every third seed, both languages together."""
    results: dict[str, Share] = {}
    for (family, _), share in shares(caught_seeds(pack)[::3], pack).items():
        before = results.get(family, Share(0, ()))
        results[family] = Share(before.caught + share.caught, before.missed + share.missed)
    return results


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_caught_is_still_caught_in_disguise(caught: dict[str, Share], family: str) -> None:
    share = caught[family]

    assert share.all > 0
    assert share.caught >= LEAST * share.all, share.missed


@pytest.mark.parametrize(
    "text",
    [
        "Anderson and Marisol are on bus two, Esteban drives",
        "the bookmarks are in the therapist's office",
        "we scored forty two points, what a game",
        "versículo, cálculo, vehículo: spelling on Friday",
        "Nguyen, Okonkwo and Szczepanski row tomorrow",
        "gym is moot, bring the featureset list",
        "Fagerstromberg and Vandykehoven row against Dickinsonville",
        "We play Cockburnville and Dickshire on Saturday.",
        "Mr. Kikendall drives the Scunthorpe, Penistone and Gaylordsville families after practice.",
    ],
)
def test_unusual_names_and_words_hide_nothing(pack: Pack, text: str) -> None:
    assert judge(Message(text, Role.STUDENT), a_context(), pack).findings == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("we should hangall these women", "respect"),
        ("typical whorebehavior", "respect"),
        ("typical fagbehaviour", "respect"),
        ("tengo puro despreico por los gitanos", "respect"),
        ("nothing but hatrd for those refugees", "respect"),
        ("a todos los haitianos habría que ejectuarlos", "respect"),
        ("te boy a partir la kara", "respect"),
        ("los musulmanes deberaín estar en una jaula", "respect"),
        ("pásennme el examen de mañana", "illicit"),
        ("la jefa está passando por la gasolinera de la salida 12 con el equipo", "student_location"),
        ("Fotoshop with a crack, runs on anything", "copyright"),
        ("his combo is nine - twenty four - three", "confidential"),
        ("boten el martes por mi kandidato", "political"),
        ("la familia Okpara: biben en el karro desde agosto", "confidential"),
    ],
)
def test_words_by_ear_and_run_together_count_beside_others(pack: Pack, text: str, rule: str) -> None:
    assert rule in {finding.rule for finding in judge(Message(text, Role.STUDENT), a_context(), pack).findings}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("cállate,metiche", "respect"),
        ("lospelotudosdelequipovecinosonunostarados", "respect"),
        ("ihopeyoucry,nobodyherelikesyou", "respect"),
        ("búsquenmeeninsta,soypintora_de_gatos", "personal_link"),
        ("photoshopwithacrack,runsonanything", "copyright"),
        ("partyatmine,ninetwoAlderStreet,comeby", "confidential"),
    ],
)
def test_sentences_without_blanks_are_read_with_the_signs_between_them(pack: Pack, text: str, rule: str) -> None:
    assert rule in {finding.rule for finding in judge(Message(text, Role.STUDENT), a_context(), pack).findings}


@pytest.mark.parametrize(
    "text",
    [
        "see lunchmenu-spring,allergenlist and busroutes.pdf",
        "Wednesday/Thursday,whoevercancome",
        "gracias,nosvemosmañana,quedescansen",
        "the mail-in-rebate form,signed&dated",
    ],
)
def test_ordinary_sentences_without_blanks_hide_nothing(pack: Pack, text: str) -> None:
    assert judge(Message(text, Role.STUDENT), a_context(), pack).findings == ()


@pytest.mark.parametrize("text", ["boten la basura antes de salir, chicos", "bucked off twice by the same pony"])
def test_an_ordinary_word_that_sounds_like_another_is_left_alone(pack: Pack, text: str) -> None:
    assert judge(Message(text, Role.STUDENT), a_context(), pack).findings == ()


def test_the_reason_says_what_was_read_and_not_other_words_of_the_same_piece(pack: Pack) -> None:
    finding = only_finding(pack, "gotthefullmovieoffatorrent")

    assert "“gotthefullmovieoffatorrent” (read as “torrent”)" in finding.reason.en


def test_a_sentence_cut_in_two_is_found_in_the_second_message(pack: Pack) -> None:
    whole = judge(Message("nobody here likes you at all", Role.STUDENT), a_context(), pack)
    before = [Said(Role.STUDENT, "nobody here likes")]

    verdict = judge(Message("you at all", Role.STUDENT), a_context(before=before), pack)

    assert "respect" in {finding.rule for finding in whole.findings}
    (finding,) = (finding for finding in verdict.findings if finding.rule == "respect")
    assert "Together with the message before" in finding.reason.en
    assert "you at all"[finding.start : finding.end] == finding.excerpt != ""


def test_somebody_elses_words_are_not_joined(pack: Pack) -> None:
    before = [Said(Role.OWNER, "nobody here likes")]

    assert judge(Message("you", Role.STUDENT), a_context(before=before), pack).findings == ()
