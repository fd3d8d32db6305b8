"""Grades the answer that lies in /testbed and writes the reward: ``python3 -I judge.py``, as root, without network.

The rule is that of Runproof's own grader: what the answer changed is put into a fresh tree in which all files that judge come
from here, sentinel tests with random names are planted, and the whole suite runs as an ordinary user. The reward is 1 if every
test of FAIL_TO_PASS and PASS_TO_PASS passes, the sentinels behave, the report is whole, no file that judges was written meanwhile,
and tests that are made to fail by their own text are not reported as passed. Everything task-specific stands in judge.json.

If this program itself fails there is no reward: an infrastructure failure is never a zero.
"""

import json
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)

import macros  # noqa: E402
import reports  # noqa: E402

TESTBED, ENV, EXCHANGE, SUPPORT, HOME = "/testbed", "/opt/env", "/runproof/exchange", "/runproof/support", "/runproof/home"
IMAGE, ANSWER, LOG, LOGS = "/runproof/image", "/runproof/answer", "/runproof/tests.log", "/logs/verifier"
REWARDS = ("reward.txt", "reward.json")
RERUNS_AFTER_CRASH = 24
REPORT_BYTES = 96 << 20
MOST_PAIRS, PAIRS_SECONDS = 4, 8
PINNED = {
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": HOME, "USER": "runner", "LOGNAME": "runner", "TMPDIR": "/tmp",
    "TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "dumb",
}


def runner():
    """The user that tests run as; None where this program cannot change its user."""
    try:
        return pwd.getpwnam("runner") if os.geteuid() == 0 else None
    except KeyError:
        return None


def with_parents(test):
    """A subtest of Go, and the tests that start it: one that fails at its beginning starts none."""
    while test:
        yield test
        test = test.rpartition("/")[0]


class Kept:
    """Which files judge: they come from here, whatever the answer says."""

    def __init__(self, rules):
        self.suites = [(suite["folder"], {kind: re.compile(suite[kind]) for kind in ("test", "steering", "build_output")}) for suite in rules["suites"]]
        self.files, self.gold = frozenset(rules["files"]), frozenset(rules["gold"])

    def _is(self, kind, path):
        for folder, patterns in self.suites:
            if patterns[kind].fullmatch(path):
                return True
            if folder and path.startswith(folder + "/") and patterns[kind].fullmatch(path[len(folder) + 1:]):
                return True
        return False

    def judges(self, path):
        return self._is("test", path) or self._is("steering", path) or path in self.files

    def contains(self, path):
        return (self._is("build_output", path) or self.judges(path)) and path not in self.gold


def walk(folder):
    """All but folders and Git's data, with what ``lstat`` says; no link is followed."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(os.path.join(folder, below)) as entries:
            for entry in entries:
                if entry.name.lower() == ".git":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(below + entry.name + "/")
                else:
                    yield below + entry.name, entry.stat(follow_symlinks=False)


def empty(folder):
    os.makedirs(folder, exist_ok=True)
    with os.scandir(folder) as entries:
        for entry in list(entries):
            remove(entry.path)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def remove_all(folder, *names):
    for name in names:
        if os.path.lexists(os.path.join(folder, name)):
            remove(os.path.join(folder, name))


def move_all(source, target):
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(source):
        shutil.move(os.path.join(source, name), os.path.join(target, name))


def unpack(archive, folder):
    subprocess.run(["tar", "--extract", "--gzip", "--file", archive, "--directory", folder, "--no-same-owner"], check=True, env=PINNED)


class Judge:
    def __init__(self, plan):
        self.plan, self.kept, self.user = plan, Kept(plan["kept"]), runner()

    def grade(self):
        reason, detail, failing = self.run_and_judge()
        if reason == "resolved" and self.plan.get("macros"):
            changed = macros.Macros(self.plan["macros"], lambda folder: [os.path.join(folder, path) for path, info in walk(folder) if stat.S_ISREG(info.st_mode) and not self.kept.contains(path)])
            try:
                names = changed.names(ANSWER)
            except TimeoutError:
                return "refused_diff", "a file of the answer is made so that what it defines cannot be found in time", []
            if names:
                reason, _, failing = self.run_and_judge(lambda: changed.rename(names, TESTBED))
                if reason != "resolved":
                    return "tests_changed", "the tests pass only because the answer gives '%s', which they use, another meaning" % names[0], failing
        if reason == "resolved" and self.plan["failing"]:
            return self.countercheck() or (reason, detail, failing)
        return reason, detail, failing

    def countercheck(self):
        """Tests made to fail by their own text must fail. Again and again while that is quick: what forges by chance would have to guess right each time."""
        fault, pairs, started = self.run_made(), 0, time.monotonic()
        while not fault and pairs < MOST_PAIRS and time.monotonic() - started < PAIRS_SECONDS:
            pairs += 1
            one, other = (self.run_made, self.run_true) if secrets.randbelow(2) else (self.run_true, self.run_made)
            fault = one() or other()
        return fault

    def run_made(self):
        self.prepare(failing=True)
        results = [self.run(suite)[0] for suite in self.plan["suites"]]
        chosen = self.plan["failing"]
        green = [test for test in chosen if any(report.passed(test) for report in results)]
        if green:
            return "forged_report", "'%s' is reported as passed where its own text makes it fail" % green[0], []
        if not all(report.complete for report in results) or not any(report.tests.get(name) in (reports.FAILED, reports.ERRORED, reports.TIMED_OUT) for report in results for test in chosen for name in with_parents(test)):
            return "incomplete_report", "the run in which chosen tests are made to fail has no whole report", []
        return None

    def run_true(self):
        self.prepare()
        results = [self.run(suite)[0] for suite in self.plan["suites"]]
        broken = [test for test in self.plan["failing"] if not any(report.passed(test) for report in results)]
        return ("fail_to_pass", "%d FAIL_TO_PASS tests do not pass when they run again" % len(broken), broken) if broken else None

    def run_and_judge(self, change=None):
        nonces = self.prepare(change=change)
        begun = self.now()
        runs = [self.run_whole(suite) for suite in self.plan["suites"]]
        touched = [path for path, info in walk(TESTBED) if path in self.base and self.kept.judges(path) and info.st_ctime_ns > begun]
        all_reports = [report for report, _, _ in runs]

        def passed(test):
            return any(report.passed(test) for report in all_reports)

        sentinels = [sentinel_verdict(nonce, all_reports) for nonce in nonces]
        broken = [test for test in self.plan["fail_to_pass"] if not passed(test)]
        lost = [test for test in self.plan["pass_to_pass"] if not passed(test)]
        if "forged" in sentinels:
            return "forged_report", "a sentinel test that must fail is reported as passed, or the other way round", []
        if any(suite["sentinels"] and code == 0 for suite, (_, code, _) in zip(self.plan["suites"], runs)):
            return "forged_report", "the test command reports success although a sentinel test must fail", []
        if any(timed_out for _, _, timed_out in runs):
            return "timeout", "the suite did not end in time", broken + lost
        if broken:
            return "fail_to_pass", "%d of %d FAIL_TO_PASS tests do not pass" % (len(broken), len(self.plan["fail_to_pass"])), broken + lost
        if lost:
            return "pass_to_pass", "%d PASS_TO_PASS tests do not pass any more" % len(lost), lost
        if "absent" in sentinels:
            return "forged_report", "the report lacks a sentinel test that the framework loads", []
        if not all(report.complete for report in all_reports):
            return "incomplete_report", "the report is cut off or malformed", []
        foreign = sorted(set(touched) - set(self.plan["written_by_suite"]))
        if foreign:
            return "tests_changed", "'%s' was written while the tests ran" % foreign[0], []
        return "resolved", "all FAIL_TO_PASS and all PASS_TO_PASS tests pass", []

    def prepare(self, failing=False, change=None):
        """A fresh tree and fresh dependencies; returns the names of the sentinels planted."""
        self.end_all()
        for folder in (TESTBED, ENV, EXCHANGE, HOME, SUPPORT):
            empty(folder)
        if os.path.exists(IMAGE + "/dependencies.tar.gz"):
            unpack(IMAGE + "/dependencies.tar.gz", "/")
        unpack(HERE + "/kept.tar.gz", TESTBED)
        self.base = {path for path, _ in walk(TESTBED) if self.kept.contains(path)}
        self.put_answer()
        if change:
            change()
        nonces = []
        for sentinel in self.plan["sentinels"]:
            nonces.append("Rp" + secrets.token_hex(8))
            self.write(sentinel["path"].replace("{nonce}", nonces[-1]), sentinel["content"].replace("{nonce}", nonces[-1]).encode())
        if failing:
            for path, _ in walk(HERE + "/failing"):
                with open(os.path.join(HERE, "failing", path), "rb") as source:
                    self.write(path, source.read())
        shutil.copytree(HERE + "/support", SUPPORT, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", SUPPORT], check=True, env=PINNED)
        for folder in ("/tmp", "/var/tmp", "/dev/shm"):
            self.remove_own(folder)
        if self.user:
            subprocess.run(["chown", "-hR", "%d:%d" % (self.user.pw_uid, self.user.pw_gid), TESTBED, ENV, EXCHANGE, HOME], check=True, env=PINNED)
        return nonces

    def put_answer(self):
        """What the answer made of the files that do not judge. New links do not count."""
        links = []
        for path, info in walk(ANSWER):
            if self.kept.contains(path):
                continue
            source, target = os.path.join(ANSWER, path), os.path.join(TESTBED, path)
            if stat.S_ISLNK(info.st_mode):
                if self.plan["links"].get(path) == os.readlink(source):
                    links.append((os.readlink(source), target))
            elif stat.S_ISREG(info.st_mode) and self.make_parent(target):
                shutil.copyfile(source, target, follow_symlinks=False)
                os.chmod(target, stat.S_IMODE(info.st_mode) & 0o777)
        for link, target in links:
            if self.make_parent(target):
                os.symlink(link, target)

    def make_parent(self, target):
        """False where a file that judges stands in the way, or a link leads elsewhere."""
        parent = os.path.dirname(target)
        try:
            os.makedirs(parent, exist_ok=True)
        except OSError:
            return False
        return os.path.realpath(parent) == parent and not os.path.lexists(target)

    def write(self, path, content):
        target = os.path.join(TESTBED, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            out.write(content)

    def now(self):
        """By the clock that the kernel marks files with."""
        marker = EXCHANGE + "/now"
        with open(marker, "wb"):
            return os.lstat(marker).st_ctime_ns

    def remove_own(self, folder):
        """What a process of the agent left there."""
        if not self.user or not os.path.isdir(folder):
            return
        with os.scandir(folder) as entries:
            for entry in list(entries):
                try:
                    if entry.stat(follow_symlinks=False).st_uid == self.user.pw_uid:
                        remove(entry.path)
                except FileNotFoundError:
                    pass  # gone by itself

    def end_all(self):
        """Ends whatever runs as the tests' user."""
        if self.user:
            for _ in range(2):
                self.popen(["/bin/sh", "-c", "kill -9 -1"], cwd="/", stderr=subprocess.DEVNULL).wait()

    def popen(self, words, **more):
        if self.user:
            more.update(user=self.user.pw_uid, group=self.user.pw_gid, extra_groups=[])
        more.setdefault("env", PINNED)
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True, **more)

    def run_whole(self, suite):
        """One run, and where a test took others of its process with it, further ones of those that are missing."""
        report, code, timed_out = self.run(suite)
        for _ in range(RERUNS_AFTER_CRASH if suite["selection"] == "go-run" and not timed_out else 0):
            missing = reports.lost_by_crash(report, suite["tests"], suite["prefix"])
            if not missing:
                break
            again, _, cut = self.run(suite, missing)
            if cut or not any(test in again.tests for test in missing):
                break
            report.merge(again)
        return report, code, timed_out

    def run(self, suite, selection=None):
        empty(EXCHANGE)
        with open(EXCHANGE + "/select", "w", encoding="utf-8") as out:
            out.write("\n")
        if self.user:
            os.chown(EXCHANGE, self.user.pw_uid, self.user.pw_gid)
        words = suite["words"] + (suite["places"] if selection is None else reports.go_selection(selection, suite["prefix"]))
        folder = os.path.join(TESTBED, suite["folder"]) if suite["folder"] else TESTBED
        code, timed_out = 127, False
        with open(LOG, "ab") as log:
            process = None
            try:
                process = self.popen(words, cwd=folder, env={**PINNED, **suite["variables"]}, stdout=log, stderr=log)
                code = process.wait(suite["wall_seconds"])
            except subprocess.TimeoutExpired:
                timed_out = True
            except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
                log.write(("%s\n" % error).encode())
            if process is not None:
                if timed_out or not self.user:
                    end_group(process)
                self.end_all()
                process.wait()
        report = reports.parse(suite["report"], read(EXCHANGE + "/report"), suite["prefix"])
        if timed_out:
            report.complete = False
        return report, code, timed_out


def end_group(process):
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        pass


def read(path):
    """A report, if it is a plain file; code under test may have put anything there."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with open(handle, "rb") as file:
        return file.read(REPORT_BYTES) if stat.S_ISREG(os.fstat(handle).st_mode) else None


def sentinel_verdict(nonce, all_reports):
    found = [(test.lower(), outcome) for report in all_reports for test, outcome in report.tests.items() if nonce in test]
    good = [outcome for test, outcome in found if test.endswith("pass")]
    bad = [outcome for test, outcome in found if test.endswith("fail")]
    if not good or not bad:
        return "absent"
    return "honest" if set(good) == {reports.PASSED} and set(bad) == {reports.FAILED} else "forged"


def main():
    with open(HERE + "/judge.json", encoding="utf-8") as file:
        judge = Judge(json.load(file))
    judge.end_all()
    os.makedirs(LOGS, exist_ok=True)
    remove_all(LOGS, *REWARDS)
    with open(LOG, "wb"):
        pass
    empty(ANSWER)
    os.chmod(ANSWER, 0o700)
    move_all(TESTBED, ANSWER)
    try:
        reason, detail, failing = judge.grade()
    finally:
        # Whoever looks at the container afterwards finds the answer as it was.
        judge.end_all()
        empty(TESTBED)
        move_all(ANSWER, TESTBED)
    # Nothing of the tests' user runs any more: what is written from here on stays.
    remove_all(LOGS, "verdict.json", "tests.log", *REWARDS)
    shutil.copyfile(LOG, LOGS + "/tests.log")
    with open(LOGS + "/verdict.json", "x", encoding="utf-8") as out:
        json.dump({"resolved": reason == "resolved", "reason": reason, "detail": detail, "failing": failing[:200]}, out, indent=2)
        out.write("\n")
    with open(LOGS + "/reward.txt", "x", encoding="utf-8") as out:
        out.write("1\n" if reason == "resolved" else "0\n")
    print("%s: %s" % (reason, detail))


if __name__ == "__main__":
    main()
