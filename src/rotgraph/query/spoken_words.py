"""In: nothing. Out: how questions and conditions are spoken, as patterns. Room: query."""

from __future__ import annotations

from rotgraph.late import regex
from rotgraph.query.words import SPOKEN_OPERATORS

__all__ = [
    "ABOUT", "AGGREGATE", "ARTICLES", "BEGUN", "BETWEEN", "CLAUSE", "CONNECTED", "COUNTING", "DATED", "ENDING", "EXTREME",
    "GROUPING", "HAS", "HAVING", "INTRO", "IN_WHERE", "JOINS", "JOINT", "KNOWN", "LACKING", "LIMITED", "MEASURED", "MOMENTS",
    "MORE", "MOST", "NUMBERS", "OPENING", "OPERATOR", "ORDERED", "OTHER", "PLACE", "PLAIN", "POSSESSIVE", "RISING", "SORTING",
    "THEIRS", "TIME", "UNKNOWN", "WITH_EXTREME", "WRITE", "WRITTEN",
]  # fmt: skip


_ARTICLE = r"(?:all(?:\s+of)?|every|each|any|some|known|the|an?|our|my|its|their|these|those|distinct|unique|different)"
_SPOKEN = "|".join(word.replace(" ", r"\s+") for word in SPOKEN_OPERATORS)
_MUCH = r"highest|largest|biggest|greatest|longest|most"
_LITTLE = r"lowest|smallest|shortest|least"

NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ten": "10"}
_COUNT = rf"(?:[0-9]+|{'|'.join(NUMBERS)})"

# questions

OPENING = regex(
    r"(?i)(?:please|can\s+you|could\s+you|would\s+you|let\s+me\s+see|what\s+about"
    r"|i(?:\s+(?:want|need|would\s+like)|['’]d\s+like)(?:\s+to\s+(?:see|know|have))?"
    r"|(?:list\s+of|show|list|give|find|get|fetch|search(?:\s+for)?|display|print|return|tell|select|see|view|pull|look\s+up|query"
    r"|compare|group|break\s+down|split)(?:\s+(?:me|us))?"
    r"|which|whose|what(?:\s+(?:is|are|was|were))?|what['’]s|who\s+(?:is|are)|are\s+there|is\s+there|do\s+(?:we|i)\s+have"
    rf"|{_ARTICLE})\s+"
)
"""What stands before a query, one by one."""
ENDING = regex(
    r"(?i),?\s+(?:please|(?:are|is)\s+there|(?:do|did)\s+(?:we|i|you)\s+have|there\s+are|exists?"
    r"|in\s+(?:the|my|this|our)\s+(?:vault|notes|graph|data))$"
)
COUNTING = regex(r"(?i)(?:how\s+many|(?:total\s+)?(?:number|count)\s+of|count(?:\s+of|\s+up)?)\s+")
ARTICLES = regex(rf"(?i)(?:{_ARTICLE}\s+)*")
CONNECTED = regex(
    r"(?i)(?:(?:the\s+)?(?:shortest\s+)?(?:paths?|routes?|connections?|links?|ways?)\s+(?:between\s+|from\s+)?(?P<ends>.+)"
    r"|how\s+(?:is|are)\s+(?P<pair>.+?)(?:\s+(?:related|connected|linked))?)"
)
JOINS = r"^(?:and|to|with)\s+|\s+(?:(?:is|are)\s+)?(?:related|connected|linked)(?:\s+(?:to|with))?$|\s+(?:and|to|with)$"
WRITE = regex(r"write `([^`]+)`")
CLAUSE = regex(r"(?i)(?:where|show|sort\s+by|per)\s+(\w+)\b")
IN_WHERE = regex(r"(?is)(?:(?!\b(?:show|sort|per|limit|pivot)\b).)*\bwhere\b(?:(?!\b(?:show|sort|per|limit|pivot)\b).)*")
"""Up to somewhere in the first condition."""
BEGUN = regex(
    r"(?i)(?:explain\s+)?(?:top\s+[0-9]+\s+(?P<top>\S+|\"[^\"]+\")\s+by|(?:count\s+)?(?P<cls>\S+|\"[^\"]+\")"
    r"\s+(?:where|per|show|pivot|sort\s+by|limit|offset|as\s+of))\b"
)
"""A query that begins as the language has it."""
AGGREGATE = regex(
    r"(?i)(average|avg|mean|total|sum|median|max(?:imum)?|min(?:imum)?|highest|largest|biggest|greatest|lowest|smallest|least)"
    r"\s+(?:of\s+)?(.+)"
)
MEASURED = regex(rf"(?i)\s+(?:of|for|in|across|over|from|among|on)\s+(?:{_ARTICLE}\s+)*")
EXTREME = regex(
    rf"(?i)(?:the\s+)?(?:(?P<count>{_COUNT})\s+)?(?P<word>top|best|{_MUCH}|bottom|worst|{_LITTLE}"
    rf"|latest|newest|most\s+recent|last|earliest|oldest|first)\s+(?:(?P<number>{_COUNT})\s+)?(?P<rest>.+)"
)
RISING = frozenset({"bottom", "worst", "lowest", "smallest", "shortest", "least", "earliest", "oldest", "first"})
DATED = frozenset({"latest", "newest", "most recent", "last", "earliest", "oldest", "first"})
WITH_EXTREME = regex(rf"(?i)(?:with|has|have|having|that\s+has|that\s+have)\s+(?:the\s+)?({_MUCH}|{_LITTLE})\s+(.+)")
MOST = regex(r"(?i)(.+?)\s+(?:has|have|had|with)\s+(?:the\s+)?(most|fewest|least)\s+(.+)")
HAS = regex(r"(?i)(?:does|do|did|has|have|is|are|was|were)\s+(.+?)(?:\s+(?:have|has|own|owned|hold|run|in|do|make|made|won))?")
GROUPING = regex(r"(?i)\s+(?:grouped\s+by|group\s+by|by|per|for\s+each|for\s+every|in\s+each|broken\s+down\s+by|split\s+by)\s+")
SORTING = regex(
    r"(?i)\s+(?:sorted|ordered|ranked|order|sort|rank)\s+(?:by|on)\s+(?P<by>.+?)(?:"
    r"[,\s]+(?P<down>desc(?:ending)?|(?:largest|highest|biggest|newest|latest|most)\s+first|(?:from\s+)?high(?:est)?\s+to\s+low(?:est)?)"
    r"|[,\s]+(?P<up>asc(?:ending)?|(?:smallest|lowest|oldest|earliest)\s+first|(?:from\s+)?low(?:est)?\s+to\s+high(?:est)?))?$"
)
ORDERED = regex(r"(?i)(sort|order|rank)\s+(.+?)\s+by\s+(.+)")
LIMITED = regex(r"(?i)\s+(?:limit|top|first)\s+([0-9]+)$")
THEIRS = regex(r"(?i)(?:and|with|including|along\s+with|together\s+with)\s+(?:their|its)\s+(.+)")
POSSESSIVE = regex(r"(.+?)['’]s?\s+([^'’]+)")
ABOUT = regex(r"(?i)^(?:(?:do|does)\s+(?:we|i|it|the\s+notes)\s+(?:know|say|have)\s+)?(?:about|on|of)\s+")

# conditions

INTRO = regex(r"(?i)(?:and\s+)?(?:(?:that|which|who|where|they|it|is|are|was|were|being)\s+)*")
LACKING = regex(
    r"(?i)(?:(?:without|lacking|lack|lacks|missing|miss|misses)\s+"
    r"|(?:(?:with|having|have|has|had|got|contain|contains|show|shows)\s+)?no\s+"
    r"|(?:with|having|have|has|had)\s+(?:an?\s+)?(?:unknown|missing|empty|blank)\s+"
    r"|(?:do|does|did)(?:\s+not|n['’]?t)\s+(?:have|contain|show|list)\s+|(?:have|has|had)(?:\s+not|n['’]?t)\s+)(?P<field>.+)"
)
UNKNOWN = regex(
    r"(?i)(?:whose\s+)?(?P<field>.+?)\s+(?:(?:is|are|was|were)\s+)?(?:un(?:known|set|defined|specified)|missing|empty|blank|null|none"
    r"|not\s+(?:known|set|there|given|available|specified|present|filled))"
)
KNOWN = regex(
    r"(?i)(?:whose\s+)?(?P<field>.+?)\s+(?:is|are|was|were)\s+(?:set|there|given|available|specified|present|filled|defined"
    r"|not\s+(?:empty|blank|null|missing|unknown))"
)
HAVING = regex(r"(?i)(?:with|having|have|has|had|whose|show|shows|contain|contains|of)\s+(?P<rest>.+)")
JOINT = regex(r"(?i)(?<=\S)(\s+(?:and|or))?\s+(?:with|without|having|whose|lacking|that\s+(?:has|have))\s")
OTHER = regex(r"(?i)(?:not|excluding|except(?:\s+for)?|other\s+than|but\s+not|besides)\s+")
PLACE = regex(
    r"(?i)(?:(?:\w+ed|made|run|held|built|sold|led|done|won|given|part|member|members|kind|listed)\s+)?"
    r"(?P<word>in|within|inside|under|below|of|from|about|for|by|at|on|to)\s+(?P<value>.+)"
)
TIME = regex(
    r"(?i)(?P<word>since|after|(?:later|newer|younger)\s+than|before|(?:earlier|older)\s+than|prior\s+to|until|during|in|on|from|over)"
    r"\s+(?P<value>.+)"
)
MOMENTS = {
    "since": "after", "after": "after", "later than": "after", "newer than": "after", "younger than": "after", "before": "before",
    "earlier than": "before", "older than": "before", "prior to": "before", "until": "before",
}  # fmt: skip
BETWEEN = regex(r"(?i)\b(?:between|from)\s+(\S+(?:\s+\S+)?)\s+(?:and|to)\s+(\S+(?:\s+[0-9]\S*)?)")
OPERATOR = regex(rf"(?i)(?:(?:is|are|was|were)\s+(?=not\b|in\b|[=<>]|{_SPOKEN})|of\s+)?(?P<spoken>{_SPOKEN})\s+(?P<value>.+)")
MORE = regex(
    r"(?i)(?:(?P<more>longer|larger|bigger|greater|higher|more|heavier|above|over|exceeding|at\s+least)"
    r"|shorter|smaller|lower|less|fewer|lighter|below|under|at\s+most)\s+(?:than\s+)?(?P<value>.+)"
)
WRITTEN = regex(r"(?i)(?:[=<>!]|(?:is|contains|in|like|matches|within|overlaps|starts|ends|possibly)\b)")
PLAIN = regex(r"[^\W_][\w &.%'’$€£+~-]*")
"""A value that stands without quotes."""
