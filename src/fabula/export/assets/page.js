(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const blocks = [...document.querySelectorAll("[data-o]")];
  const starts = blocks.map((b) => +b.dataset.o);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  document.body.classList.remove("nojs");

  const blockAt = (at) => {
    let lo = 0, hi = starts.length;
    while (lo < hi) { const mid = (lo + hi) >> 1; starts[mid] <= at ? (lo = mid + 1) : (hi = mid); }
    return lo - 1;
  };

  // Text nodes of a block with their offsets; the data counts code points, the page counts UTF-16 units.
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
  const rangeIn = (block, nodes, text, from, to) => {
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

  const rangesOf = (flat) => {
    const out = [];
    let at = 0, row = -1, nodes, text;
    for (let i = 0; i < flat.length; i += 2) {
      at += flat[i];
      const k = blockAt(at);
      if (k < 0) continue;
      if (k !== row) { row = k; nodes = nodesOf(blocks[k]); text = blocks[k].textContent; }
      const range = rangeIn(blocks[k], nodes, text, at - starts[k], at - starts[k] + flat[i + 1]);
      if (range) out.push(range);
    }
    return out;
  };

  const lit = globalThis.CSS && CSS.highlights && globalThis.Highlight;
  const status = document.getElementById("status");
  let chosen = null;
  const choose = (id) => {
    if (chosen !== null) document.querySelectorAll(".q.on").forEach((q) => q.classList.remove("on"));
    chosen = id;
    if (lit) CSS.highlights.delete("who");
    status.textContent = "";
    if (id === null) return;
    document.querySelectorAll(`.q[data-s="${id}"]`).forEach((q) => q.classList.add("on"));
    const ranges = lit ? rangesOf(data.mentions[id] || []) : [];
    if (lit) CSS.highlights.set("who", new Highlight(...ranges));
    const name = document.querySelector(`details.who[data-c="${id}"] .name`);
    status.textContent = ranges.length && name ? `${ranges.length} mentions of ${name.textContent} marked in the text` : "";
  };

  const cards = [...document.querySelectorAll("details.who")];
  cards.forEach((card) => card.addEventListener("toggle", () => {
    if (card.open) { cards.forEach((other) => { if (other !== card) other.open = false; }); choose(+card.dataset.c); }
    else if (chosen === +card.dataset.c) choose(null);
  }));

  const unfold = (card) => { const more = card.closest("details.more"); if (more) more.open = true; card.open = true; };
  const fromAddress = () => {
    const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (card && card.matches("details.who")) { unfold(card); choose(+card.dataset.c); card.scrollIntoView({ block: "nearest" }); }
  };
  addEventListener("hashchange", fromAddress);
  fromAddress();

  const show = (node) => {
    const inside = node.closest(".nt");
    if (inside) { const box = inside.previousElementSibling.querySelector("input"); if (box) box.checked = true; }
    node.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
    node.classList.remove("hit"); void node.offsetWidth; node.classList.add("hit");
  };
  const go = (at) => { const k = blockAt(at); if (k >= 0) show(blocks[k]); };

  const step = (id, way) => {
    const flat = data.mentions[id] || [];
    let at = 0;
    const all = [];
    for (let i = 0; i < flat.length; i += 2) { at += flat[i]; const k = blockAt(at); if (all[all.length - 1] !== k && k >= 0) all.push(k); }
    const middle = innerHeight / 2, next = all.find((k) => blocks[k].getBoundingClientRect().top > middle + 8);
    const before = all.filter((k) => blocks[k].getBoundingClientRect().bottom < middle - 8).pop();
    const to = way > 0 ? next ?? all[0] : before ?? all[all.length - 1];
    if (to !== undefined) show(blocks[to]);
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a[data-at], button[data-step], button[data-label], a[data-who]");
    if (!target) return;
    if (target.dataset.at) { event.preventDefault(); go(+target.dataset.at); }
    else if (target.dataset.step) step(+target.dataset.c, +target.dataset.step);
    else if (target.dataset.who) {
      const card = document.getElementById("who-" + target.dataset.who);
      if (card) { event.preventDefault(); unfold(card); card.querySelector("summary").focus({ preventScroll: true }); card.scrollIntoView({ block: "nearest" }); }
    } else {
      const open = target.getAttribute("aria-pressed") !== "true";
      const all = target.dataset.label === "*" ? document.querySelectorAll("button[data-label]") : [target];
      all.forEach((button) => button.setAttribute("aria-pressed", String(open)));
      document.querySelectorAll(".fold").forEach((fold) => { if (target.dataset.label === "*" || fold.dataset.l.split(", ").includes(target.dataset.label)) fold.querySelector("input").checked = open; });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen !== null) { cards.forEach((card) => { card.open = false; }); choose(null); }
  });
  document.querySelector("main").addEventListener("click", (event) => {
    const quote = event.target.closest(".q[data-s]");
    if (!quote || event.target.closest("a, label, input") || String(getSelection())) return;
    const card = document.getElementById("who-" + data.ids[quote.dataset.s]);
    if (card) { unfold(card); card.scrollIntoView({ block: "nearest" }); }
  });
})();
