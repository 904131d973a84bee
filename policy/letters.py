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
add adds all ball bee been beer bees bell bill boo book books boom boot boots butt buzz call calls cell chill cool
coop crass cross deer deed door dress drill dull ebb eel egg ell err fall fee feed feel fees feet fell fill fizz
flee floor food fool foot free full gee goo good goods goose grass green greet greed hall heel hell hill hoof hoop
hoot hull ill inn jeep keen keep kill knee lee less loo look loon loop loose loot lottery mall meet mess miss mood
moon moose moss need noon nook odd off ooze pass pee peel peep pill poll pool poor poop press pull putt reed reef
reel roof roll room root rooster ross see seed seek seem seen sell shall sheep sheet shoo shoot shell skill sleep
small smell soon spell spill spoon steel steep still stool street tall tee teen teens tell tennis too took tool toon
tooth tree troop two upper wall wee weed week weep well wheel will wood wool yell yoo zoo zoom inning winning
swimming running written letter better butter matter happy hobby pretty coffee dinner summer hammer accion caballo
calle callo carro cerro corre corro ella ellas ello ellos guerra hierro llama llame llave llena lleno lluvia perra
perro pollo sierra silla tierra torre valle yarro
""")
"""Words with a doubled letter that are words of their own, not a stretched shorter one (good is not god)."""
