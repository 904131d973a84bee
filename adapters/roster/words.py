"""What is wrong with a row of a roster, in words for whoever exports it."""

from policy.words import Text

UNREADABLE = Text(
    en="The row cannot be read: a quote is not closed, or stands where none may.",
    es="No se puede leer la fila: unas comillas no se cierran o están donde no deben.",
)
FIELDS = Text(
    en="The row has {found} fields and the header {expected}: a comma without quotes, or a cut-off row.",
    es="La fila tiene {found} campos y la cabecera {expected}: una coma sin comillas o una fila cortada.",
)
TOO_LONG = Text(
    en="The field “{column}” has more than {most} characters.",
    es="El campo «{column}» tiene más de {most} caracteres.",
)
NO_TEXT = Text(
    en="The field “{column}” holds characters that are no text.",
    es="El campo «{column}» tiene caracteres que no son texto.",
)
ENCODING = Text(
    en="The file is not written in UTF-8 and was read as Windows-1252. Look whether accents are right.",
    es="El archivo no está en UTF-8 y se leyó como Windows-1252. Compruebe los acentos.",
)
SAME_COLUMN = Text(
    en="The header names “{column}” twice; the first one counts.",
    es="La cabecera repite «{column}»; vale la primera.",
)
MISSING = Text(en="“{column}” is empty.", es="«{column}» está vacío.")
TWICE = Text(
    en="“{id}” stands in line {line} already; that row counts.",
    es="«{id}» ya está en la línea {line}; vale aquella fila.",
)
ROLE = Text(en="“{value}” is not a role that we know.", es="«{value}» no es una función conocida.")
NO_ROLE = Text(
    en="{id} has no role in roles.csv that is in force.", es="{id} no tiene en roles.csv ninguna función vigente."
)
ROLE_OF_NOBODY = Text(
    en="The role belongs to {id}, who is not in this users.csv. Send the user's row, too.",
    es="La función es de {id}, que no está en este users.csv. Envíe también la fila de esa persona.",
)
STATUS = Text(
    en="“{value}” is not a status: active or tobedeleted.", es="«{value}» no es un estado: active o tobedeleted."
)
DAY = Text(
    en="“{value}” in “{column}” is not a day. Write it like 2026-06-30.",
    es="«{value}» en «{column}» no es una fecha. Escríbala así: 2026-06-30.",
)
ENDS_BEFORE = Text(en="It ends before it begins.", es="Termina antes de empezar.")
EMAIL = Text(
    en="“{value}” is not an e-mail address; it was left out.", es="«{value}» no es una dirección de correo; se omitió."
)
YES_OR_NO = Text(
    en="“{value}” in “{column}” is neither yes nor no; it counts as not known.",
    es="«{value}» en «{column}» no es sí ni no; cuenta como desconocido.",
)
NOT_TOLD = Text(
    en="manifest.csv says that this file is absent, so it was not read.",
    es="manifest.csv dice que este archivo no está, y no se leyó.",
)
