"""A school year of an invented district in virtual time, beside a plain model of what must come of it.

`python -m tests.school_year --channels 300 --people 5000` lives through it at full size. The product's clock goes from
one thing that is due to the next; processes die, and now and then all of them are down for hours. The model knows only
what happened and shares no code with the checks. It says after each event what every check of that channel must say,
every night what all must say, and whose attention was called for when: each reminder, digest and escalation once."""
