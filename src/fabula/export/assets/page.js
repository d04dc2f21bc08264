"use strict";
// The reader: layers over the text, cards beside it, places that one goes to, keys, looks.
(() => {
  const F = globalThis.fabula, { data, blocks, starts, blockAt, endOf, units, spansOf, wordsAt, pointAt, reading, readingLine, lastNotAfter, can, paint, wipe, kept, look, settle } = F;
  const body = document.body, main = document.querySelector("main"), status = document.getElementById("status");
  const narrow = matchMedia("(max-width: 56rem)");
  body.classList.remove("nojs");

  let hush = 0;
  const say = (words) => { status.textContent = words; clearTimeout(hush); hush = setTimeout(() => { status.textContent = ""; }, 9000); };
  const el = (name, attributes = {}, ...inside) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...inside.filter((x) => x !== null && x !== ""));
    return node;
  };
  const namesOf = (who) => who.map((w) => data.names[w]).join(" and ");

  // --- layers
  const looks = data.looks.map((name) => name.replace(/^c(\d) t(\d)$/, "m-$1-$2"));
  const meant = () => {
    const by = new Map();
    data.mentions.forEach((flat, who) => { if (data.shown[who]) by.set(looks[who], [...(by.get(looks[who]) || []), ...spansOf(flat)]); });
    return by;
  };
  const spans = {
    places: () => spansOf(data.places), times: () => spansOf(data.times), emotions: () => data.emotions.map((x) => [x[0], x[1]]), doubts: () => spansOf(data.unsure),
  };
  const marked = (name) => (on) => (on ? paint(name.slice(0, -1), spans[name]()) : wipe(name.slice(0, -1)));
  const layer = {
    speakers: (on) => body.classList.toggle("no-speakers", !on),
    meant: (on) => { body.classList.toggle("with-meant", on); for (const [name, found] of meant()) on ? paint(name, found) : wipe(name); },
    places: marked("places"), times: marked("times"), emotions: marked("emotions"),
    notes: (on) => document.querySelectorAll(".fold input").forEach((box) => { box.checked = !on; }),
    doubts: (on) => { body.classList.toggle("with-doubts", on); marked("doubts")(on); },
  };
  const boxes = [...document.querySelectorAll("[data-layer]")];
  boxes.forEach((box) => {
    const name = box.dataset.layer;
    if (name !== "notes" && name in look.layers && look.layers[name] !== box.checked) { box.checked = look.layers[name]; layer[name](box.checked); }
    box.addEventListener("change", () => { layer[name](box.checked); look.layers[name] = box.checked; kept.set("look", look); });
  });

  // Who is meant at a point of the text: told on hovering, on a click, and for a whole paragraph by the key w.
  const everyone = data.mentions.flatMap((flat, who) => spansOf(flat).map(([a, b]) => [a, b, who])).sort((x, y) => x[0] - y[0] || y[1] - x[1]);
  const meantAt = (at) => {
    const found = new Map();
    for (let i = lastNotAfter(everyone, at, (x) => x[0]); i >= 0 && everyone[i][0] > at - 200; i--) {
      const [a, b, who] = everyone[i];
      if (a <= at && at < b) { const key = a + ":" + b; found.set(key, [...(found.get(key) || []), who]); }
    }
    let best = null;
    for (const [key, who] of found) {
      const [a, b] = key.split(":").map(Number);
      if (!best || b - a < best.end - best.start) best = { start: a, end: b, who };
    }
    return best;
  };
  const feltAt = (at) => data.emotions.filter((x) => x[0] <= at && at < x[1]).map((x) => `${data.names[x[2]]}: ${x[3]}`).join(", ");
  const tip = el("div", { class: "tip", role: "tooltip", hidden: true });
  body.append(tip);
  let pending = 0;
  const hint = (x, y) => {
    const at = pointAt(x, y), found = body.classList.contains("with-meant") ? meantAt(at) : null;
    const words = found ? namesOf(found.who) : look.layers.emotions ? feltAt(at) : "";
    tip.hidden = !words;
    if (!words) return;
    tip.textContent = words;
    tip.style.left = Math.max(8, Math.min(x + 12, innerWidth - 220)) + "px";
    tip.style.top = y + 18 + "px";
  };
  main.addEventListener("pointermove", (event) => {
    if (pending || !(body.classList.contains("with-meant") || look.layers.emotions)) return;
    pending = requestAnimationFrame(() => { pending = 0; hint(event.clientX, event.clientY); });
  });
  main.addEventListener("pointerleave", () => { tip.hidden = true; });
  const mentionsIn = (k) => {
    const out = [], end = endOf(k);
    for (let i = lastNotAfter(everyone, starts[k] - 1, (x) => x[0]) + 1; i < everyone.length && everyone[i][0] < end; i++) out.push(everyone[i]);
    return out;
  };
  const tellParagraph = () => {
    const k = reading(), text = blocks[k].textContent;
    const said = mentionsIn(k).map(([a, b, who]) => text.slice(units(text, a - starts[k]), units(text, b - starts[k])) + ": " + data.names[who]);
    say([...new Set(said)].join("; ") || "nobody is mentioned in this paragraph");
  };

  // --- a character chosen
  const cards = [...document.querySelectorAll("details.who")];
  let chosen = null;
  const choose = (id) => {
    if (chosen !== null) document.querySelectorAll(".q.on").forEach((q) => q.classList.remove("on"));
    chosen = id;
    wipe("who");
    say("");
    if (id === null) return;
    document.querySelectorAll(`.q[data-s="${id}"]`).forEach((q) => q.classList.add("on"));
    const found = spansOf(data.mentions[id] || []);
    paint("who", found);
    if (can && found.length && !body.classList.contains("guarded")) say(`${found.length} mentions of ${data.names[id]} marked in the text`);
  };
  cards.forEach((card) => card.addEventListener("toggle", () => {
    if (card.open) { cards.forEach((other) => { if (other !== card) other.open = false; }); choose(+card.dataset.c); }
    else if (chosen === +card.dataset.c) choose(null);
  }));
  const reveal = (node) => { for (let up = node; up; up = up.parentElement.closest("details")) up.open = true; };
  const openCard = (id) => {
    const card = document.getElementById("who-" + id);
    if (!card || card.classList.contains("later")) return null;
    show("cast", true);
    reveal(card);
    card.scrollIntoView({ block: "nearest" });
    return card;
  };

  // --- what is shown beside the text
  const world = document.getElementById("world"), drawer = document.getElementById("drawer");
  const draw = (open) => { body.classList.toggle("drawn", open); drawer.setAttribute("aria-expanded", String(open)); };
  drawer.addEventListener("click", () => { draw(!body.classList.contains("drawn")); if (body.classList.contains("drawn")) world.focus(); });
  const show = (name, open = false) => {
    document.querySelectorAll(".panel").forEach((panel) => { panel.hidden = panel.id !== "panel-" + name; });
    document.querySelectorAll("button[data-panel]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.panel === name)));
    if (open && narrow.matches) draw(true);
    document.dispatchEvent(new CustomEvent("fabula:panel", { detail: name }));
  };
  document.querySelectorAll("button[data-panel]").forEach((button) => button.addEventListener("click", () => {
    show(button.dataset.panel, true);
    world.scrollTop = 0;
    document.getElementById("panel-" + button.dataset.panel).querySelector("input, select")?.focus();
  }));

  // --- going to places
  const unfold = (node) => {
    for (let inside = node.closest(".nt"); inside; inside = inside.parentElement.closest(".nt")) {
      const box = inside.previousElementSibling?.querySelector("input");
      if (box) box.checked = true;
    }
  };
  const jump = (node) => {
    unfold(node);
    if (narrow.matches) draw(false);
    settle(node, node.getBoundingClientRect().height > innerHeight * 0.8 ? "start" : "center");
    node.classList.remove("hit"); void node.offsetWidth; node.classList.add("hit");
  };
  const go = (at) => { const k = blockAt(at); if (k >= 0) jump(blocks[k]); };
  const step = (id, way) => {
    const all = [...new Set(spansOf(data.mentions[id] || []).map(([at]) => blockAt(at)))].filter((k) => k >= 0), middle = innerHeight / 2;
    const next = all.find((k) => blocks[k].getBoundingClientRect().top > middle + 8);
    const before = all.filter((k) => blocks[k].getBoundingClientRect().bottom < middle - 8).pop();
    const to = way > 0 ? next ?? all[0] : before ?? all[all.length - 1];
    if (to !== undefined) jump(blocks[to]);
  };
  const fromAddress = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* an address that is no code is taken as it stands */ }
    if (/^at-\d+$/.test(id)) return go(+id.slice(3));
    const card = id.startsWith("who-") ? openCard(id.slice(4)) : null;
    return card && choose(+card.dataset.c);
  };
  addEventListener("hashchange", fromAddress);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a[data-at], button[data-at], button[data-step], button[data-label], a[data-who]");
    if (!target) return;
    if (target.dataset.at) { event.preventDefault(); go(+target.dataset.at); }
    else if (target.dataset.step) step(+target.dataset.c, +target.dataset.step);
    else if (target.dataset.who) { const card = openCard(target.dataset.who); if (card) { event.preventDefault(); card.querySelector("summary").focus({ preventScroll: true }); } }
    else {
      const open = target.getAttribute("aria-pressed") !== "true", every = target.dataset.label === "*";
      (every ? document.querySelectorAll("button[data-label]") : [target]).forEach((button) => button.setAttribute("aria-pressed", String(open)));
      document.querySelectorAll(".fold").forEach((fold) => { if (every || fold.dataset.l.split(", ").includes(target.dataset.label)) fold.querySelector("input").checked = open; });
    }
  });
  main.addEventListener("click", (event) => {
    if (event.target.closest("a, label, input, button") || String(getSelection())) return;
    const at = pointAt(event.clientX, event.clientY), found = meantAt(at), quote = event.target.closest(".q");
    const picked = { at, mention: found, quote };
    if (!document.dispatchEvent(new CustomEvent("fabula:pick", { detail: picked, cancelable: true }))) return;
    if (found && body.classList.contains("with-meant")) { openCard(data.ids[found.who[0]]); say(namesOf(found.who)); }
    else if (quote && quote.dataset.s) openCard(data.ids[quote.dataset.s]);
  });

  // --- looks
  const apply = () => {
    F.apply();
    document.querySelectorAll('.tools input[type="radio"]').forEach((radio) => { radio.checked = look[radio.name] === radio.value; });
    document.getElementById("keys").checked = look.keys;
    kept.set("look", look);
  };
  document.querySelectorAll('.tools input[type="radio"]').forEach((radio) => radio.addEventListener("change", () => { look[radio.name] = radio.value; apply(); }));
  document.querySelectorAll("button[data-size]").forEach((button) => button.addEventListener("click", () => { look.size = Math.max(-2, Math.min(8, look.size + +button.dataset.size)); apply(); }));
  document.getElementById("keys").addEventListener("change", (event) => { look.keys = event.target.checked; apply(); });
  apply();
  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => menus.forEach((menu) => { if (!menu.contains(event.target) || event.target.closest(".contents a")) menu.open = false; }));
  menus.forEach((menu) => menu.addEventListener("toggle", () => { if (menu.open) menus.forEach((other) => { if (other !== menu) other.open = false; }); }));

  // --- keys
  const toScene = (way) => {
    const at = starts[reading()] ?? 0, i = lastNotAfter(data.scenes, at, (x) => x[0]), to = data.scenes[i + way];
    if (to) go(to[0]);
  };
  const keys = { n: () => toScene(1), p: () => toScene(-1), w: tellParagraph, l: () => { const box = boxes[0]; box.closest("details").open = true; box.focus(); }, i: () => document.getElementById("open-pictures").click() };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = menus.find((m) => m.open);
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
      else if (body.classList.contains("drawn")) { draw(false); drawer.focus(); }
      else if (chosen !== null) { cards.forEach((card) => { card.open = false; }); choose(null); }
      tip.hidden = true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !look.keys || event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, dialog") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  // --- the place where one left off
  const mark = "place:" + document.title.slice(0, 60) + ":" + data.length;
  const remember = () => kept.set(mark, starts[reading()] ?? 0);
  const back = (then) => {
    const place = kept.get(mark), k = place ? blockAt(place) : 0;
    if (k <= 0 || location.hash) return then();
    const block = blocks[k];
    block.style.scrollMarginTop = readingLine() - 4 + "px";
    settle(block, "start", () => { block.style.scrollMarginTop = ""; then(); });
  };

  Object.assign(F, { el, say, go, choose, openCard, show, keys, namesOf, mentionsIn, fromAddress, remember, back, draw, cards, wordsAt });
})();
