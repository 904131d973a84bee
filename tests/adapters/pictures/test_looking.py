"""What is seen in a file: faces counted, text read with its place, animations and videos as well as pictures."""

import random

import pytest
from PIL import Image, ImageDraw, ImageFont

from adapters.bench.flyers import drawn
from adapters.bench.portraits import crowd, faceless, portrait
from adapters.pictures.limits import Limits
from adapters.pictures.looking import Eyes
from bot.ports.pictures import Seen, Unseen
from policy import judge
from policy.message import ChannelKind, Context, Message, Role
from tests.adapters.pictures.files import a_picture, deep_gif, exif_with, faces, film_of, gif_of, png_of, saved
from tests.district import CREC, shipped

FLYERS = (
    "Buy two candles, get one free! Order at example.org/shop",
    "Venta de velas: compra dos y llévate una gratis en example.org",
    "Text me at 203-555-0134, don't tell your parents",
    "Mañana no hay práctica. Nos vemos el jueves a las 4.",
    "Band concert on Friday, 7 pm, in the auditorium",
)


def rules_of(text: str) -> set[str]:
    verdict = judge(Message(text, Role.STUDENT), Context(ChannelKind.CLUB), shipped()[CREC])
    return {finding.rule for finding in verdict.alerting}


@pytest.mark.parametrize("count", [0, 1, 3, 6])
def test_faces_are_counted(eyes: Eyes, count: int) -> None:
    seen = eyes.look(portrait(count, random.Random(count)).content)

    assert len(seen.faces) == count
    assert all(0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1 for box in seen.faces)


def test_most_of_a_crowd_of_fifty_are_counted(eyes: Eyes) -> None:
    seen = eyes.look(crowd(10, 5, random.Random(1)).content)

    assert 40 <= len(seen.faces) <= 50


def test_balls_and_boxes_are_no_faces(eyes: Eyes) -> None:
    assert [eyes.look(faceless(random.Random(seed)).content).faces for seed in range(2)] == [()] * 2


def test_a_face_lies_where_it_was_drawn(eyes: Eyes) -> None:
    picture = Image.new("RGB", (1200, 600), "#667788")
    picture.paste(faces(1, (600, 600)), (600, 0))

    (box,) = eyes.look(saved(picture, "PNG")).faces

    assert 0.6 < box.left < 0.75 < box.right < 0.9
    assert 0.2 < box.top < 0.5 < box.bottom < 0.8


def test_a_picture_that_lies_on_its_side_is_set_upright_first(eyes: Eyes) -> None:
    turned = faces(2).transpose(Image.Transpose.ROTATE_90)

    assert len(eyes.look(saved(turned, "JPEG", exif=exif_with(orientation=6))).faces) == 2


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "LA", "CMYK", "I;16"])
def test_text_is_read_in_every_kind_of_pixels(eyes: Eyes, mode: str) -> None:
    plain = Image.new("L", (640, 200), 255)
    ImageDraw.Draw(plain).text((30, 60), "Field trip on Friday", font=ImageFont.load_default(48), fill=0)
    if mode == "I;16":
        picture = plain.convert("I").point(lambda value: value * 257).convert("I;16")
    elif mode in ("RGBA", "LA"):  # black print on nothing
        picture = Image.new("RGBA", plain.size)
        picture.putalpha(plain.point(lambda value: 255 - value))
        picture = picture.convert(mode)
    else:
        picture = plain.convert(mode)

    assert eyes.look(saved(picture, "JPEG" if mode == "CMYK" else "PNG")).text == "Field trip on Friday"


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_flyer_that_lies_on_its_side_or_stands_on_its_head_is_read(eyes: Eyes, quarters: int) -> None:
    text = "Band concert on Friday\nbring a friend\nMañana no hay práctica"

    read = eyes.look(drawn(text, random.Random(2), (1280, 720), quarters=quarters).content).text

    assert read.split() == text.split()


def test_lines_that_stand_far_askew_come_in_reading_order(eyes: Eyes) -> None:
    words = ["first the long line of them all", "second", "third of the lines", "fourth and last of them"]
    picture = Image.new("RGB", (1400, 1000), "white")
    font = ImageFont.load_default(48)
    ImageDraw.Draw(picture).multiline_text((250, 300), "\n".join(words), fill="black", font=font, spacing=30)
    askew = picture.rotate(25, Image.Resampling.BICUBIC, fillcolor="white")

    assert [line.text for line in eyes.look(saved(askew, "PNG")).lines] == words


def test_grey_on_grey_is_read(eyes: Eyes) -> None:
    picture = Image.new("RGB", (900, 300), "#d6d6d6")
    font = ImageFont.load_default(48)
    ImageDraw.Draw(picture).text((80, 100), "bring a friend on Friday", fill="#c8c8c8", font=font)

    assert eyes.look(saved(picture, "PNG")).text == "bring a friend on Friday"


def test_lines_come_in_reading_order_each_with_its_place(eyes: Eyes) -> None:
    picture = Image.new("RGB", (1000, 500), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(40)
    for at, text in (((60, 400), "at the town hall"), ((60, 60), "Bake sale"), ((560, 60), "Saturday")):
        draw.text(at, text, font=font, fill="black")

    lines = eyes.look(saved(picture, "PNG")).lines

    assert [line.text for line in lines] == ["Bake sale", "Saturday", "at the town hall"]
    assert [round(line.box.left, 1) for line in lines] == [0.1, 0.6, 0.1]
    assert [round(line.box.top, 1) for line in lines] == [0.1, 0.1, 0.8]


def test_text_in_two_columns_and_upside_is_not_invented_where_there_is_none(eyes: Eyes) -> None:
    assert eyes.look(saved(a_picture((640, 480)), "PNG")) == Seen(width=640, height=480)


@pytest.mark.parametrize("text", FLYERS)
def test_a_flyer_is_judged_as_its_text_is(eyes: Eyes, text: str) -> None:
    """In typefaces, colours, angles and noise of its own, as `make bench` measures it on many more."""
    seen = eyes.look(drawn(text, random.Random(text)).content)

    assert rules_of(seen.text) == rules_of(text)


def test_the_flyers_are_of_both_sorts() -> None:
    assert {bool(rules_of(text)) for text in FLYERS} == {True, False}


@pytest.mark.parametrize("kind", ["gif", "mp4", "webm"])
def test_the_frame_with_the_most_faces_counts(eyes: Eyes, kind: str) -> None:
    shots = [a_picture((640, 360)), faces(2, (640, 360)), faces(1, (640, 360)), a_picture((640, 360))]

    seen = eyes.look(gif_of(shots) if kind == "gif" else film_of(shots, kind))

    assert (len(seen.faces), seen.unseen) == (2, None)
    assert (seen.width, seen.height) == (640, 360)


def test_text_in_a_video_is_read_once_with_its_moment(eyes: Eyes) -> None:
    blank, sign = Image.new("RGB", (640, 360), "white"), Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(sign).text((60, 120), "Candles for sale", font=ImageFont.load_default(48), fill="black")

    lines = eyes.look(film_of([blank, blank, sign, sign, sign])).lines

    assert [line.text for line in lines] == ["Candles for sale"]
    assert 2 <= lines[0].at_seconds < 5


def test_what_is_seen_before_time_runs_out_is_kept() -> None:
    seen = Eyes(Limits(soft_seconds=0)).look(gif_of([faces(2), a_picture((960, 540))]))

    assert (len(seen.faces), seen.unseen) == (2, Unseen.TOO_SLOW)


def test_a_gif_of_very_many_frames_is_walked_up_to_a_limit(eyes: Eyes) -> None:
    seen = eyes.look(deep_gif(5000))

    assert seen.unseen is Unseen.TOO_SLOW


def test_half_a_picture_is_looked_at_as_far_as_it_goes(eyes: Eyes) -> None:
    whole = saved(faces(1, (1200, 1600)).resize((1200, 1600)), "JPEG")

    seen = eyes.look(whole[: len(whole) * 9 // 10])

    assert (len(seen.faces), seen.unseen) == (1, Unseen.BROKEN)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png_of(12_000, 12_000), Unseen.TOO_LARGE),
        (png_of(30_000, 30_000), Unseen.TOO_LARGE),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, Unseen.BROKEN),
        (b"\xff\xd8\xff", Unseen.BROKEN),
        (b"\xff\xd8\xff\xe0<script>alert(1)</script>%PDF-1.4", Unseen.BROKEN),
        (b"GIF89a/*<svg/>*/=1;", Unseen.BROKEN),
        (b"\0\0\0\x18ftypisom" + b"\0" * 100, Unseen.BROKEN),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", Unseen.BROKEN),
    ],
)
def test_bombs_polyglots_and_rubbish_are_refused_with_a_reason(eyes: Eyes, content: bytes, why: Unseen) -> None:
    assert len(content) < 200_000
    assert eyes.look(content).unseen is why
