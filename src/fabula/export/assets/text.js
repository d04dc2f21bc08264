"use strict";
// Places in the text: the data counts code points, the page counts UTF-16 units. What a layer marks is painted only near the window, so that a
// long book scrolls like a short one.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const blocks = [...document.querySelectorAll("main [data-o]")], starts = blocks.map((b) => +b.dataset.o);
  const chunks = [...document.querySelectorAll("main .chunk")].filter((c) => c.querySelector("[data-o]"));
  const firsts = chunks.map((c) => +c.querySelector("[data-o]").dataset.o);
  const root = document.documentElement;

  const lastNotAfter = (list, at, of = (x) => x) => {
    let lo = 0, hi = list.length;
    while (lo < hi) { const mid = (lo + hi) >> 1; of(list[mid]) <= at ? (lo = mid + 1) : (hi = mid); }
    return lo - 1;
  };
  const blockAt = (at) => lastNotAfter(starts, at);
  const endOf = (k) => (k + 1 < starts.length ? starts[k + 1] : data.length);
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
    if (!nodes.length) return null;
    const a = units(text, from), b = units(text, to), range = document.createRange();
    const put = (set, at, last) => {
      for (let i = nodes.length - 1; i >= 0; i--) {
        const [start, node] = nodes[i];
        if (start < at || (start === at && !last) || i === 0) return set.call(range, node, Math.min(node.length, Math.max(0, at - start)));
      }
    };
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
  const wordsAt = (from, to) => { const range = rangesOf([[from, to]])[0]; return range ? String(range) : ""; };
  const placeOf = (node, offset) => {
    const block = node && node.nodeType === 3 ? node.parentElement.closest("[data-o]") : null;
    if (!block) return -1;
    const start = nodesOf(block).find(([, n]) => n === node);
    return start ? +block.dataset.o + points(block.textContent, start[0] + offset) : -1;
  };
  const pointAt = (x, y) => {
    const caret = document.caretPositionFromPoint?.(x, y), old = caret ? null : document.caretRangeFromPoint?.(x, y);
    return caret ? placeOf(caret.offsetNode, caret.offset) : placeOf(old?.startContainer, old?.startOffset);
  };
  const selected = () => {
    const picked = getSelection();
    if (!picked.rangeCount || picked.isCollapsed) return null;
    const { startContainer, startOffset, endContainer, endOffset } = picked.getRangeAt(0), from = placeOf(startContainer, startOffset), to = placeOf(endContainer, endOffset);
    return from >= 0 && to > from && blockAt(from) === blockAt(to - 1) ? [from, to] : null;
  };

  // The line on which one reads: near the top, and lower towards the end, so that the last paragraph is reached too.
  const readingLine = () => {
    const left = root.scrollHeight - innerHeight - scrollY;
    return Math.min(innerHeight * 0.3, 260) + innerHeight * 0.65 * Math.max(0, 1 - left / (innerHeight * 0.6));
  };
  const lastAbove = (list, line, lo, hi) => {
    while (lo < hi) { const mid = (lo + hi) >> 1; list[mid].getBoundingClientRect().top <= line ? (lo = mid + 1) : (hi = mid); }
    return lo - 1;
  };
  const reading = () => {
    const line = readingLine(), c = Math.max(0, lastAbove(chunks, line, 0, chunks.length));
    const from = blockAt(firsts[c] ?? 0), to = c + 1 < firsts.length ? blockAt(firsts[c + 1]) : blocks.length;
    return Math.max(0, lastAbove(blocks, line, Math.max(0, from), to));
  };

  // --- painting
  const can = globalThis.CSS && CSS.highlights && globalThis.Highlight;
  const near = new Set(), painted = new Map();
  const add = (entry, c) => {
    const from = firsts[c], to = c + 1 < firsts.length ? firsts[c + 1] : data.length + 1, spans = [];
    for (let i = lastNotAfter(entry.spans, from - 1, (s) => s[0]) + 1; i < entry.spans.length && entry.spans[i][0] < to; i++) spans.push(entry.spans[i]);
    const ranges = rangesOf(spans);
    ranges.forEach((r) => entry.highlight.add(r));
    entry.by.set(c, ranges);
  };
  const drop = (entry, c) => { (entry.by.get(c) || []).forEach((r) => entry.highlight.delete(r)); entry.by.delete(c); };
  const wipe = (name) => { painted.delete(name); if (can) CSS.highlights.delete(name); };
  const paint = (name, spans) => {
    if (!can) return;
    wipe(name);
    const entry = { spans: [...spans].sort((a, b) => a[0] - b[0]), highlight: new Highlight(), by: new Map() };
    painted.set(name, entry);
    near.forEach((c) => add(entry, c));
    CSS.highlights.set(name, entry.highlight);
  };
  const enter = (c) => { if (!near.has(c)) { near.add(c); painted.forEach((entry) => add(entry, c)); } };
  const leave = (c) => { if (near.delete(c)) painted.forEach((entry) => drop(entry, c)); };
  const row = new Map(chunks.map((chunk, c) => [chunk, c]));
  const observer = new IntersectionObserver((seen) => seen.forEach((x) => (x.isIntersecting ? enter : leave)(row.get(x.target))), { rootMargin: "120%" });
  chunks.forEach((chunk) => observer.observe(chunk));
  const look = () => chunks.forEach((chunk, c) => { const box = chunk.getBoundingClientRect(); if (box.bottom > -innerHeight && box.top < 2 * innerHeight) enter(c); });

  // --- going to a place: what lies between is laid out only on the way, so the aim is taken again until it is met
  const settle = (node, block, then) => {
    let tries = 6, last = NaN;
    const aim = () => {
      node.scrollIntoView({ block, behavior: "instant" });
      const top = node.getBoundingClientRect().top;
      if (Math.abs(top - last) < 1 || !tries--) return then?.();
      last = top;
      requestAnimationFrame(aim);
    };
    aim();
  };

  look();
  Object.assign(globalThis.fabula, { data, blocks, starts, blockAt, endOf, units, spansOf, rangesOf, wordsAt, pointAt, selected, reading, readingLine, lastNotAfter, can, paint, wipe, settle });
})();
