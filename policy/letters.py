"""Letters that pass for other letters: what a reader takes for plain Latin although a computer does not."""

from policy.word_list import word_set

# One line a Latin letter: the characters of other alphabets and symbol blocks that are read as it. NFKC already
# undoes full-width, circled, bold, italic and other mathematical letters, so those are not repeated here.
LOOKALIKES: dict[str, str] = {
    "a": "аαɑꭺᴀ🅰🅐Дⱥ∀ą",
    "b": "вЬьβʙƀɓ🅱🅑Ƃƃᛒß",
    "c": "сϲᴄⅽȼƈ🅒🅲",
    "d": "ԁᴅđɗⅾ🅓🅳ð",
    "e": "еєҽɛεᴇɇǝℯ℮🅔🅴ə",
    "f": "ғƒꜰϝ🅕🅵ꬵ",
    "g": "ɡԍɢǥɠ🅖🅶ց",
    "h": "нһʜħɦ🅗🅷հ",
    "i": "іιɪıɩⅰįɨ🅘🅸ӏ",
    "j": "јϳᴊɉʝ🅙🅹",
    "k": "кκᴋƙⱪ🅚🅺",
    "l": "ⅼʟłɫɭƚ🅛🅻׀│∣",
    "m": "мᴍⅿɱ🅜🅼",
    "n": "пηɴɲƞ🅝🅽ո",
    "o": "оοσөⲟᴏøօ🅞🅾ჿ๐",
    "p": "рρᴘƥþ🅟🅿",
    "q": "ԛ🅠🆀ɋգ",
    "r": "гʀɾɍɼ🅡🆁ᴦ",
    "s": "ѕꜱʂȿ🅢🆂ֆ",
    "t": "тτᴛŧʈ🅣🆃ƭ",
    "u": "υᴜʉսμ🅤🆄ц",
    "v": "ѵνᴠⅴʋ🅥🆅",
    "w": "ԝшщᴡωⱳ🅦🆆ѡ",
    "x": "хχⅹ×🅧🆇ҳ",
    "y": "уүʏγɏƴ🅨🆈",
    "z": "ᴢƶȥʐ🅩🆉ʑ",
}

PLAINER: dict[str, str] = {
    " ": "™℠®©¼½¾¸¨¯ˆ\u2800\u3164\u115f\u1160\uffa0",
    "'": "‘’‚‛ʼ´′‹›",
    '"': "“”„«»″",
    "-": "‐‑‒–—―−⁃",
    ".": "…·․‧。∙⋅",
    "*": "•∗⁎",
    "/": "⁄∕",
    "~": "˜",
    "$": "€",
    "a": "ªæÆ",
    "o": "º°œŒ",
    "f": "ƒ",
    "1": "¹",
    "2": "²",
    "3": "³",
}
"""Other signs by the plain one that stands for them: dashes, quotes, and what must not stick to a word ("Nike™")."""

# Two letters of a flag are a flag when they are a country's code; otherwise someone is spelling.
COUNTRIES = word_set("""
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca
cc cd cf cg ch ci ck cl cm cn co cp cr cu cv cw cx cy cz de dg dj dk dm do dz ea ec ee eg eh er es et eu fi fj fk fm
fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il im in io iq ir is it je
jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq
mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro
rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz ta tc td tf tg th tj tk tl tm tn to tr tt tv
tw tz ua ug um un us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw
""")

LEET: dict[str, str] = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "(": "c", "<": "c", "#": "h", "¢": "c", "£": "l", "¥": "y",
}  # fmt: skip
"""What stands for a letter inside a word."""

ORDINARY_DOUBLES = word_set("""
access accion across actually add addict address adds all allergy alley allow alloy announce annoy annual appear apple
apply appoint approach arrange array arrest arrive arrow assign attach attack attempt attend attitude attract baggy
ball ballet balloon ballot banner barrel barry basically battle bee beef been beep beer bees bell belly berry better
bigger biggest bill billion bless bloom bluff boo book bookcase books boom boot booth boots borrow boss bosses bottle
bottom brooch brook broom buddy bullet bulletin bully bunny butt butter butterfly button buzz caballo caddy call calle
callo calls cannot carro carry cartoon cattle cell cerro challenge channel cherry chess chill choose choosing clapping
class classes classy cliff coffee collar collect college comma command comment commit common community commute connect
cook cookie cool coop copper corre correct corro cotton crass creek creep cross current curry cutting daddy deed deep
deer degree dell differ difficult digger dinner discuss doggy dollar doom door dragoon dress drill dropped dull ebb
eel effect effort egg eighteen ell ella ellas ello ellos engineer err error essay exceed excellent facebook fall fee
feed feel fees feet fell fellow ferry fifteen fill finally finnish fizz flee flood floor foggy follow food fool foot
free freeze full funny furry fuss gallon gee geek getting giggle glass glimmer glitter gloom glossy goggle goo good
goods goose grammar grass greed green greet groom groove gross guerra guess guesses gummy gutter hall hammer happen
happy harry heel hell hello hidden hierro hill hitting hobby hood hoof hook hoop hoot horror hugging hull hurry igloo
ill illegal illness immediate immigrant inn inner inning innocent intelligent issue issues jeep jeez jelly jerry
jogging kangaroo keen keep kill kiss kisses kitten kitty knee larry latter lee less lesson letter letting litter
little llama llame llave llena lleno lluvia loo look loon loop loose loot loss lottery luggage mall manner maroon
marry matter meet meeting merry mess message messes messy middle million mirror miss misses mission mommy mood moon
moose moss mushroom narrow need needle noodle nook noon notebook odd off offer office officer ooze oppose opposite
pass passes passion pattern pee peel peep peer penny pepper perra perro pill pillow poll pollo pool poop poor possible
press pretty process proof puddle puff pull pulley puppy putt putting quarrel queen raccoon rally rattle really
recommend reed reef reel riddle roll roof room rooster root ross runner running russian saddle schools scoop scooter
screen see seed seeing seek seem seen sell session setting settle shall sheep sheet shell shoo shook shoot shopping
shuttle sierra silla silly sitting sixteen skiing skill skipped sleep sleeve slipper small smell smooth sneeze sniff
soon sorry sparrow speech speed spell spill spook spooky spoon squeeze squirrel staff steel steep steer stiff still
stood stool stoop stopped street stress struggle stuff succeed success sudden suffer summer sunny supper supply
support suppose sweep sweet swimming tall tally tattoo teddy tee teen teens teeth tell tennis terror terry textbook
thirteen tierra tissue toddler tomorrow too took tool toon tooth torre toss tossed totally traffic transmission tree
trigger tripped troop tummy tunnel tween twitter two typhoon understood upper usually vacuum valle valley wall wedding
wee weed week weekly weep well wheel wheels wiggle will winner winning wood wool worry written yarro yearbook yell
yellow yoo yummy zipper zoo zoom
""")
"""Words with a doubled letter that are words of their own, not a stretched shorter one (good is not god)."""
