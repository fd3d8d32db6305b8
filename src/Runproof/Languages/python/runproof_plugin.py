"""The pytest plugin of Runproof: selection, order, time limits, reach, behaviour. See runproof_common for its variables.

Every <testcase> of the report has one property ``nodeid``, also those of skipped tests and of errors. Options that the project
may have set and that would cut the run, split it over processes, or measure coverage a second time have no effect.
"""

import _pytest.runner
import pytest

import runproof_behaviour
import runproof_common as common
import runproof_witness


def _phases():
    """The code in which pytest runs the parts of a test: what is raised in there is booked on the test."""
    functions = [getattr(_pytest.runner, name, None) for name in ("call_runtest_hook", "call_and_report")]
    codes = [code for function in functions if function for code in function.__code__.co_consts if getattr(code, "co_name", "") == "<lambda>"]
    return codes or [getattr(_pytest.runner, "pytest_runtest_" + part).__code__ for part in ("setup", "call", "teardown")]


class Plugin:
    def __init__(self, root, reach, warm):
        self.reach, self.warm = reach, warm
        self.limit = common.TimeLimit(_phases())
        path = common.path("BEHAVIOUR")
        self.behaviour = runproof_behaviour.Recorder(path, root) if path else None

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self, early_config):
        options = early_config.known_args_namespace
        if hasattr(options, "cov_source"):
            options.cov_source, options.no_cov = [], True
        yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_cmdline_main(self, config):
        for name, value in (("maxfail", 0), ("usepdb", False), ("numprocesses", None), ("dist", "no"), ("tx", []), ("looponfail", False)):
            if hasattr(config.option, name):
                setattr(config.option, name, value)
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, config, items):
        collected = {id(item): place for place, item in enumerate(items)}
        yield  # as a wrapper it runs after all others, pytest's own order by fixtures among them
        if common.variable("SHUFFLE"):
            # A seed gives the same order also where another plugin has shuffled.
            items.sort(key=lambda item: collected.get(id(item), len(collected)))
        items[:], left_out = common.arranged(list(items), lambda item: item.nodeid, _groups)
        if left_out:
            config.hook.pytest_deselected(items=left_out)

    def pytest_collection_finish(self, session):
        if self.reach is not None:
            self.reach.collected({item.nodeid.split("::")[0] for item in session.items})
        runproof_witness.run({item.nodeid: getattr(item, "module", None) for item in session.items})

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        """A warm process stays here; what it forks goes on with the tests that it was asked to run."""
        if self.warm is not None:
            self.warm.serve()
            self.limit = common.TimeLimit(_phases())
            session.items, _ = common.arranged(session.items, lambda item: item.nodeid, _groups)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        if self.reach is not None:
            self.reach.begin(item.nodeid)
        if self.behaviour is not None:
            self.behaviour.begin()
        self.limit.start(item.nodeid)
        yield
        common.end_stray_child()
        self.limit.stop()
        if self.reach is not None:
            self.reach.end()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self):
        self.limit.go_on()
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self):
        if self.limit.expired:
            self.limit.start()
        else:
            self.limit.go_on()
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef):
        """Lines of a fixture that tests share belong to all of them, not to the one that happens to be first."""
        if self.reach is None or fixturedef.scope == "function":
            yield
            return
        before = self.reach.switch("shared:")
        yield
        self.reach.switch(before)

    def pytest_assertrepr_compare(self, op, left, right):
        if self.behaviour is not None:
            self.behaviour.compared(op, left, right)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if self.limit.expired:
            # Also where the code swallowed it and went on to pass or to skip.
            report.outcome, report.longrepr = "failed", "%s\n%s" % (self.limit.message, str(report.longrepr or "")[-2000:])
            report.__dict__.pop("wasxfail", None)
            if self.limit.fail_fast and self.limit.timeouts >= common.TIMEOUTS_TO_STOP:
                item.session.shouldfail = "runproof: tests hang"
        elif report.failed and call.when == "call":
            if self.behaviour is not None and call.excinfo is not None:
                self.behaviour.failed(item.nodeid, str(getattr(item, "path", None) or item.fspath), call.excinfo.value, call.excinfo.tb)
            if self.limit.fail_fast:
                item.session.shouldfail = "runproof: first failure"

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report):
        """The id goes into the report last, when no test can add another of that name."""
        mine = ("nodeid", report.nodeid)
        if report.when == "teardown":
            report.user_properties = [one for one in report.user_properties if one[0] != "nodeid"] + [mine]
            xml = _xml(self.config) if report.failed else None
            if xml is not None and any(known.nodeid == report.nodeid for known in xml.open_reports):
                # A test that failed and then fails to tear down has two entries; pytest closes the first without properties.
                xml.node_reporter(report).add_property(*mine)
        yield

    def pytest_configure(self, config):
        self.config = config
        if self.warm is not None:
            config.option.tbstyle = "line"  # nobody reads what it says of a failure, and the text takes longer than most tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self):
        common.end_stray_child()
        self.limit.stop()


def _xml(config):
    try:
        from _pytest.junitxml import xml_key

        return getattr(config, "stash", None) and config.stash.get(xml_key, None) or getattr(config, "_store", {}).get(xml_key, None)
    except Exception:
        return None


def _groups(item):
    """The file and the classes that a test stands in."""
    names = [part.name for part in item.listchain() if isinstance(part, pytest.Class)]
    return [item.nodeid.split("::")[0]] + names
