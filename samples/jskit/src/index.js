'use strict';

module.exports = { ...require('./hub.js'), ...require('./prices.js'), ...require('./queue.js') };
