// Evaluates the expression on stdin, with the answer loaded where --plain is not given, and prints the value as equal values print it.
const fs = require('fs'), path = require('path'), util = require('util'), vm = require('vm');
const expression = fs.readFileSync(0, 'utf8');
const write = (text) => fs.writeSync(1, text + '\n');
console.log = console.info = console.debug = console.error;
const load = () => {
    const source = fs.readFileSync('answer.js', 'utf8').replace(/^export\s+default\s+(?=function|class)/gm, '').replace(/^export\s+(?=const|let|var|function|class|async)/gm, '').replace(/^export\s*\{[^}]*\};?/gm, '');
    const made = { exports: {} };
    Object.assign(globalThis, { require: require('module').createRequire(path.resolve('answer.js')), module: made, exports: made.exports });
    vm.runInThisContext(source, { filename: 'answer.js' });
    for (const [name, value] of Object.entries(made.exports ?? {})) if (!(name in globalThis)) globalThis[name] = value;
};
(async () => {
    if (!process.argv.includes('--plain')) load();
    let told;
    try {
        told = 'value ' + util.inspect(await vm.runInThisContext(`(${expression}\n)`), { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: Infinity, sorted: true });
    } catch (error) {
        told = 'error ' + (error && error.name);
    }
    write(told);
    process.exit(0);
})();
