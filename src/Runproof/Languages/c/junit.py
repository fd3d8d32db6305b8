"""The report: JUnit XML, put in place whole at the end."""

import os
import re
from xml.sax.saxutils import quoteattr

PASSED, SKIPPED, TIMED_OUT, ERRORED, FAILED = "passed", "skipped", "timed out", "errored", "failed"
TIME_LIMIT = "runproof: time limit"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Result:
    """One test: its id, how it ended, what was printed of it, and the file that holds it, as the repository names it."""

    def __init__(self, test, outcome, seconds=0.0, message="", details="", file=None):
        self.test, self.outcome, self.seconds, self.message, self.details, self.file = test, outcome, seconds, message, details, file


def attribute(text):
    return quoteattr(_NOT_XML.sub("?", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _case(result):
    file = " file=%s" % attribute(result.file) if result.file else ""
    text = ["<testcase classname=\"\" name=%s time=\"%.4f\"%s><properties><property name=\"nodeid\" value=%s/></properties>" % (attribute(result.test), result.seconds, file, attribute(result.test))]
    if result.outcome != PASSED:
        element = {SKIPPED: "skipped", FAILED: "failure"}.get(result.outcome, "error")
        message = TIME_LIMIT if result.outcome == TIMED_OUT else result.message
        details = _NOT_XML.sub("?", result.details[:8000]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text.append("<%s message=%s>%s</%s>" % (element, attribute(message[:2000]), details, element))
    return "".join(text) + "</testcase>\n"


def write(path, results, broken):
    """``broken``: what does not compile → the compiler's words."""
    failures = "".join(
        "<testcase classname=\"\" name=%s><error message=\"collection failure\">%s</error></testcase>\n"
        % (attribute(where), _NOT_XML.sub("?", said[-4000:]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) for where, said in sorted(broken.items()))
    made = path + ".made"
    with open(made, "w", encoding="utf-8", errors="replace") as file:
        file.write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n%s%s</testsuites>\n" % (failures, "".join(map(_case, results))))
    os.replace(made, path)
