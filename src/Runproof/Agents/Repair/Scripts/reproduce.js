const files = {files};
const examples = {examples};
const names = {}, from = {};
const put = (name, value, how) => { if (!(name in names) && /^[\w$]+$/.test(name)) { names[name] = value; from[name] = how; } };
const show = {show};
const flat = (text) => String(text).replace(/\s+/g, '');
const words = () => {
  const found = new Set();
  for (const file of require_('node:child_process').execSync('git ls-files', { encoding: 'utf8' }).split('\n').filter((one) => /\.(md|[cm]?[jt]sx?)$/.test(one)).slice(0, 200)) {
    let text = '';
    try { text = require_('node:fs').readFileSync(file, 'utf8').slice(0, 200000); } catch { continue; }
    for (const match of text.matchAll(/(["'`])((?:(?!\1)[^\\\n]){1,80})\1/g)) found.add(match[2]);
  }
  return [...found];
};
const likeness = (one, other) => {
  let count = 0;
  for (let i = 0; i + 2 < other.length; i++) if (one.includes(other.slice(i, i + 3))) count++;
  return count / Math.max(3, one.length, other.length);
};
let texts = null;
function pool(example, spread) {
  const said = [example.expected, example.actual].filter((one) => one !== null && one !== undefined);
  const all = new Set();
  for (const one of said) {
    for (const text of [one, one.replace(/(?=[?#])/, '/'), `${one}/`, `/${one}`, one.replace(/^\//, ''), one.replace(/\/$/, ''), one.replace(/^["']|["']$/g, ''), one.toLowerCase(), one.toUpperCase(), ` ${one} `, `?${one}`, one.replace(/%25/g, '%'), one.replace(/%20/g, ' ')]) all.add(text);
    try { all.add(decodeURIComponent(one)); } catch { /* not encoded */ }
    if (spread) for (let i = 0; i <= one.length; i++) { all.add(JSON.stringify([one.slice(0, i), one.slice(i)])); all.add(JSON.stringify([one.slice(0, i), one.slice(i + 1)])); }
  }
  texts = texts || words();
  const target = example.expected || example.actual || '';
  for (const one of [...texts].sort((a, b) => likeness(b, target) - likeness(a, target)).slice(0, 400)) all.add(one);
  return spread ? [...all].filter((one) => one.startsWith('["')).map((one) => JSON.parse(one)) : [...all];
}
const simple = (text) => text.replace(/\s+as\s+(?:any|unknown|string|number|const|[A-Z]\w*)(?:\[\])*/g, '').replace(/;\s*$/, '');
async function run(setUp, call, given) {
  const scope = { ...names, ...given };
  const known = Object.keys(scope).filter((name) => new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(`${setUp}\n${call}`) && !new RegExp(`\\b(?:const|let|var|function|class)\\s+${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(setUp));
  const work = new Function(...known, `"use strict"; return (async () => { ${setUp}\nreturn (${call}); })();`);
  return { value: await work(...known.map((name) => scope[name])), known };
}
async function outcome(setUp, call, given) {
  try {
    const { value, known } = await run(setUp, call, given);
    return { kind: 'value', text: show(value), known };
  } catch (error) {
    const missing = error instanceof ReferenceError ? /^([\w$]+) is not defined/.exec(error.message) : null;
    return { kind: 'raises', text: `${error && error.name}: ${error && error.message}`, missing: missing && missing[1] };
  }
}
function shows(example, seen) {
  if (example.kind === 'not-raised') return seen.kind === 'value';
  if (example.kind === 'raises') return seen.kind === 'raises' && !seen.missing && flat(seen.text) === flat(example.actual);
  return seen.kind === 'value' && flat(seen.text) === flat(example.actual) && example.expected !== null;
}
function* products(lists) {
  if (lists.length === 0) { yield []; return; }
  const [first, ...rest] = lists;
  for (const one of first) for (const others of products(rest)) yield [one, ...others];
}
async function find(example) {
  let setUp = example.code.slice(0, -1).map(simple).join(';\n'), call = simple(example.code[example.code.length - 1] || '');
  if (!call || /=\s*$/m.test(setUp.split('\n')[0] || '')) setUp = setUp.split('\n').slice(1).join('\n');
  const unknown = [];
  for (let round = 0; round < 5; round++) {
    const seen = await outcome(setUp, call, Object.fromEntries(unknown.map((name) => [name, 'x'])));
    if (!seen.missing) break;
    const paths = [...`${setUp}\n${call}`.matchAll(new RegExp(`(?<![\\w$.])${seen.missing.replace(/\$/g, '\\$')}((?:\\.[\\w$]+)*)(\\()?`, 'g'))];
    if (paths.some((path) => path[2] && !path[1])) return null;
    for (const path of paths) {
      const parts = path[1].split('.').filter(Boolean);
      if (path[2]) parts.pop();
      const name = [seen.missing, ...parts].join('_');
      const written = [seen.missing, ...parts].join('.').replace(/[$.]/g, '\\$&');
      const pattern = new RegExp(`(?<![\\w$.])${written}(?![\\w$])`, 'g');
      [setUp, call] = [setUp.replace(pattern, name), call.replace(pattern, name)];
      if (!unknown.includes(name)) unknown.push(name);
    }
  }
  const most = [1, 600, 45, 12, 6, 4][unknown.length] || 1;
  const lists = unknown.map((name) => pool(example, new RegExp(`\\.\\.\\.\\(?${name}\\b`).test(call)).slice(0, most));
  const begun = Date.now();
  for (const values of products(lists)) {
    if (Date.now() - begun > 6000) break;
    const given = Object.fromEntries(unknown.map((name, i) => [name, values[i]]));
    const seen = await outcome(setUp, call, given);
    if (!shows(example, seen)) continue;
    const { known } = seen.kind === 'value' ? seen : { known: Object.keys(names).filter((name) => new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(`${setUp}\n${call}`)) };
    if (!known.some((name) => name in from)) return null;
    return { setUp, call, given, known: known.filter((name) => name in from), example };
  }
  return null;
}
async function main() {
  for (const file of files) {
    let module;
    try { module = await load(file); } catch { continue; }
    if (!module) continue;
    for (const [name, value] of Object.entries(module)) if (name !== 'default') put(name, value, { file, name });
    const whole = module.default === undefined ? module : module.default;
    const stem = file.split('/').pop().replace(/\.\w+$/, '').replace(/[-_.](\w)/g, (_, one) => one.toUpperCase());
    if (typeof whole === 'function') {
      put(whole.name || stem, whole, { file, name: null });
      put(stem, whole, { file, name: null });
    } else if (whole && typeof whole === 'object') {
      for (const [name, value] of Object.entries(whole)) put(name, value, { file, name, inside: module.default !== undefined });
      put(stem, whole, { file, name: null });
    }
  }
  const found = [];
  for (const example of examples) {
    const one = await find(example);
    if (one) found.push(one);
  }
  const used = [...new Set(found.flatMap((one) => one.known))];
  const heads = used.map((name) => {
    const { file, name: exported, inside } = from[name];
    if ({isModule}) return exported === null ? `import ${name} from '${file}';` : inside ? `import whole_${name} from '${file}';\nconst { ${name} } = whole_${name};` : `import { ${name} } from '${file}';`;
    return exported === null ? `const ${name} = require('${file}');` : `const { ${name} } = require('${file}');`;
  });
  const bodies = found.map(({ setUp, call, given, example }) => {
    const lines = Object.entries(given).map(([name, value]) => `    const ${name} = ${JSON.stringify(value)};`).concat(setUp.trim() ? [`    ${setUp}`] : []);
    if (example.kind === 'not-raised') lines.push(`    let raised = false;`, `    try { await (${call}); } catch { raised = true; }`, `    if (!raised) throw new Error('raises nothing');`);
    else if (example.expected === null || /Error$/.test(example.expected)) lines.push(`    await (${call});`);
    else lines.push(`    const value = show(await (${call}));`, `    if (flat(value) !== flat(${JSON.stringify(example.expected)})) throw new Error(\`got \${value}, expected \${${JSON.stringify(example.expected)}}\`);`);
    return `  {\n${lines.join('\n')}\n  }`;
  });
  const text = `${[{head}, ...heads].filter(Boolean).join('\n')}\n\nconst flat = (text) => String(text).replace(/\\s+/g, '');\nconst show = ${show.toString()};\n\n{test}('reproduction', async () => {\n${bodies.join('\n')}\n});\n`;
  require_('node:fs').writeFileSync('/tmp/repair/reproduction.txt', found.length === 0 ? `no example could be reproduced (${Object.keys(names).length} names)\n` : `${found.length} of ${examples.length} examples reproduced:\n${text}`);
}
{test}('search', main, 20000);
