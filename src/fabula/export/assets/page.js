"use strict";
// The reader: layers over the text, the scene that one is in, cards beside it, no spoilers, looks that are remembered.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const blocks = [...document.querySelectorAll("[data-o]")];
  const starts = blocks.map((b) => +b.dataset.o);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const root = document.documentElement, body = document.body, main = document.querySelector("main");
  const status = document.getElementById("status");
  body.classList.remove("nojs");

  const say = (words) => { status.textContent = words; };
  const el = (name, attributes = {}, ...inside) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...inside.filter((x) => x !== null && x !== ""));
    return node;
  };
  const kept = {
    get: (key) => { try { return JSON.parse(localStorage.getItem("fabula:" + key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("fabula:" + key, JSON.stringify(value)); } catch { /* a page that may keep nothing still reads */ } },
  };

  // --- places: the data counts code points, the page counts UTF-16 units
  const lastNotAfter = (list, at, of = (x) => x) => {
    let lo = 0, hi = list.length;
    while (lo < hi) { const mid = (lo + hi) >> 1; of(list[mid]) <= at ? (lo = mid + 1) : (hi = mid); }
    return lo - 1;
  };
  const blockAt = (at) => lastNotAfter(starts, at);
  const nodesOf = (block) => {
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), out = [];
    for (let node = walk.nextNode(), at = 0; node; node = walk.nextNode()) { out.push([at, node]); at += node.length; }
    return out;
  };
  const units = (text, points) => {
    if (!/[\ud800-\udfff]/.test(text)) return points;
    let at = 0;
    for (const ch of text) { if (points-- <= 0) break; at += ch.length; }
    return at;
  };
  const points = (text, count) => (/[\ud800-\udfff]/.test(text) ? [...text.slice(0, count)].length : count);
  const rangeIn = (nodes, text, from, to) => {
    const a = units(text, from), b = units(text, to), range = document.createRange();
    const put = (set, at, last) => {
      for (let i = nodes.length - 1; i >= 0; i--) {
        const [start, node] = nodes[i];
        if (start < at || (start === at && !last) || i === 0) return set.call(range, node, Math.min(node.length, Math.max(0, at - start)));
      }
    };
    if (!nodes.length) return null;
    put(range.setStart, a, false);
    put(range.setEnd, b, true);
    return range;
  };
  const spansOf = (flat) => {
    const out = [];
    for (let i = 0, at = 0; i < flat.length; i += 2) { at += flat[i]; out.push([at, at + flat[i + 1]]); }
    return out;
  };
  const rangesOf = (spans) => {
    const out = [];
    let row = -1, nodes, text;
    for (const [from, to] of spans) {
      const k = blockAt(from);
      if (k < 0) continue;
      if (k !== row) { row = k; nodes = nodesOf(blocks[k]); text = blocks[k].textContent; }
      const range = rangeIn(nodes, text, from - starts[k], to - starts[k]);
      if (range) out.push(range);
    }
    return out;
  };
  // The line on which one reads: near the top, and lower towards the end, so that the last paragraph is reached too.
  const readingLine = () => {
    const left = root.scrollHeight - innerHeight - scrollY;
    return Math.min(innerHeight * 0.3, 260) + innerHeight * 0.65 * Math.max(0, 1 - left / (innerHeight * 0.6));
  };
  const reading = () => {
    const line = readingLine();
    let lo = 0, hi = blocks.length;
    while (lo < hi) { const mid = (lo + hi) >> 1; blocks[mid].getBoundingClientRect().top <= line ? (lo = mid + 1) : (hi = mid); }
    return Math.max(0, lo - 1);
  };

  // --- layers
  const can = globalThis.CSS && CSS.highlights && globalThis.Highlight;
  const paint = (name, spans) => { if (can) CSS.highlights.set(name, new Highlight(...rangesOf(spans))); };
  const wipe = (name) => { if (can) CSS.highlights.delete(name); };
  const looks = data.looks.map((look) => look.replace(/^c(\d) t(\d)$/, "m-$1-$2"));
  const meant = () => {
    const by = new Map();
    data.mentions.forEach((flat, who) => { if (data.shown[who]) by.set(looks[who], [...(by.get(looks[who]) || []), ...spansOf(flat)]); });
    return by;
  };
  const layer = {
    speakers: (on) => body.classList.toggle("no-speakers", !on),
    meant: (on) => { body.classList.toggle("with-meant", on); for (const [name, spans] of meant()) on ? paint(name, spans) : wipe(name); },
    places: (on) => (on ? paint("place", spansOf(data.places)) : wipe("place")),
    times: (on) => (on ? paint("time", spansOf(data.times)) : wipe("time")),
    emotions: (on) => (on ? paint("emotion", data.emotions.map((x) => [x[0], x[1]])) : wipe("emotion")),
    notes: (on) => document.querySelectorAll(".fold input").forEach((box) => { box.checked = !on; }),
    doubts: (on) => { body.classList.toggle("with-doubts", on); on ? paint("doubt", spansOf(data.unsure)) : wipe("doubt"); },
  };
  document.querySelectorAll("[data-layer]").forEach((box) => box.addEventListener("change", () => layer[box.dataset.layer](box.checked)));

  // Who is meant at a point of the text: told on hovering, on a click, and for a whole paragraph by the key w.
  const everyone = data.mentions.flatMap((flat, who) => spansOf(flat).map(([a, b]) => [a, b, who])).sort((x, y) => x[0] - y[0] || y[1] - x[1]);
  const meantAt = (at) => {
    const found = new Map();
    for (let i = lastNotAfter(everyone, at, (x) => x[0]); i >= 0 && i > -1 && everyone[i][0] > at - 200; i--) {
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
  const pointAt = (x, y) => {
    const caret = document.caretPositionFromPoint?.(x, y), old = caret ? null : document.caretRangeFromPoint?.(x, y);
    const node = caret ? caret.offsetNode : old?.startContainer, offset = caret ? caret.offset : old?.startOffset;
    const block = node && node.nodeType === 3 ? node.parentElement.closest("[data-o]") : null;
    if (!block) return -1;
    const start = nodesOf(block).find(([, n]) => n === node);
    return start ? +block.dataset.o + points(block.textContent, start[0] + offset) : -1;
  };
  const namesOf = (who) => who.map((w) => data.names[w]).join(" and ");
  const tip = el("div", { class: "tip", role: "tooltip", hidden: true });
  body.append(tip);
  let pending = 0;
  main.addEventListener("pointermove", (event) => {
    if (!body.classList.contains("with-meant") || pending) return;
    pending = requestAnimationFrame(() => {
      pending = 0;
      const found = meantAt(pointAt(event.clientX, event.clientY));
      tip.hidden = !found;
      if (!found) return;
      tip.textContent = namesOf(found.who);
      tip.style.left = Math.min(event.clientX + 12, innerWidth - 220) + "px";
      tip.style.top = event.clientY + 18 + "px";
    });
  });
  main.addEventListener("pointerleave", () => { tip.hidden = true; });
  const tellParagraph = () => {
    const k = reading(), end = k + 1 < starts.length ? starts[k + 1] : data.length, said = [];
    for (let i = lastNotAfter(everyone, starts[k] - 1, (x) => x[0]) + 1; i < everyone.length && everyone[i][0] < end; i++) {
      const [a, b, who] = everyone[i], text = blocks[k].textContent;
      said.push(text.slice(units(text, a - starts[k]), units(text, b - starts[k])) + ": " + data.names[who]);
    }
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
    const spans = spansOf(data.mentions[id] || []);
    paint("who", spans);
    if (can && spans.length && !body.classList.contains("guarded")) say(`${spans.length} mentions of ${data.names[id]} marked in the text`);
  };
  cards.forEach((card) => card.addEventListener("toggle", () => {
    if (card.open) { cards.forEach((other) => { if (other !== card) other.open = false; }); choose(+card.dataset.c); }
    else if (chosen === +card.dataset.c) choose(null);
  }));
  const reveal = (node) => { for (let up = node; up; up = up.parentElement.closest("details")) up.open = true; };
  const openCard = (id) => {
    const card = document.getElementById("who-" + id);
    if (!card || card.classList.contains("later")) return null;
    show("cast");
    reveal(card);
    card.scrollIntoView({ block: "nearest" });
    return card;
  };

  // --- tabs beside the text
  const tabs = [...document.querySelectorAll(".tabs button[data-panel]")];
  const show = (name) => {
    document.querySelectorAll(".panel").forEach((panel) => { panel.hidden = panel.id !== "panel-" + name; });
    document.querySelectorAll("button[data-panel]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.panel === name)));
    document.dispatchEvent(new CustomEvent("fabula:panel", { detail: name }));
  };
  document.querySelectorAll("button[data-panel]").forEach((button) => button.addEventListener("click", () => {
    show(button.dataset.panel);
    const panel = document.getElementById("panel-" + button.dataset.panel);
    if (matchMedia("(max-width: 56rem)").matches) panel.scrollIntoView();
    panel.querySelector("input, select")?.focus();
  }));
  if (tabs.length) show(tabs[0].dataset.panel);

  // --- going to places
  const unfold = (node) => {
    for (let inside = node.closest(".nt"); inside; inside = inside.parentElement.closest(".nt")) {
      const box = inside.previousElementSibling?.querySelector("input");
      if (box) box.checked = true;
    }
  };
  const jump = (node) => {
    unfold(node);
    node.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
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
    const card = id.startsWith("who-") ? openCard(id.slice(4)) : null;
    if (card) choose(+card.dataset.c);
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

  // --- where one is: the scene, what is known by now
  const here = document.getElementById("here");
  const dot = (who) => el("a", { class: "dot " + data.looks[who].split(" ")[0], href: "#who-" + data.ids[who], "data-who": data.ids[who] }, el("bdi", {}, data.names[who]));
  let scene = -2;
  const tellScene = (at) => {
    const i = lastNotAfter(data.scenes, at, (x) => x[0]);
    if (i === scene) return;
    scene = i;
    here.hidden = i < 0;
    if (i < 0) return;
    const [, , people, pov, place, time, , chapter] = data.scenes[i], heading = data.chapters[lastNotAfter(data.chapters, at, (x) => x[0])];
    here.replaceChildren(
      el("p", { class: "where" }, el("b", {}, `Scene ${i + 1}`), ` of ${data.scenes.length}`, heading ? el("bdi", { class: "sub" }, " · " + heading[1]) : ""),
      el("p", {}, el("bdi", {}, [place, time].filter(Boolean).join(" · ") || "place and time not told")),
      el("div", { class: "people" }, ...people.map(dot)),
      pov >= 0 ? el("p", { class: "sub" }, "seen by ", el("bdi", {}, data.names[pov])) : "",
    );
  };
  const guard = document.getElementById("guard");
  let furthest = 0;
  const firstPlace = (node) => {
    if (node.dataset.first) return +node.dataset.first;
    const link = node.querySelector("[data-at]");
    return link ? +link.dataset.at : -1;
  };
  const hideLater = () => {
    const on = guard.checked;
    body.classList.toggle("guarded", on);
    document.querySelectorAll(".world .row, .world details.card").forEach((node) => node.classList.toggle("later", on && firstPlace(node) > furthest));
    document.dispatchEvent(new CustomEvent("fabula:until", { detail: on ? furthest : data.length }));
  };
  guard.addEventListener("change", () => { furthest = endOf(reading()); choose(null); hideLater(); say(guard.checked ? "Beside the text stands only what is known by now" : ""); });
  const endOf = (k) => (k + 1 < starts.length ? starts[k + 1] : data.length);
  let waiting = 0;
  const moved = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const k = reading();
      tellScene(starts[k] ?? 0);
      if (guard.checked && endOf(k) > furthest) { furthest = endOf(k); hideLater(); }
      kept.set("place:" + mark, starts[k] ?? 0);
    });
  };
  const mark = document.title.slice(0, 60) + ":" + data.length;
  addEventListener("scroll", moved, { passive: true });
  addEventListener("resize", moved, { passive: true });

  // --- looks
  const look = { theme: "auto", face: "serif", size: 0, keys: true, ...(kept.get("look") || {}) };
  const apply = () => {
    root.dataset.theme = look.theme;
    root.dataset.face = look.face;
    root.style.fontSize = look.size ? 100 + 10 * look.size + "%" : "";
    document.querySelectorAll('.tools input[type="radio"]').forEach((radio) => { radio.checked = look[radio.name] === radio.value; });
    document.getElementById("keys").checked = look.keys;
    kept.set("look", look);
  };
  document.querySelectorAll('.tools input[type="radio"]').forEach((radio) => radio.addEventListener("change", () => { look[radio.name] = radio.value; apply(); }));
  document.querySelectorAll("button[data-size]").forEach((button) => button.addEventListener("click", () => { look.size = Math.max(-2, Math.min(8, look.size + +button.dataset.size)); apply(); }));
  document.getElementById("keys").addEventListener("change", (event) => { look.keys = event.target.checked; apply(); });
  apply();
  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));

  // --- keys
  const toScene = (way) => {
    const at = starts[reading()] ?? 0, i = lastNotAfter(data.scenes, at, (x) => x[0]), to = data.scenes[i + way];
    if (to) go(to[0]);
  };
  const keys = { n: () => toScene(1), p: () => toScene(-1), w: tellParagraph, g: () => guard.click(), l: () => { menus[0].open = true; menus[0].querySelector("input").focus(); }, i: () => document.getElementById("open-pictures").click() };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menus.forEach((menu) => { if (menu.open) { menu.open = false; menu.querySelector("summary").focus(); } });
      if (chosen !== null) { cards.forEach((card) => { card.open = false; }); choose(null); }
      tip.hidden = true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !look.keys || event.target.closest("input, select, textarea, dialog") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  globalThis.fabula = { data, el, say, go, choose, openCard, show, reading, starts, blocks, keys, kept, endOf, namesOf, rangesOf, lastNotAfter, until: () => (guard.checked ? furthest : data.length) };
  const place = kept.get("place:" + mark);
  if (place && !location.hash && blockAt(place) > 0) scrollTo(0, blocks[blockAt(place)].getBoundingClientRect().top + scrollY - readingLine() + 4);
  fromAddress();
  moved();
})();
