
(function () {
"use strict";
var d = document, table = d.getElementById("all");
if (!table) return;
var body = table.tBodies[0], rows = Array.from(body.rows), words = table.dataset;
var main = d.querySelector("main"), convs = new Map();
d.querySelectorAll("details.conv").forEach(function (e) { convs.set(e.dataset.n, e); });
var texts = new Map(rows.map(function (r) { return [r, r.textContent.toLowerCase()]; }));
var sorted = false;
var state = { q: "", o: "", sort: 0, down: false };
function make(name, text, parent, act) {
  var e = d.createElement(name);
  e.textContent = text;
  if (act) { e.type = "button"; e.addEventListener("click", act); }
  parent.append(e);
  return e;
}
var tools = d.createElement("div");
tools.className = "tools";
table.closest(".scroll").before(tools);
var field = make("input", "", tools);
field.type = "search";
field.id = "find";
field.placeholder = words.find;
field.setAttribute("aria-label", words.find);
var count = make("span", "", tools);
count.id = "count";
count.setAttribute("role", "status");
function openAll(open) {
  return function () { convs.forEach(function (e) { e.open = open; }); };
}
make("button", words.open, tools, openAll(true));
make("button", words.close, tools, openAll(false));
function find() {
  var parts = state.q.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
  rows.forEach(function (r) {
    var text = texts.get(r), conv = convs.get(r.dataset.n);
    var fits = (!state.o || r.dataset.o === state.o) && parts.every(function (p) { return text.includes(p); });
    r.hidden = !fits;
    if (conv) conv.hidden = !fits;
    shown += fits;
  });
  count.textContent = shown + " / " + rows.length;
  chips.forEach(function (li) {
    var on = li.dataset.o === state.o;
    li.classList.toggle("on", on);
    li.firstChild.setAttribute("aria-pressed", on);
  });
}
function sort() {
  var at = state.sort, turn = state.down ? -1 : 1, order = new Intl.Collator(undefined, { numeric: true });
  sorted = true;
  function key(r) { var c = r.cells[at]; return c.dataset.v === undefined ? c.textContent : +c.dataset.v; }
  function compare(a, b) {
    var x = key(a), y = key(b);
    if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
    if (x === y) return +a.cells[0].dataset.v - +b.cells[0].dataset.v;
    return turn * (typeof x === "number" ? x - y : order.compare(x, y));
  }
  rows.sort(compare);
  body.append.apply(body, rows);
  rows.forEach(function (r) { var e = convs.get(r.dataset.n); if (e) main.append(e); });
  heads.forEach(function (th, i) {
    if (i === at) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
}
function keep() {
  var p = new URLSearchParams();
  if (state.q) p.set("q", state.q);
  if (state.o) p.set("o", state.o);
  if (state.sort || state.down) p.set("sort", (state.down ? "-" : "") + state.sort);
  try { history.replaceState(null, "", "#" + p); } catch (e) { /* a page without an address */ }
}
var heads = Array.from(table.tHead.rows[0].cells);
heads.forEach(function (th, i) {
  var text = th.textContent;
  th.textContent = "";
  make("button", text, th, function () {
    state.down = state.sort === i ? !state.down : false;
    state.sort = i;
    sort();
    keep();
  }).title = words.sort;
});
var chips = Array.from(d.querySelectorAll("#outcomes li"));
chips.forEach(function (li) {
  var inside = Array.from(li.childNodes), b = d.createElement("button");
  b.type = "button";
  b.title = words.choose;
  b.append.apply(b, inside);
  li.append(b);
  b.addEventListener("click", function () {
    state.o = state.o === li.dataset.o ? "" : li.dataset.o;
    find();
    keep();
  });
});
field.addEventListener("input", function () { state.q = field.value; find(); keep(); });
function read() {
  var hash = location.hash.slice(1), target = /^c(u?\d+)$/.exec(hash);
  if (target) {
    var conv = convs.get(target[1]);
    if (conv) { conv.open = true; conv.hidden = false; conv.scrollIntoView(); }
    return;
  }
  if (hash && !hash.includes("=")) return;
  var p = new URLSearchParams(hash), by = /^(-?)(\d+)$/.exec(p.get("sort") || "0");
  state.q = field.value = p.get("q") || "";
  state.o = p.get("o") || "";
  state.sort = by && +by[2] < heads.length ? +by[2] : 0;
  state.down = Boolean(by && by[1]);
  // As it came it is in order.
  if (sorted || state.sort || state.down) sort();
  find();
}
addEventListener("hashchange", read);
var opened = [];
addEventListener("beforeprint", function () {
  convs.forEach(function (e) { if (!e.open) { e.open = true; opened.push(e); } });
});
addEventListener("afterprint", function () { opened.splice(0).forEach(function (e) { e.open = false; }); });
find();
if (location.hash) read();
})();
