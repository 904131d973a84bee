"""Cards, actions and fields of every size, for properties."""

from hypothesis import strategies as st

from bot.cards import Action, Bullets, Card, Excerpt, Facts, Field, Paragraph, Tone
from policy.verdict import Span

CONTROLS = (
    "<!channel> <!here> <!everyone> <@U123ABC> <#C123ABC|general> <!subteam^S123|@coaches>",
    "@channel @here @everyone #general",
    "<https://elsewhere.example.org|the school's page> <mailto:a@example.org> <tel:5550134>",
    "https://elsewhere.example.org www.example.org a@example.org",
    "*bold* _it_ ~no~ `code` ```block``` > quote\n> quote\n1. one\n- two",
    "&lt;!channel&gt; &amp;lt;@U1&amp;gt; <!date^1392734382^{date}|then>",
    ":tada: :skull: :+1::skin-tone-6:",
    "\u202eright to left\u202c \u200b\u200d\ufeff \ud800 \x00 \x1b[31m",
    ']]></text> "}]}], {"type": "broadcast", "range": "channel"}',
    "",
    " \n\t ",
)


words = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(CONTROLS)
long_words = words | st.builds(lambda text, times: text * times, words, st.sampled_from([1, 80, 700]))
spans = st.builds(Span, st.integers(0, 50), st.integers(0, 5_000))
fields = st.builds(
    Field,
    name=st.text("abc", min_size=1, max_size=8),
    label=long_words,
    kind=st.sampled_from(["line", "text", "choice", "person", "date"]),
    hint=words,
    choices=st.lists(st.tuples(words, long_words), max_size=3).map(tuple),
    value=long_words,
)
actions = st.builds(
    Action,
    name=st.text("abc.", min_size=1, max_size=20),
    subject=long_words,
    label=long_words,
    style=st.sampled_from(["", "primary", "danger", "other"]),
    fields=st.lists(fields, max_size=3).map(tuple),
    confirm=long_words,
)
parts = st.one_of(
    st.builds(Paragraph, long_words),
    st.builds(Excerpt, long_words, st.lists(spans, max_size=4).map(tuple), long_words),
    st.builds(Facts, st.lists(st.tuples(long_words, long_words), max_size=4).map(tuple)),
    st.builds(Bullets, st.lists(long_words, max_size=4).map(tuple)),
)
cards = st.builds(
    Card,
    title=long_words,
    summary=long_words,
    tone=st.sampled_from(Tone),
    blocks=st.lists(parts, max_size=8).map(tuple) | st.builds(lambda part: (part,) * 200, parts),
    actions=st.lists(actions, max_size=5).map(tuple) | st.builds(lambda action: (action,) * 60, actions),
    footer=long_words,
)
