"""How often words are met in chat, roughly: it decides by which of its words a long phrase is looked for."""

from policy.word_list import word_set

_EVERYWHERE = word_set("""
i you the to a and it is in of that my me for on be we do so your u not no can this if or at but are was just de la
que el en y no a los se un por con lo las me es una para mi su te le si ya al del s t m re ll
""")
_COMMON = word_set("""
he she they him her his them have has had with all one out up go get got like know will would what when who how why
where there here from about now im dont want some any our us r ur they're day time today tomorrow tonight good ok
okay yes yeah please thanks need make come see tell say said look think really right back then than off over more
too also very been as an were did does am 1 2 3 4 5 n 4 w d ve sus mis tus nos esta este eso esto como muy mas pero
hay son soy eres fue hoy mañana bien si todo todos nada quien cuando donde porque ser estar tiene tengo hola gracias
favor practice game team school kids parents everyone guys coach practica escuela equipo niños papas
""")


def rarity(wording: str, *, is_stem: bool) -> float:
    """A rough chance of meeting the wording at one place of a chat message: the smaller, the better to look for."""
    chance = 1.0
    for word in wording.split(" "):
        if word in _EVERYWHERE:
            chance *= 2e-2
        elif word in _COMMON:
            chance *= 4e-3
        else:
            chance *= 3e-4
    return chance * (3 if is_stem else 1)
