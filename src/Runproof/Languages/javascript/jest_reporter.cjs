// Jest's reporter for Runproof: tells of files that could not be loaded; tests tell of themselves (jest_runner.cjs).
'use strict';

const common = require('./common.cjs');

module.exports = class Reporter {
  onTestResult(test, result) {
    if (result.testExecError || (result.failureMessage && result.testResults.length === 0)) {
      common.emit({ kind: 'collect', where: common.relative(test.path), message: common.textOf(result.testExecError || result.failureMessage) });
    }
    common.emit({ kind: 'file', file: common.relative(test.path) });
  }

  getLastError() {}
};
