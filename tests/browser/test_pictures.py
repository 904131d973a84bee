"""A picture of people, from the chat to the parent's one tap: looked at for real, asked in the page."""

import os
from io import BytesIO

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.conftest import Look
from tests.browser.screen import Screen

pytest.importorskip("PIL", reason="looking at pictures is not installed")


FIRST_LOOK_MILLISECONDS = 30_000
"""The process that looks at pictures starts with the first one."""


def a_picture_of(people: int) -> FilePayload:
    """A picture in which so many faces are."""
    from tests.adapters.pictures.files import faces  # it needs what looks at pictures

    file = BytesIO()
    faces(people).save(file, format="png")
    return {"name": "meet.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def snapped(screen: Screen, name: str) -> None:
    """Keeps what the page shows, where somebody wants to see it."""
    folder = os.environ.get("CHAPERONE_SNAPS")
    if folder:
        await screen.page.screenshot(path=f"{folder}/{name}.png")


async def test_the_poster_names_who_is_shown_the_parent_taps_and_the_reviewers_see_it(look: Look) -> None:
    student = await look("as/emeka/c/track-team")
    poster = await look("as/emeka/c/chaperone")
    owner = await look("as/darrow/c/chaperone")
    parent = await look("as/amaia/c/chaperone")

    await student.page.locator('input[type="file"]').set_input_files([a_picture_of(2)])
    await student.say("what a finish")
    question = poster.card("Who is in your picture in #track-team?")
    await expect(question).to_contain_text("2 faces were seen in it", timeout=FIRST_LOOK_MILLISECONDS)
    await expect(owner.card("what a finish")).to_have_count(0)

    await question.get_by_role("button", name="These students").click()
    form = poster.page.get_by_role("dialog")
    await form.get_by_role("checkbox", name="Tobin Marlowick").focus()
    await poster.page.keyboard.press("Space")
    await form.get_by_role("checkbox", name="Iker Zuloamar").check()
    await snapped(poster, "form")
    assert await poster.faults() == []
    await form.get_by_role("button", name="These students").click()
    await expect(poster.card("Please take the picture down").first).to_be_visible()

    alert = owner.card("what a finish")
    await expect(alert).to_contain_text("Iker Zuloamar")
    await expect(alert).to_contain_text("permission missing")
    await expect(alert).to_contain_text("permitted in the school's records")
    await snapped(owner, "alert")
    request = parent.card("¿Puede haber una imagen de Iker Zuloamar en #track-team?")
    await snapped(parent, "parent")
    await request.get_by_role("button", name="Sí, esta imagen").click()

    await expect(alert).to_contain_text("permitted for this picture")
    await expect(poster.card("Nothing is missing").first).to_be_visible()
    own = await parent.asks("/policy fotos")
    await expect(own).to_contain_text("Iker Zuloamar, imagen en #track-team")
    await expect(own.get_by_role("button", name="Retirar: Iker Zuloamar, imagen en #track-team")).to_be_visible()
    await snapped(parent, "own")
    assert await owner.overflow() <= 0


async def test_on_a_phone_the_form_fits_and_a_refusal_says_what_to_do(look: Look) -> None:
    student = await look("as/emeka/c/track-team", viewport={"width": 360, "height": 720})
    await student.page.locator('input[type="file"]').set_input_files([a_picture_of(1)])
    await student.say("at the meet")
    poster = await look("as/emeka/c/chaperone", viewport={"width": 360, "height": 720})

    question = poster.card("Who is in your picture")
    await expect(question).to_be_visible(timeout=FIRST_LOOK_MILLISECONDS)
    await question.get_by_role("button", name="These students").click()
    form = poster.page.get_by_role("dialog")
    await form.get_by_role("button", name="These students").click()

    await expect(form).to_contain_text("Please choose who is shown")
    await snapped(poster, "phone")
    assert await poster.overflow() <= 0
