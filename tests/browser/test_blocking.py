"""A reviewer blocks a message before everybody's eyes and lifts it again: what each of them sees."""

from playwright.async_api import expect

from tests.browser.conftest import Look
from tests.browser.screen import Screen

CANARY = "This is a chaperone canary drill, thanks"


async def confirmed(screen: Screen, label: str, says: str) -> None:
    """Presses the alert's button, reads who will see what, and confirms."""
    await screen.card("#marching-band").get_by_role("button", name=label).click()
    dialog = screen.page.get_by_role("dialog")
    await expect(dialog).to_contain_text(says)
    await dialog.locator(".buttons button").last.click()
    await expect(dialog).to_have_count(0)


async def test_a_blocked_message_is_hidden_from_everybody_but_its_author_until_the_block_is_lifted(look: Look) -> None:
    author = await look("as/emeka/c/marching-band")
    reader = await look("as/juniper/c/marching-band")
    reviewer = await look("as/idella/c/chaperone")
    await author.say(CANARY)
    await expect(reader.message(CANARY)).to_be_visible()

    await confirmed(reviewer, "Block the message", "Everybody in #marching-band will see that a message is blocked")

    await expect(reader.message(CANARY)).to_have_count(0)
    await expect(reader.message("This message is blocked.")).to_be_visible()
    await expect(author.message(CANARY)).to_contain_text("blocked this message for everybody else")
    await expect(reviewer.card("#marching-band")).to_contain_text("only its author sees what it says")

    await reviewer.press(reviewer.card("#marching-band"), "No problem", note="It was announced as a drill")
    alert = reviewer.card("#marching-band").first
    await expect(alert).to_contain_text("The reason for the block seems to be gone")
    await confirmed(reviewer, "Lift the block", "can read the message again")

    await expect(reader.message(CANARY)).to_be_visible()
    await expect(reader.message("This message is blocked.")).to_have_count(0)
    await expect(reviewer.card("#marching-band")).not_to_contain_text("only its author sees what it says")


async def test_a_blocked_message_is_hidden_after_a_reload_too_and_its_words_do_not_reach_the_page(look: Look) -> None:
    author = await look("as/emeka/c/marching-band")
    reviewer = await look("as/idella/c/chaperone")
    await author.say(CANARY)
    await confirmed(reviewer, "Block the message", "Everybody in #marching-band")
    await expect(author.message(CANARY)).to_contain_text("blocked this message")

    reader = await look("as/juniper/c/marching-band")

    await expect(reader.message("This message is blocked.")).to_be_visible()
    assert CANARY not in await reader.page.content()
