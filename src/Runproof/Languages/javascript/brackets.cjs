// Brackets in the text of JavaScript; those in strings do not count.
'use strict';

/** How many are open at the end of a text. */
function open(text) {
  let depth = 0;
  let quote = null;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = null;
    } else if (c === '"' || c === "'" || c === '`') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
  }
  return depth;
}

/** What stands between the bracket at a place and the one that closes it, separated by commas. */
function itemsAt(text, start) {
  const found = [];
  let from = start + 1;
  for (let i = start + 1; i < text.length; i++) {
    const isEnd = ')]}'.includes(text[i]);
    if ((text[i] !== ',' && !isEnd) || open(text.slice(start + 1, i)) !== 0) continue;
    const item = text.slice(from, i).trim();
    if (item) found.push(item);
    from = i + 1;
    if (isEnd) return found;
  }
  return found;
}

module.exports = { open, itemsAt };
