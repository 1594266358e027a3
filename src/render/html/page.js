
(function () {
"use strict";
var d = document, table = d.getElementById("all");
if (!table) return;
var body = table.tBodies[0], rows = Array.from(body.rows), words = table.dataset;
var main = d.querySelector("main"), convs = new Map();
d.querySelectorAll("details.conv").forEach(function (e) { convs.set(e.dataset.n, e); });
// What a row says, once somebody looks for something.
var texts = new Map(), sorted = false;
function text(r) {
  if (!texts.has(r)) texts.set(r, r.textContent.toLowerCase());
  return texts.get(r);
}
// Where scripts run, what is closed is text: it becomes a drawing when it is opened.
function draw(conv) {
  var kept = conv.querySelector("noscript");
  if (!kept) return;
  kept.insertAdjacentHTML("beforebegin", kept.textContent);
  kept.remove();
}
main.addEventListener("toggle", function (event) {
  if (event.target.open && convs.has(event.target.dataset.n)) draw(event.target);
}, true);
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
    var conv = convs.get(r.dataset.n);
    var fits = (!state.o || r.dataset.o === state.o) && parts.every(function (p) { return text(r).includes(p); });
    if (r.hidden === fits) r.hidden = !fits;
    if (conv && conv.hidden === fits) conv.hidden = !fits;
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
  var keys = new Map(rows.map(function (r) { return [r, [key(r), +r.cells[0].dataset.v]]; }));
  function compare(a, b) {
    var k = keys.get(a), l = keys.get(b), x = k[0], y = l[0];
    if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
    if (x === y) return k[1] - l[1];
    return turn * (typeof x === "number" ? x - y : order.compare(x, y));
  }
  rows.sort(compare);
  var all = d.createDocumentFragment(), drawn = d.createDocumentFragment();
  rows.forEach(function (r) {
    var e = convs.get(r.dataset.n);
    all.append(r);
    if (e) drawn.append(e);
  });
  body.append(all);
  main.append(drawn);
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
    if (conv) { draw(conv); conv.open = true; conv.hidden = false; conv.scrollIntoView(); }
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
  convs.forEach(function (e) { draw(e); if (!e.open) { e.open = true; opened.push(e); } });
});
addEventListener("afterprint", function () { opened.splice(0).forEach(function (e) { e.open = false; }); });
find();
if (location.hash) read();
})();
