"""How often words are met in chat, roughly: it decides by which of its words a long phrase is looked for."""

from policy.word_list import word_set

_EVERYWHERE = word_set("""
a al and are at be but can con de del do el en es for i if in is it just la las le ll lo los m me mi my no not of on
or para por que re s se si so su t te that the this to u un una was we y ya you your
""")
_COMMON = word_set("""
1 2 3 4 5 about all also am an any as back been bien by coach come como cuando d day did does donde dont equipo eres
escuela eso esta estar este esto everyone favor from fue game get go good got gracias guys had has have hay he her
here him his hola how hoy im kids know like look make mas mañana mis more muy n nada need niños nos now off ok okay
one our out over papas parents pero please porque practica practice quien r really right said say school see ser she
some son soy sus team tell tengo than thanks them then there they think tiene time today todo todos tomorrow tonight
too tus up ur us ve very w want were what when where who why will with would yeah yes
""")
_USUAL = word_set("""
10 11 12 15 20 30 40 555 6 7 8 9 able abuela account after again ago ahora ahorita algo alguien alguna alguno alli
already always amigo ano another antes anybody anymore anyone anything aqui asi ask asked aunque away ayer ayuda b bad
before behind bit blue board both bring bueno bus c cada call came card casa caso change channel check chicos clase
class club coming cosa cosas couple creo cual cuanto da dar days dia dias dice dijo dinero district doing don done
door dos down drive e each early else email enough entonces entre era esa ese estan estoy even ever every everybody
everything extra families fast feel few fin find fine first found four free friday friend front fuera fun gave gente
gets getting give given goes going gone gonna great group grupo guess guy gym hace hacer half happen hard hasta having
hear heard help hey hi high hijo hijos hold home hope hours house idea ir issue its job juego keep kind lado last late
later least leave left les less let lets library line list little live lol long looking lot lots love lugar lunch
lunes made mama man manana many maybe mean meet mejor menos mes mind mine minute minutes mismo miss mom momento monday
money month most move mr ms much mucho muchos must myself nadie name necesito never new next ni nice night niño nobody
noche nosotros nuestra nuestro number nunca o office old once ones only open order other otra otro ours own pa padres
page papa part parte pasa paso people person phone pick place plan play poco podemos point post puede pueden puedo
pues put q question quick quiere quieren quiero quite read ready real room run running sabado sabe salir same saturday
says second seems seen semana send sent sera set should show side siempre sign sin since size small sobre solo
somebody someone something soon sorry sounds start started still stop stuff such sunday support sure take taking tal
talk tan tarde tener thank their thing things thinking those though thought three through thursday thx tiempo tienen
till times toda todas told took top tried try trying tuesday turn two under unos until use used using va vamos van ver
vez vida viene viernes voy wait wanna wanted wants watch water way week weekend well went whatever while whoever whole
word work working works world worth wrong year years yesterday yo
""")
_KNOWN = word_set("""
0 14 18 22 25 2nd 31 3rd 45 4th 50 5th 60 6th abt act ad add agua ahi answer anyway app around art asking asks ate
athletic b4 bag bags ball band bar bc because being bell bench best better between biblioteca big bill bin black
bleachers book boosters bottle box boy boys break bringing bro brother bucks building buy cafeteria called calls camp
cant car cards case cash cast cell center chair chat child classroom clean clipboard close closed closet code coffee
color com comes company concert cooler copy costume could count county crew cry cut dad dead dejo desde desk didn digo
dinner distrito doesn dog domingo doors dot dress drill drop dropped due eat eleven em empty end ensayo example f face
fair fall falta familia familias family field film final finals fire five fix flat floor folder folks follow food form
forms foto fri full g gate girl girls god google grade gratis green h hair hall hand hands hat head heads heart hes
hit honestly hora hot hour https ice id ill inside insta instead into isn jaja jajaja judge judges jueves june k keeps
key kid knows l lab lady lane league leaves letter license life lift light lights link llevo locked locker log login
looks loop lose lost loud low machine maestra mail main mamas march martes match may meeting message min moms morning
moved mrs muchachos music names needed needs nine nomas nombre noon note notes nothing notice nurse official oficina
oh opens orange org others outside p pages paid paper parent parentsquare park parking party pass past pay per period
permission phones photo photos pic pics pit pizza pls pm pool ppl principal print profe program prop public puerta
quedo questions quiet quit rain ran reading red rehearsal reminder reply rest ride ring rm round row rule runs sale
salon sat save saw saying scene schools season seat seats section senior seniors señora share sheet shoes shop short
shot signed signs sit site sitting six sleep slip smells snack socks spring st staff stand starts state stay stays
store straight stuck student students sub summer swap table takes tambien tape teacher teams ten test text thats
theres these third thru thurs til tmrw trae traigan traigo trailer trainer tres trip truck tu tues twice uno ustedes
vote walk wall wear wed wednesday weeks welcome whatsapp which white whose wife window without won wont write wrote x
yellow yours zero
""")
_CHANCES = {
    **dict.fromkeys(_KNOWN, 3e-4),
    **dict.fromkeys(_USUAL, 1e-3),
    **dict.fromkeys(_COMMON, 4e-3),
    **dict.fromkeys(_EVERYWHERE, 2e-2),
}
_PARTS = frozenset({"m", "s", "t", "re", "ll", "ve", "d"})
"""What an apostrophe cuts off: hardly ever a word by itself."""
COMMON = _EVERYWHERE | _COMMON
"""What is met again and again."""


def rarity(wording: str, *, is_stem: bool) -> float:
    """A rough chance of meeting the wording at one place of a chat message: the smaller, the better to look for."""
    if " " in wording:
        first, *more = wording.split(" ")
        chance = rarity_of_word(first)
        for word in more:
            # Words that are common are common company, too.
            chance *= 0.5 if word in _PARTS else min(0.5, 10 * rarity_of_word(word))
    else:
        chance = rarity_of_word(wording)
    return chance * 3 if is_stem else chance


def rarity_of_word(word: str) -> float:
    """The same of one word."""
    return _CHANCES.get(word, 3e-5)
