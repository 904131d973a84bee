"""How often words are met in chat, roughly: it decides by which of its words a long phrase is looked for."""

from policy.word_list import word_set

_EVERYWHERE = word_set("""
i you the to a and it is in of that my me for on be we do so your u not no can this if or at but are was just de la
que el en y no a los se un por con lo las me es una para mi su te le si ya al del s t m re ll
""")
_COMMON = word_set("""
he she they him her his them have has had with all one out up go get got like know will would what when who how why
where there here from about now im dont want some any our us r ur they're day time today tomorrow tonight good ok okay
yes yeah please thanks need make come see tell say said look think really right back then than off over more too also
very been as an were did does am 1 2 3 4 5 n 4 w d ve sus mis tus nos esta este eso esto como muy mas pero hay son soy
eres fue hoy mañana bien si todo todos nada quien cuando donde porque ser estar tiene tengo hola gracias favor
practice game team school kids parents everyone guys coach practica escuela equipo niños papas
""")


_USUAL = word_set("""
able account again ago already always another anybody anymore anyone anything ask asked away bad bit both bring call
came card change channel check class coming couple days doing done each early else email enough even ever every
everybody everything extra fast feel few find fine first found free friend front fun gave getting give given going
gone gonna great group guess guy half happen hard having hear heard help here's hey hi high hold home hope hours house
idea issue isn't i'll i've job keep kind last late later least leave left less let lets line list little live long
looking lot lots love made man many maybe mean meet mind minute minutes miss money month more most move much must
myself name never new next nice night nobody number old once ones only open order other ours own page part people
person phone pick place plan play point post put question quick quite read ready real room run running same saturday
says second seems seen send sent set should show side since size small someone something soon sorry sounds start
started still stop stuff such support sunday sure take taking talk than that's their them thing things thinking those
though thought three through thx time times told took top tried try trying turn two under until use used using wait
wanna want wanted wants watch water way week weekend well went whatever while who's whole why won't word work working
works world worth wrong year years yesterday you'll you're abuela ahora ahorita algo alguien alguna alguno alli amigo
ano antes aqui asi aunque ayer ayuda bueno cada casa caso chicos clase club cosa cosas creo cual cuanto da dar dia
dias dice dijo dinero donde dos e entonces entre era equipo esa ese estan estoy fin fuera gente grupo hace hacer hasta
hijo hijos ir juego lado lugar lunes mama manana mejor menos mes mismo momento mucho muchos nadie necesito ni niño
noche nos nosotros nuestra nuestro nunca o otra otro padres papa parte paso pasa poco podemos pueden puede puedo pues
quiere quieren quiero sabado sabe salir semana sera siempre sobre solo tal tan tarde tener tiempo tienen toda todas
unos va vamos van ver vez viene viernes vida voy
""")


def rarity(wording: str, *, is_stem: bool) -> float:
    """A rough chance of meeting the wording at one place of a chat message: the smaller, the better to look for."""
    chance = 1.0
    for word in wording.split(" "):
        if word in _EVERYWHERE:
            chance *= 2e-2
        elif word in _COMMON:
            chance *= 4e-3
        elif word in _USUAL:
            chance *= 1e-3
        else:
            chance *= 1e-4
    return chance * (3 if is_stem else 1)
