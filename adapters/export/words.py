"""The report's own words, in English and Spanish."""

from policy.words import Text

MONTHS = Text(
    en="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    es="ene feb mar abr may jun jul ago sep oct nov dic",
)

WORDS = {
    "title": Text(en="Policy review of a Slack export", es="Revisión de una exportación de Slack según la política"),
    "skip": Text(en="Skip to the summary", es="Ir al resumen"),
    "confidential": Text(
        en="Confidential: this page quotes students and staff. Share it only with people who need it for their work.",
        es="Confidencial: esta página cita a estudiantes y personal. Compártala solo con quien la necesite para su "
        "trabajo.",
    ),
    "export": Text(en="Export", es="Exportación"),
    "judged_by": Text(en="Judged by", es="Según"),
    "period": Text(en="Messages from", es="Mensajes del"),
    "to": Text(en="to", es="al"),
    "summary": Text(en="Summary", es="Resumen"),
    "none_read": Text(
        en="No message was found in this export, so nothing can be said about it.",
        es="No se encontró ningún mensaje en esta exportación, así que no se puede decir nada de ella.",
    ),
    "nothing_found": Text(
        en="Nothing was flagged in {messages} messages of {channels}. Good news, not proof: see how to read this.",
        es="No se señaló nada en {messages} mensajes de {channels}. Buena noticia, no prueba: vea cómo leer esto.",
    ),
    "found": Text(
        en="{flagged} of {messages} messages in {channels} may break the policy ({percent}). Nobody has looked at "
        "them yet: each is a question to a person, not a verdict.",
        es="{flagged} de {messages} mensajes en {channels} podrían infringir la política ({percent}). Nadie los ha "
        "revisado aún: cada uno es una pregunta a una persona, no un veredicto.",
    ),
    "urgent_first": Text(
        en="Someone may be in danger in {urgent}. Read the ones marked urgent below today, before anything else.",
        es="Alguien podría estar en peligro en {urgent}. Lea hoy, antes que nada, los marcados como urgentes abajo.",
    ),
    "one_channel": Text(en="1 channel", es="1 canal"),
    "many_channels": Text(en="{n} channels", es="{n} canales"),
    "one_message": Text(en="1 message", es="1 mensaje"),
    "many_messages": Text(en="{n} messages", es="{n} mensajes"),
    "messages": Text(en="Messages read", es="Mensajes leídos"),
    "flagged": Text(en="Flagged", es="Señalados"),
    "share": Text(en="Share", es="Proporción"),
    "by_rule": Text(en="By rule and clause", es="Por regla y cláusula"),
    "by_rule_intro": Text(
        en="A message may break several rules. The clause is the one of this policy that the rule enforces.",
        es="Un mensaje puede infringir varias reglas. La cláusula es la de esta política que la regla hace cumplir.",
    ),
    "rule": Text(en="Rule", es="Regla"),
    "clause": Text(en="Clause", es="Cláusula"),
    "in_plain_words": Text(en="In plain words", es="En palabras sencillas"),
    "no_findings_for": Text(en="Looked for and not found: {rules}.", es="Se buscó y no se encontró: {rules}."),
    "by_channel": Text(en="By channel", es="Por canal"),
    "channel": Text(en="Channel", es="Canal"),
    "kind": Text(en="Kind", es="Tipo"),
    "most_often": Text(en="Most often", es="Más frecuente"),
    "more_channels": Text(
        en="Further channels with findings, in findings.csv: {n}, flagged messages in them: {flagged}.",
        es="Otros canales con hallazgos, en findings.csv: {n}, mensajes señalados en ellos: {flagged}.",
    ),
    "quiet_channels": Text(en="Channels without findings: {n}.", es="Canales sin hallazgos: {n}."),
    "by_month": Text(en="By month", es="Por mes"),
    "by_year": Text(en="By year", es="Por año"),
    "month": Text(en="Month", es="Mes"),
    "year": Text(en="Year", es="Año"),
    "chart_of": Text(en="Flagged messages over time", es="Mensajes señalados a lo largo del tiempo"),
    "as_table": Text(en="The same as a table", es="Lo mismo en una tabla"),
    "gravest": Text(en="The gravest findings", es="Los hallazgos más graves"),
    "gravest_intro": Text(
        en="The gravest first. Words in question are marked. What to look at stands where a rule appears first. Every "
        "finding is in findings.csv.",
        es="Primero los más graves. Están marcadas las palabras en cuestión. Qué revisar aparece la primera vez que "
        "sale una regla. Todos los hallazgos están en findings.csv.",
    ),
    "look_at": Text(en="What to look at", es="Qué revisar"),
    "why": Text(en="Why", es="Por qué"),
    "reply": Text(en="reply in a thread", es="respuesta en un hilo"),
    "earlier": Text(
        en="an earlier version, edited or deleted since",
        es="una versión anterior, editada o eliminada después",
    ),
    "no_time": Text(en="time unknown", es="hora desconocida"),
    "no_words": Text(en="(no text)", es="(sin texto)"),
    "attached": Text(en="Attached", es="Adjunto"),
    "not_read": Text(en="What could not be read", es="Lo que no se pudo leer"),
    "all_read": Text(en="Every file and every row was read.", es="Se leyeron todos los archivos y todas las filas."),
    "odd_rows": Text(en="Rows that are no message, skipped: {n}.", es="Filas que no son mensajes, omitidas: {n}."),
    "broken_files": Text(
        en="Files that could not be read to their end: {n}. Messages in them may be missing here.",
        es="Archivos que no se pudieron leer hasta el final: {n}. Aquí pueden faltar mensajes suyos.",
    ),
    "unchecked": Text(
        en="Messages that could not be judged: {n}. Please read them yourself; the files are named here.",
        es="Mensajes que no se pudieron evaluar: {n}. Léalos usted; aquí se nombran los archivos.",
    ),
    "direct": Text(
        en="Direct messages are not sponsored channels and were not read. Conversations: {n}.",
        es="Los mensajes directos no son canales patrocinados y no se leyeron. Conversaciones: {n}.",
    ),
    "unlisted": Text(
        en="Read, but missing from the list of channels, so their owners are not known: {names}.",
        es="Leídos, pero faltan en la lista de canales, así que no se sabe quién responde: {names}.",
    ),
    "unsafe": Text(
        en="Links to elsewhere and unsafe names, not followed: {n}.",
        es="Enlaces a otros lugares y nombres inseguros, no seguidos: {n}.",
    ),
    "and_more": Text(en="and {n} more", es="y {n} más"),
    "how_to": Text(en="How to read this", es="Cómo leer esto"),
    "how_people": Text(
        en="Chaperone flags and explains; people decide. Open the message in Slack, read what stands around it, and "
        "talk to the people before you conclude anything.",
        es="Chaperone señala y explica; deciden las personas. Abra el mensaje en Slack, lea lo que lo rodea y hable "
        "con las personas antes de concluir nada.",
    ),
    "how_wrong": Text(
        en="It is wrong at times, both ways: it flags harmless talk, and it misses what is said in hints. An empty "
        "list does not mean that nothing happened.",
        es="A veces se equivoca, en ambos sentidos: señala charlas inofensivas y no ve lo que se dice con indirectas. "
        "Una lista vacía no significa que no pasó nada.",
    ),
    "how_roles": Text(
        en="An export does not say who is staff. Whoever made a channel counts as its owner, administrators as staff, "
        "guests and apps as outsiders, all others as students, unless a list of roles was given (--roles).",
        es="Una exportación no dice quién es personal. Quien creó un canal cuenta como responsable, los "
        "administradores como personal, los invitados y aplicaciones como externos y los demás como estudiantes, salvo "
        "que se indique una lista (--roles).",
    ),
    "how_pictures": Text(
        en="Pictures and files themselves are not in an export; only their names and descriptions were read. Messages "
        "deleted before the export are not in it either.",
        es="Las imágenes y archivos no están en una exportación; solo se leyeron sus nombres y descripciones. Tampoco "
        "están los mensajes eliminados antes.",
    ),
    "how_excused": Text(
        en="Excused by a named exemption, such as quoting to object, and not counted: {n}. On trial, recorded in "
        "findings.csv and not counted here: {trial}.",
        es="Excusados por una excepción con nombre, como citar para objetar, y no contados: {n}. A prueba, anotados en "
        "findings.csv y no contados aquí: {trial}.",
    ),
    "how_keep": Text(
        en="These files hold students' words and may be education records. Keep them where few can read them, and "
        "delete them when your work with them is done.",
        es="Estos archivos contienen palabras de estudiantes y pueden ser expedientes educativos. Guárdelos donde "
        "pocos puedan leerlos y bórrelos cuando termine su trabajo con ellos.",
    ),
}
