"""A channel from its first day on: registered, approved, told, filled, and looked after until every check holds."""

import re

from playwright.async_api import Locator, expect

from tests.browser.conftest import Look
from tests.browser.screen import Screen

PURPOSE = "Hurdles camp: practice times, rides and what to bring"


async def made(look: Look, owner: str, name: str) -> Screen:
    """A fresh channel of the owner's."""
    screen = await look(f"as/{owner}/c/chaperone")
    await screen.page.get_by_role("button", name=re.compile("New channel|Canal nuevo")).click()
    await screen.page.locator("#channel-name").fill(name)
    await screen.page.get_by_role("dialog").locator(".buttons button").last.click()
    await expect(screen.page.get_by_role("heading", level=1)).to_contain_text(name)
    return screen


async def registered(look: Look, name: str = "hurdles-camp") -> tuple[Screen, Screen]:
    """The owner in a fresh channel that waits for approval, and the principal who is asked."""
    owner = await made(look, "darrow", name)
    form = await owner.asks("/policy register")
    await owner.press(form, "Register it", kind="team", purpose=PURPOSE, audience="Hurdlers and parents")
    await expect(owner.card("waiting for approval")).to_be_visible()
    return owner, await look("as/idella/c/chaperone")


def open_request(principal: Screen) -> Locator:
    return principal.card("May #").filter(has=principal.page.get_by_role("button", name="Approve"))


async def test_from_policy_register_to_a_channel_where_every_check_holds(look: Look) -> None:
    owner, principal = await registered(look)

    await principal.press(open_request(principal), "Ask the owner", text="Do the parents join, too?")
    await owner.go("as/darrow/c/chaperone")
    await owner.press(owner.card("Do the parents join"), "Answer", text="Yes, all of them.")
    await expect(principal.card("Yes, all of them.")).to_be_visible()
    await principal.press(open_request(principal), "Approve")
    await expect(owner.card("#hurdles-camp is approved")).to_be_visible()

    await owner.go("as/darrow/c/hurdles-camp")
    pinned = owner.page.get_by_role("region", name="Pinned")
    await pinned.get_by_role("button", name=re.compile("Messages in this channel are checked")).click()
    await owner.press(pinned, "I have read it")
    await expect(owner.card("Thank you, that is on record")).to_be_visible()

    await owner.bring("Tobin Marlowick", "tobin")
    await owner.bring("Iker Zuloamar", "iker")
    parents = await owner.asks("/policy parents")
    await expect(parents).to_contain_text("Hester Marlowick (of Tobin Marlowick)")
    await owner.press(parents, "Invite them")
    for parent, yes, read in (
        ("amaia", "Sí, lo permito", "Lo he leído"),
        ("hester", "Yes, I allow it", "I have read it"),
    ):
        screen = await look(f"as/{parent}/c/chaperone")
        slip = screen.main().locator(".card-row").filter(has=screen.page.get_by_role("button", name=yes))
        await screen.press(slip, yes)
        await expect(screen.main().locator(".answer")).to_have_count(1)
        await expect(screen.page.get_by_role("button", name="hurdles-camp")).to_be_visible()
        await expect(screen.page.get_by_role("button", name=read).first).to_be_visible()

    wanting = await owner.asks("/policy checks")
    await owner.press(wanting, "Invite Idella Marchbrook")
    await expect(principal.page.get_by_role("button", name="hurdles-camp")).to_be_visible()
    await owner.go("as/darrow/c/chaperone")
    await expect(owner.card("#hurdles-camp: every check holds")).to_be_visible()
    await owner.go("as/darrow/c/hurdles-camp")
    checks = await owner.asks("/policy checks")
    await expect(checks.locator(".bullets li").filter(has_text="✓")).to_have_count(10)
    await expect(checks.locator(".bullets li")).to_have_count(10)


async def test_whoever_makes_a_channel_is_asked_whether_it_is_a_schools_and_registers_it_there(look: Look) -> None:
    owner = await made(look, "darrow", "larkfield-hurdles-team")
    await owner.go("as/darrow/c/chaperone")
    question = owner.card("Is #larkfield-hurdles-team a school channel?")
    await question.get_by_role("button", name="Register it").click()
    dialog = owner.page.get_by_role("dialog")
    await expect(dialog.locator("#field-kind")).to_have_value("team")
    await expect(dialog.locator("#field-school")).to_have_value("Larkfield High School")
    assert await owner.faults() == []
    await owner.fill_in(purpose=PURPOSE)

    await expect(owner.card("#larkfield-hurdles-team is on the register")).to_be_visible()
    principal = await look("as/idella/c/chaperone")
    await expect(principal.card("May #larkfield-hurdles-team be used?")).to_contain_text("Larkfield High School")


async def test_a_channel_that_is_none_of_the_schools_is_told_so_in_spanish_on_a_phone(look: Look) -> None:
    await made(look, "paloma", "comida")
    phone = await look("as/paloma/c/chaperone", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)

    await phone.press(phone.card("¿Es #comida un canal escolar?"), "No es un canal escolar", what="Comida del personal")

    await expect(phone.card("#comida no es un canal escolar").first).to_contain_text("Comida del personal")
    assert await phone.overflow() <= 0
    operator = await look("as/wendell/c/chaperone")
    status = await operator.asks("/policy status")
    await expect(status).not_to_contain_text("#comida")


async def test_what_is_declined_with_a_reason_can_be_asked_again(look: Look) -> None:
    owner, principal = await registered(look)

    await principal.press(open_request(principal), "Decline", reason="Please name the days.")
    await owner.go("as/darrow/c/chaperone")
    declined = owner.card("#hurdles-camp is declined")
    await expect(declined).to_contain_text("Please name the days.")
    await owner.press(declined, "Ask again", purpose=f"{PURPOSE}, on Saturdays")

    await principal.press(open_request(principal).filter(has_text="on Saturdays"), "Approve")
    await expect(owner.card("#hurdles-camp is approved")).to_be_visible()


async def test_who_has_nobody_above_names_the_supervisor(look: Look) -> None:
    owner = await made(look, "vesna", "cabinet")
    form = await owner.asks("/policy register")
    await owner.press(form, "Register it", kind="club", purpose="Plans of the district office", supervisor="rubens")

    asked = await look("as/rubens/c/chaperone")
    await expect(asked.card("May #cabinet be used?")).to_contain_text("Vesna Hollowmere")


async def test_a_join_that_nobody_invited_is_approved_or_removed(look: Look) -> None:
    owner = await look("as/darrow/c/track-team")
    await owner.bring("Corin Weatherby", "corin")
    await owner.bring("Juniper Salloway", "juniper")
    other = await look("as/juniper/c/track-team")
    await other.bring("Odette Wrenhollow", "odette")
    await owner.go("as/darrow/c/chaperone")

    await owner.press(owner.card("Does Corin Weatherby belong"), "Yes, approve", purpose="A talk about the old stadium")
    await expect(owner.card("Corin Weatherby is on record as a member.")).to_be_visible()
    await owner.press(owner.card("Does Odette Wrenhollow belong"), "No, remove")
    await owner.page.get_by_role("dialog").locator(".buttons button").last.click()

    await owner.go("as/darrow/c/track-team")
    await owner.page.get_by_role("button", name=re.compile("^Members")).click()
    members = owner.page.get_by_role("dialog").locator(".member-list")
    await expect(members).to_contain_text("Corin Weatherby")
    await expect(members).not_to_contain_text("Odette Wrenhollow")


async def test_a_parent_opens_the_owners_link_and_is_let_in(look: Look) -> None:
    owner = await look("as/anselm/c/debate-club")
    linked = await owner.asks("/policy parents")
    await owner.press(linked, "A link for parents")
    address = await owner.main().locator(".answer .address").get_attribute("href")
    assert address is not None

    parent = await look("as/amaia/c/chaperone")
    await parent.page.goto(address)
    await expect(parent.card("Pidió unirse a #debate-club")).to_be_visible()
    await owner.go("as/anselm/c/chaperone")
    await owner.press(owner.card("May Amaia Zuloamar join #debate-club?"), "Yes")

    await expect(parent.page.get_by_role("button", name="debate-club")).to_be_visible()
