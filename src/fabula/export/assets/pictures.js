"use strict";
// Pictures of the whole: who meets whom, what happens when, who is where, what they feel, who talks. Each is a table too, and can be kept.
(() => {
  const { data, el, until, lastNotAfter, go } = globalThis.fabula;
  let W = 960;
  const NS = "http://www.w3.org/2000/svg";
  const svg = (name, attributes = {}, ...inside) => {
    const node = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  const text = (x, y, words, more = {}) => svg("text", { x, y, "font-size": 13, fill: "currentColor", ...more }, words);
  const ink = (who) => "var(--s" + data.looks[who].slice(1, 2) + ")";
  const short = (words, most = 22) => (words.length > most ? words.slice(0, most - 1) + "…" : words);
  const canvas = (height, title) => svg("svg", { xmlns: NS, viewBox: `0 0 ${W} ${height}`, width: W, height, role: "img", "aria-label": title, class: "picture" });
  const table = (head, rows) => el("table", {}, el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell, i) => el(i ? "td" : "th", i ? {} : { scope: "row" }, cell instanceof Node ? cell : String(cell)))))));
  const known = () => data.names.map((_, who) => who).filter((who) => data.shown[who] && data.first[who] <= until());
  const scenes = () => data.scenes.filter((s) => s[0] <= until());
  const chapters = () => (data.chapters.length > 1 ? data.chapters : data.scenes.map((s, i) => [s[0], "Scene " + (i + 1)])).filter((c) => c[0] <= until());
  const chapterOf = (at, list) => Math.max(0, lastNotAfter(list, at, (c) => c[0]));
  // Where chapters begin, below a picture that runs from beginning to end
  const ruler = (picture, x, top, bottom) => {
    const list = chapters(), every = Math.ceil(list.length / 16);
    let last = -data.length;
    list.forEach((c, i) => {
      picture.append(svg("line", { x1: x(c[0]), x2: x(c[0]), y1: top, y2: bottom, stroke: "currentColor", "stroke-opacity": 0.1 }));
      if (i % every === 0 && c[0] - last > data.length / 40) { last = c[0]; picture.append(text(x(c[0]), bottom + 16, i + 1, { "font-size": 11, "fill-opacity": 0.75 })); }
    });
    picture.append(text(0, bottom + 16, data.chapters.length > 1 ? "chapter" : "scene", { "font-size": 11, "fill-opacity": 0.75 }));
  };
  const spread = (most) => { const all = known().map((who) => [who, data.mentions[who].length / 2]).sort((a, b) => b[1] - a[1]); return all.slice(0, most).map(([who]) => who); };

  // --- who meets whom, up to a scene
  const network = (box) => {
    const all = scenes();
    const slider = el("input", { type: "range", min: 1, max: Math.max(1, all.length), value: all.length, id: "network-until" });
    const label = el("label", { for: "network-until" }), holder = el("div");
    const met = (count) => {
      const pairs = new Map(), seen = new Map();
      all.slice(0, count).forEach((s) => s[2].filter((who) => data.shown[who]).forEach((a, i, people) => {
        seen.set(a, (seen.get(a) || 0) + 1);
        people.slice(i + 1).forEach((b) => { const key = Math.min(a, b) + ":" + Math.max(a, b); pairs.set(key, (pairs.get(key) || 0) + 1); });
      }));
      return { seen, pairs };
    };
    const whole = met(all.length), chosen = [...whole.seen].sort((a, b) => b[1] - a[1]).slice(0, 30).map(([who]) => who);
    const nodes = chosen.map((who) => ({ id: who })), inside = new Set(chosen);
    const links = [...whole.pairs].map(([key, n]) => { const [source, target] = key.split(":").map(Number); return { source, target, n }; }).filter((x) => inside.has(x.source) && inside.has(x.target));
    const height = 560;
    d3.forceSimulation(nodes).force("link", d3.forceLink(links).id((x) => x.id).distance(130).strength((x) => Math.min(1, 0.15 + x.n / 12)))
      .force("charge", d3.forceManyBody().strength(-900)).force("x", d3.forceX(W / 2).strength(0.06)).force("y", d3.forceY(height / 2).strength(0.16))
      .force("apart", d3.forceCollide(40)).stop().tick(300);
    const stretch = (key, low, high) => {
      const all = nodes.map((x) => x[key]), least = Math.min(...all), most = Math.max(...all);
      nodes.forEach((x) => { x[key] = most > least ? low + ((high - low) * (x[key] - least)) / (most - least) : (low + high) / 2; });
    };
    stretch("x", 90, W - 90);
    stretch("y", 28, height - 44);
    const at = new Map(nodes.map((x) => [x.id, x]));
    const draw = () => {
      const count = +slider.value, { seen, pairs } = met(count);
      label.textContent = `Up to scene ${count} of ${all.length}`;
      const picture = canvas(height, "Who is in scenes together");
      const strongest = Math.max(1, ...pairs.values()), labels = [];
      for (const [key, n] of [...pairs].sort((x, y) => x[1] - y[1])) {
        const [a, b] = key.split(":").map((who) => at.get(+who));
        if (a && b) picture.append(svg("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y, stroke: "currentColor", "stroke-opacity": (0.08 + (0.42 * n) / strongest).toFixed(2), "stroke-width": (0.8 + (6 * n) / strongest).toFixed(1) }));
      }
      for (const { id, x, y } of nodes) {
        const n = seen.get(id) || 0, r = 5 + Math.min(13, Math.sqrt(n) * 2.4);
        if (!n) continue;
        picture.append(svg("circle", { cx: x, cy: y, r, fill: ink(id) }, svg("title", {}, `${data.names[id]}: ${n} scenes`)));
        labels.push(text(x, y + r + 15, short(data.names[id], 20), { "text-anchor": "middle", class: "halo" }));
      }
      picture.append(...labels);
      holder.replaceChildren(picture);
      return [...pairs].sort((a, b) => b[1] - a[1]).slice(0, 60).map(([key, n]) => [...key.split(":").map((who) => data.names[who]), n]);
    };
    const rows = draw();
    slider.addEventListener("input", () => { replaceTable(box, table(["one", "other", "scenes together"], draw())); });
    box.append(el("div", { class: "line" }, label, slider), holder);
    return table(["one", "other", "scenes together"], rows);
  };

  // --- telling order against story order
  const timeline = (box) => {
    const placed = data.events.filter((e) => e[2] !== null && e[0] <= until()), height = 470;
    const picture = canvas(height, "Events by where they are told and when they happen");
    const ranks = [...new Set(placed.map((e) => e[2]))].sort((a, b) => a - b), rank = new Map(ranks.map((r, i) => [r, i]));
    const x = (at) => 60 + (W - 80) * at / Math.max(1, data.length), y = (e) => height - 50 - (height - 70) * (ranks.length > 1 ? rank.get(e[2]) / (ranks.length - 1) : 0.5);
    picture.append(svg("line", { x1: 60, y1: height - 40, x2: W - 20, y2: height - 40, stroke: "currentColor", "stroke-opacity": 0.4 }), svg("line", { x1: 60, y1: 14, x2: 60, y2: height - 40, stroke: "currentColor", "stroke-opacity": 0.4 }),
      text(W - 20, height - 4, "told later →", { "text-anchor": "end" }), text(0, 0, "happens later →", { transform: `translate(44 ${height - 40}) rotate(-90) scale(1)`, "text-anchor": "start" }));
    ruler(picture, x, 14, height - 40);
    placed.forEach((e) => {
      const mark = svg("circle", { cx: x(e[0]).toFixed(1), cy: y(e).toFixed(1), r: placed.length > 150 ? 3.5 : 5.5, fill: e[3].length ? ink(e[3][0]) : "currentColor", "fill-opacity": 0.7 }, svg("title", {}, e[1] || "noted"));
      mark.addEventListener("click", () => { dialog.close(); go(e[0]); });
      picture.append(mark);
    });
    box.append(el("p", { class: "sub" }, "On the rising line, what is told next happens next; a flashback stands below it."), picture);
    const order = [...placed].sort((a, b) => a[2] - b[2]);
    return table(["happens", "told", "event"], order.map((e, i) => [i + 1, placed.indexOf(e) + 1, el("a", { href: "#text", onclick: (event) => { event.preventDefault(); dialog.close(); go(e[0]); } }, el("bdi", {}, e[1] || "noted"))]));
  };

  // --- who is where
  const presence = (box) => {
    const list = chapters(), people = spread(16), cell = Math.min(40, (W - 170) / Math.max(1, list.length)), height = 48 + people.length * 24;
    const count = new Map();
    people.forEach((who) => { let at = 0; for (let i = 0; i < data.mentions[who].length; i += 2) { at += data.mentions[who][i]; if (at > until()) break; const key = who + ":" + chapterOf(at, list); count.set(key, (count.get(key) || 0) + 1); } });
    const most = Math.max(1, ...count.values()), picture = canvas(height, "Mentions of each character by chapter");
    const every = Math.ceil(list.length / 24);
    list.forEach((c, i) => { if (i % every === 0) picture.append(text(165 + (i + 0.5) * cell, 14 + people.length * 24 + 20, i + 1, { "font-size": 11, "text-anchor": "middle", "fill-opacity": 0.75 })); });
    picture.append(text(0, 14 + people.length * 24 + 20, data.chapters.length > 1 ? "chapter" : "scene", { "font-size": 11, "fill-opacity": 0.75 }));
    people.forEach((who, row) => {
      picture.append(text(0, 30 + row * 24, short(data.names[who], 21)));
      list.forEach((c, i) => { const n = count.get(who + ":" + i) || 0; if (n) picture.append(svg("rect", { x: 165 + i * cell, y: 14 + row * 24, width: Math.max(1, cell - 1.5), height: 20, rx: 3, fill: ink(who), "fill-opacity": 0.18 + 0.82 * Math.sqrt(n / most) }, svg("title", {}, `${data.names[who]}, ${c[1]}: ${n} mentions`))); });
    });
    box.append(picture);
    return table(["", ...list.map((c) => short(c[1], 24))], people.map((who) => [data.names[who], ...list.map((_, i) => count.get(who + ":" + i) || 0)]));
  };

  // --- what they feel
  const GLAD = new Set(data.pleasant);
  const STEPS = 120;
  // How much of it is felt around each place: near feelings weigh more than far ones
  const arc = (all, way) => Array.from({ length: STEPS + 1 }, (_, i) => all.filter((e) => GLAD.has(e[3]) === way > 0).reduce((sum, e) => sum + e[4] * Math.exp(-(((STEPS * e[0]) / data.length - i) ** 2) / 18), 0));
  const emotions = (box) => {
    const felt = data.emotions.filter((x) => x[0] <= until()), by = new Map();
    felt.forEach((x) => by.set(x[2], [...(by.get(x[2]) || []), x]));
    const people = [...by].sort((a, b) => b[1].length - a[1].length).slice(0, 8), height = 30 + people.length * 64;
    const picture = canvas(height + 24, "What each character feels, from beginning to end"), x = (at) => 165 + ((W - 185) * at) / Math.max(1, data.length);
    ruler(picture, x, 10, height - 4);
    people.forEach(([who, all], row) => {
      const middle = 44 + row * 64, upper = arc(all, 1), lower = arc(all, -1), top = Math.max(0.001, ...upper, ...lower), base = `L${x(data.length).toFixed(1)} ${middle}L${x(0).toFixed(1)} ${middle}Z`;
      const area = (values, way) => "M" + values.map((v, i) => `${x((data.length * i) / STEPS).toFixed(1)} ${(middle - (way * 25 * v) / top).toFixed(1)}`).join("L") + base;
      picture.append(text(0, middle + 4, short(data.names[who], 21)), svg("path", { d: area(upper, 1), fill: ink(who), "fill-opacity": 0.55 }), svg("path", { d: area(lower, -1), fill: ink(who), "fill-opacity": 0.3 }),
        svg("line", { x1: 165, x2: W - 20, y1: middle, y2: middle, stroke: "currentColor", "stroke-opacity": 0.35 }));
      all.forEach((e) => { const up = GLAD.has(e[3]); picture.append(svg("rect", { x: (x(e[0]) - 1.5).toFixed(1), y: up ? middle - 7 : middle, width: 3, height: 7, rx: 1.5, fill: ink(who) }, svg("title", {}, `${data.names[who]}: ${e[3]}`))); });
    });
    box.append(el("p", { class: "sub" }, "Above the line what is pleasant, below it what is not; each small mark is one place in the text."), picture);
    return table(["who", "feels", "in scene"], felt.map((e) => [data.names[e[2]], el("a", { href: "#text", onclick: (event) => { event.preventDefault(); dialog.close(); go(e[0]); } }, e[3]), lastNotAfter(data.scenes, e[0], (s) => s[0]) + 1]));
  };

  // --- who talks
  const dialogue = (box) => {
    const total = new Map(), list = data.chapters.length ? data.chapters : [[0, ""]];
    data.words.filter(([c]) => (list[c] || [0])[0] <= until()).forEach(([, who, n]) => total.set(who, (total.get(who) || 0) + n));
    const people = [...total].filter(([who]) => data.shown[who]).sort((a, b) => b[1] - a[1]).slice(0, 16), height = 20 + people.length * 26;
    const most = Math.max(1, ...people.map(([, n]) => n)), sum = [...total.values()].reduce((a, b) => a + b, 0) || 1, picture = canvas(height, "Words spoken by each character");
    people.forEach(([who, n], row) => picture.append(text(0, 26 + row * 26, short(data.names[who], 21)), svg("rect", { x: 165, y: 11 + row * 26, width: Math.max(2, (W - 300) * n / most), height: 20, rx: 3, fill: ink(who) }),
      text(175 + (W - 300) * n / most, 26 + row * 26, `${n.toLocaleString("en")} words, ${Math.round(100 * n / sum)} %`)));
    box.append(picture);
    return table(["who", "words", "share"], people.map(([who, n]) => [data.names[who], n, Math.round(100 * n / sum) + " %"]));
  };

  // --- the dialog
  const PICTURES = { network: ["Who meets whom", network], timeline: ["Order of events", timeline], presence: ["Who is where", presence], emotions: ["What they feel", emotions], dialogue: ["Who talks", dialogue] };
  const tabs = el("div", { class: "tabs", role: "group", "aria-label": "Pictures" }), box = el("div", { class: "picture-box" });
  const dialog = el("dialog", { class: "pictures", "aria-label": "Pictures" }, el("div", { class: "line" }, tabs, el("button", { type: "button", onclick: () => dialog.close() }, "Close")), box);
  document.body.append(dialog);
  const replaceTable = (inside, made) => { inside.querySelector("details.as-table > div").replaceChildren(made); };
  const keep = (name, kind) => {
    const original = box.querySelector("svg.picture"), copy = original.cloneNode(true), style = getComputedStyle(dialog);
    copy.querySelectorAll("[fill^='var'], [stroke^='var']").forEach((node) => ["fill", "stroke"].forEach((key) => { const found = /^var\((--s\d)\)$/.exec(node.getAttribute(key) || ""); if (found) node.setAttribute(key, style.getPropertyValue(found[1]).trim()); }));
    copy.setAttribute("color", style.color);
    copy.setAttribute("font-family", "sans-serif");
    copy.prepend(svg("rect", { width: "100%", height: "100%", fill: style.backgroundColor }));
    const source = new XMLSerializer().serializeToString(copy);
    const save = (href) => el("a", { href, download: `${name}.${kind}` }).click();
    if (kind === "svg") return save("data:image/svg+xml;charset=utf-8," + encodeURIComponent(source));
    const image = new Image(), size = original.viewBox.baseVal;
    image.addEventListener("load", () => {
      const area = el("canvas", { width: size.width * 2, height: size.height * 2 });
      area.getContext("2d").drawImage(image, 0, 0, area.width, area.height);
      save(area.toDataURL("image/png"));
    });
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(source);
  };
  const open = (name) => {
    W = innerWidth < 700 ? 440 : 960;
    tabs.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.picture === name)));
    const [title, draw] = PICTURES[name], inside = el("div", { id: "picture-" + name });
    box.replaceChildren(el("h2", {}, title), inside);
    const made = draw(inside);
    inside.append(el("div", { class: "acts" }, el("button", { type: "button", onclick: () => keep(name, "svg") }, "Keep as SVG"), el("button", { type: "button", onclick: () => keep(name, "png") }, "Keep as PNG")),
      el("details", { class: "as-table" }, el("summary", {}, "As a table"), el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "table: " + title }, made)));
  };
  for (const [name, [title]] of Object.entries(PICTURES)) tabs.append(el("button", { type: "button", "data-picture": name, "aria-pressed": "false", onclick: () => open(name) }, title));
  document.getElementById("open-pictures").addEventListener("click", () => { open("network"); dialog.showModal(); });
})();
