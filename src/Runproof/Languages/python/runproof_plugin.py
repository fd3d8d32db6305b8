"""The pytest plugin of Runproof: selection, order, time limits, reach, behaviour. See runproof_common for its variables."""

import random

import pytest

import runproof_behaviour
import runproof_common as common


class Plugin:
    def __init__(self, root, reach):
        self.root = root
        self.reach = reach
        self.limit = common.TimeLimit()
        self.fail_fast = common.variable("FAIL_FAST") is not None
        path = common.variable("BEHAVIOUR")
        self.behaviour = runproof_behaviour.Recorder(path) if path else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session, config, items):
        selected = common.selection()
        if selected is not None:
            places = {test: place for place, test in enumerate(selected)}
            chosen = [item for item in items if item.nodeid in places]
            chosen.sort(key=lambda item: places[item.nodeid])
            dropped = [item for item in items if item.nodeid not in places]
            if dropped:
                config.hook.pytest_deselected(items=dropped)
            items[:] = chosen
        seed = common.variable("SHUFFLE")
        if seed is not None:
            _shuffle(items, random.Random(int(seed)))

    def pytest_collection_finish(self, session):
        if self.reach is not None:
            files = {item.nodeid.split("::")[0] for item in session.items}
            self.reach.record_imports(sorted(files))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        item.user_properties.append(("nodeid", item.nodeid))
        if self.reach is not None:
            self.reach.begin(item.nodeid)
        if self.behaviour is not None:
            self.behaviour.begin(item.nodeid)
        try:
            yield
        finally:
            self.limit.stop()
            if self.reach is not None:
                self.reach.end()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        self.limit.start()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_teardown(self, item):
        if self.limit.expired:
            # The budget is spent: tear-down gets its own, or fixtures of later tests would be left half torn down.
            self.limit.start()
            self.limit.expired = True
        yield
        self.limit.stop()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef, request):
        """Lines of a fixture that tests share belong to all of them, not to the one that happens to be first."""
        if self.reach is None or fixturedef.scope == "function":
            yield
            return
        before = self.reach.switch(common.SHARED)
        try:
            yield
        finally:
            self.reach.switch(before)

    def pytest_assertrepr_compare(self, config, op, left, right):
        if self.behaviour is not None:
            self.behaviour.compared(op, left, right)
        return None

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        if call.excinfo is not None and self.limit.expired:
            self.limit.stop()
        if call.excinfo is not None and call.when == "call" and self.behaviour is not None and not self.limit.expired:
            self.behaviour.failed(item.nodeid, str(getattr(item, "path", None) or item.fspath), call.excinfo.value, call.excinfo.tb)
        outcome = yield
        report = outcome.get_result()
        if self.limit.expired and report.failed and call.when == "call":
            report.longrepr = "%s of %g s\n%s" % (common.TIME_LIMIT, self.limit.seconds, str(report.longrepr)[:2000])
        if self.fail_fast and report.failed and call.when == "call" and not self.limit.expired:
            item.session.shouldfail = "runproof: first failure"


def _shuffle(items, rng):
    """Another order: files, then the classes and tests within each, groups kept together."""

    def shuffled(group, depth):
        if depth > 2:
            rng.shuffle(group)
            return group
        parts = {}
        for item in group:
            names = item.nodeid.split("::")
            key = names[depth] if depth < len(names) - 1 else "%s#%d" % (names[-1], len(parts))
            parts.setdefault(key, []).append(item)
        keys = list(parts)
        rng.shuffle(keys)
        result = []
        for key in keys:
            result.extend(shuffled(parts[key], depth + 1) if len(parts[key]) > 1 else parts[key])
        return result

    items[:] = shuffled(list(items), 0)
