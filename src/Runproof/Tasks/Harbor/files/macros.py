"""Names that an answer defines as macros although they belong to others, and tests use them: an answer that is right is so when it calls them otherwise."""

import re
import signal

SEARCH_SECONDS = 60


class Macros:
    """``plan``: what finds definitions, the names that no answer has a reason to define, and what is put behind those that it does. ``files_of``: the files of a folder that may be the answer's."""

    def __init__(self, plan, files_of):
        self.defined, self.foreign, self.suffix, self.files_of = [re.compile(rule, re.M) for rule in plan["defined"]], set(plan["names"]), plan["suffix"], files_of

    def names(self, folder):
        """TimeoutError where a text is made so that searching it takes long."""
        signal.signal(signal.SIGALRM, late)
        signal.alarm(SEARCH_SECONDS)
        try:
            texts = map(continued, self.files_of(folder))
            return sorted({match.group("name") for text in texts for rule in self.defined for match in rule.finditer(text)} & self.foreign)
        finally:
            signal.alarm(0)

    def rename(self, names, folder):
        word = re.compile(r"\b(?:%s)\b" % "|".join(names))
        for file in self.files_of(folder):
            text = continued(file)
            if word.search(text):
                with open(file, "w", encoding="latin-1", newline="") as out:
                    out.write("\n".join(line if re.match(r"\s*(?:#|%:)\s*include", line) else word.sub(lambda match: match.group() + self.suffix, line) for line in text.split("\n")))


def late(*_):
    raise TimeoutError


def continued(path):
    """The text of a file, a character for each byte; lines that a backslash continues are one."""
    with open(path, encoding="latin-1", newline="") as file:
        return re.sub(r"\\[ \t]*\r?\n", "", file.read())
