// Filtering, sorting and a choice of colours. Without it the report is whole; nothing here makes content.
(function () {
  'use strict';
  var byId = function (id) { return document.getElementById(id); };
  var all = function (selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); };
  var listen = function (target, event, act, capture) { if (target) target.addEventListener(event, act, !!capture); };

  // Colours: the system's, until the reader chooses.
  var root = document.documentElement;
  var theme = byId('theme');
  var systemDark = window.matchMedia('(prefers-color-scheme: dark)');
  var remember = function (value) { try { localStorage.setItem('runproof-theme', value); } catch (error) { /* a file may have no storage */ } };
  var remembered = function () { try { return localStorage.getItem('runproof-theme'); } catch (error) { return null; } };
  var isDark = function () { return root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches; };
  var label = function () { theme.textContent = isDark() ? 'Light' : 'Dark'; theme.setAttribute('aria-label', 'Use ' + (isDark() ? 'light' : 'dark') + ' colours'); };
  var chosen = remembered();
  if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen;
  theme.hidden = false;
  label();
  listen(theme, 'click', function () {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember(root.dataset.theme);
    label();
  });
  listen(systemDark, 'change', label);

  // Tables: a head that is clicked sorts.
  all('table.sortable').forEach(function (table) {
    all('th[data-sort]', table.tHead).forEach(function (head) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.textContent = '';
      head.appendChild(button);
      listen(button, 'click', function () {
        var isNumber = head.dataset.sort === 'number';
        var was = head.getAttribute('aria-sort');
        var down = was ? was === 'ascending' : isNumber;
        all('th[aria-sort]', table.tHead).forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        var valueOf = function (row) {
          var cell = row.cells[head.cellIndex];
          var text = cell.dataset.value || cell.textContent;
          return isNumber ? parseFloat(text.replace(/,/g, '')) : text;
        };
        var body = table.tBodies[0];
        Array.prototype.slice.call(body.rows)
          .map(function (row) { return { row: row, value: valueOf(row) }; })
          .sort(function (a, b) { return (a.value < b.value ? -1 : a.value > b.value ? 1 : 0) * (down ? -1 : 1); })
          .forEach(function (one) { body.appendChild(one.row); });
      });
    });
  });

  // Tasks.
  var list = byId('list');
  if (!list) return;
  var tools = byId('tools'), text = byId('text'), family = byId('family'), sort = byId('sort'), open = byId('open'), shown = byId('shown'), none = byId('none');
  var tasks = all('details.task', list).map(function (element) { return { element: element, words: element.textContent.toLowerCase() }; });
  var visible = function () { return tasks.filter(function (task) { return !task.element.hidden; }); };
  var relabel = function () {
    var some = visible();
    open.textContent = some.length > 0 && some.every(function (task) { return task.element.open; }) ? 'Close all' : 'Open all';
  };
  var filter = function () {
    var wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    tasks.forEach(function (task) {
      task.element.hidden = !(wanted.every(function (word) { return task.words.indexOf(word) >= 0; }) && (family.value === '' || task.element.dataset.family === family.value));
    });
    var count = visible().length;
    shown.textContent = (count === tasks.length ? '' : count + ' of ') + tasks.length + (tasks.length === 1 ? ' task' : ' tasks');
    none.hidden = count > 0;
    relabel();
  };
  var order = function () {
    var key = sort.value.replace(/^-/, ''), sign = sort.value.charAt(0) === '-' ? -1 : 1;
    var isText = key === 'file' || key === 'family';
    var valueOf = function (task) { return isText ? task.element.dataset[key] : parseFloat(task.element.dataset[key]); };
    tasks.slice().sort(function (a, b) {
      var x = valueOf(a), y = valueOf(b);
      return (x < y ? -1 : x > y ? 1 : 0) * sign || a.element.dataset.place - b.element.dataset.place;
    }).forEach(function (task) { list.appendChild(task.element); });
  };
  var clear = function () { text.value = ''; family.value = ''; filter(); };

  tools.hidden = false;
  listen(tools, 'submit', function (event) { event.preventDefault(); });
  listen(text, 'input', filter);
  listen(family, 'change', filter);
  listen(sort, 'change', order);
  listen(byId('clear'), 'click', function () { clear(); text.focus(); });
  listen(open, 'click', function () {
    var opening = open.textContent === 'Open all';
    visible().forEach(function (task) { task.element.open = opening; });
    relabel();
  });
  listen(list, 'toggle', relabel, true);
  listen(document, 'keydown', function (event) {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); text.focus(); }
    if (event.key === 'Escape' && event.target === text) clear();
  });

  // An address that names a task opens it.
  var toTask = function () {
    var target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches('details.task')) { clear(); target.open = true; target.scrollIntoView(); }
  };
  listen(window, 'hashchange', toTask);
  order();
  filter();
  toTask();
})();
