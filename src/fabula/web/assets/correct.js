"use strict";
// Corrections. Each is kept at once; the World is decided anew meanwhile, and when that is done the page shows what became different.
(() => {
  const F = globalThis.fabula, { data, el, say, go, show, keys, cards, reading, blocks, starts, namesOf, wordsAt, rangesOf, mentionsIn, paint, session, again, post, stale, placeOf, percent, until } = F, { live } = data;
  const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

  // --- how far the corrections are
  const work = el("section", { class: "work", "aria-label": "Corrections", tabindex: -1, hidden: true });
  document.getElementById("here").before(work);
  let making = [], waiting = live.pending;
  const STAGES = { unaided: "who is who", who: "who is who", quotations: "quotations", syntax: "grammar", trees: "grammar" };
  const undoButton = (words) => el("button", { type: "button", class: "undo", title: live.last || "", onclick: () => undo() }, words);
  const showWork = (state = {}) => {
    const at = state.working || {};
    work.hidden = false;
    work.replaceChildren(...(making.length ? making : ["The corrections"]).map((words) => el("p", {}, el("bdi", {}, words))),
      el("div", { class: "line" }, el("label", { class: "sub" }, `deciding anew: ${STAGES[at.stage] || at.stage || "…"} `, el("progress", { max: at.of || 1, value: at.position || 0 })), undoButton("Undo")));
  };
  const changeItem = (names) => (c) => {
    const called = (ids) => ids.map((id) => names[id] || id).join(", ") || "nobody known";
    const words = wordsAt(c.start, c.end);
    return el("li", {}, el("a", { class: "ev", href: "#text", "data-at": c.start }, el("bdi", {}, words.length > 90 ? words.slice(0, 89) + "…" : words)), el("span", { class: "sub" }, " ", el("s", {}, el("bdi", {}, called(c.before))), " → ", el("bdi", {}, called(c.after))));
  };
  const showDone = (done) => {
    const { quotes, mentions, quotes_count: q = quotes.length, mentions_count: m = mentions.length, characters_renamed: renamed, items } = done.changed;
    const counted = [q && plural(q, "quotation"), m && plural(m, "mention"), renamed.length && plural(renamed.length, "name"), items && `${Math.abs(items)} other items ${items > 0 ? "more" : "fewer"}`].filter(Boolean);
    const all = [...quotes, ...mentions].sort((a, b) => a.start - b.start).filter((c) => c.start <= until());
    paint("changed", all.map((c) => [c.start, c.end]));
    work.hidden = false;
    work.replaceChildren(...done.words.map((words) => el("p", {}, el("bdi", {}, words))),
      el("p", {}, el("b", {}, `Changed: ${counted.join(", ") || "nothing else"}`)), ...[...new Set(done.nowhere)].map((why) => el("p", { class: "problem" }, why)),
      ...(all.length ? [el("details", {}, el("summary", {}, "Where"), el("ul", { class: "passages" }, ...all.slice(0, 60).map(changeItem(done.names))))] : []),
      el("div", { class: "line" }, live.last ? undoButton("Undo") : "", el("button", { type: "button", onclick: () => { work.hidden = true; F.wipe("changed"); } }, "Close")));
    work.focus({ preventScroll: true });
    say(`Worked in. Changed: ${counted.join(", ") || "nothing else"}`);
  };
  const occupied = () => document.querySelector("dialog[open]") || (!bar.hidden && bar.contains(document.activeElement)) || document.activeElement?.matches("input[type=text]");
  const ask = async () => { try { return await (await fetch(`/w/${live.name}/state`)).json(); } catch { return null; /* a reader that has ended is told of at the next request */ } };
  const finish = (state) => {
    if (occupied()) return setTimeout(() => finish(state), 400);
    if (state.outcome?.error) { waiting = false; work.replaceChildren(el("p", { class: "problem" }, state.outcome.error)); return undefined; }
    return again(state.outcome && state.outcome.changed ? { ...state.outcome, words: making } : null);
  };
  const follow = async () => {
    const state = await ask();
    if (!state || !waiting) return;
    if (state.pending && (state.working || !state.outcome)) { showWork(state); setTimeout(follow, 500); }
    else if (state.working) setTimeout(follow, 300);
    else finish(state);
  };
  const fresh = async () => {
    if (document.hidden || waiting) return;
    const state = await ask();
    if (state && state.version && state.version !== live.version) stale.hidden = false;
  };
  addEventListener("focus", fresh);
  document.addEventListener("visibilitychange", fresh);

  // --- correcting
  const correct = async (op, asked) => {
    try {
      const done = await post("edit", { op, ...asked });
      live.version = done.version;
      live.last = done.last;
      making.push(...done.words);
      say(done.words.join("; "));
      if (done.pending) { const begun = waiting; waiting = true; showWork(); if (!begun) follow(); }
      else again({ changed: { quotes: [], mentions: [], characters_renamed: [], items: 0 }, names: {}, nowhere: [], words: making });
      return true;
    } catch (error) {
      say(error.message);
      return false;
    }
  };
  const undo = () => (live.last ? correct("undo", {}) : say("There is no correction to undo"));
  keys.u = undo;
  // A speaker that was just set is shown at once, before the rest is decided by it.
  const markSpeaker = (at, who) => {
    const quote = rangesOf([[at + 1, at + 2]])[0]?.startContainer.parentElement.closest(".q");
    if (!quote) return;
    quote.className = quote.className.replace(/\b[ct]\d\b/g, "").replace(/\bu\b/, "");
    if (who >= 0) quote.classList.add(...data.looks[who].split(" "));
    if (quote.dataset.n !== undefined) quote.dataset.n = who >= 0 ? data.names[who] : "?";
    quote.title = who >= 0 ? data.names[who] : "speaker not known";
    quote.classList.add("set");
  };

  // --- choosing one of the cast, or somebody new
  const dialogOf = (title, resolve, ...inside) => {
    const dialog = el("dialog", { class: "choose", "aria-label": title }, el("h2", {}, el("bdi", {}, title)), ...inside);
    const finish = (value) => { dialog.close(); dialog.remove(); resolve(value); };
    dialog.append(el("div", { class: "acts" }, el("button", { type: "button", class: "quiet", onclick: () => finish(null) }, "Cancel")));
    dialog.addEventListener("cancel", () => { dialog.remove(); resolve(null); });
    document.body.append(dialog);
    return { dialog, finish };
  };
  const cast = data.names.map((_, who) => who).sort((a, b) => data.mentions[b].length - data.mentions[a].length);
  const choosePerson = (title, { nobody = false, fresh: allowNew = true, without = -1 } = {}) => new Promise((resolve) => {
    const input = el("input", { type: "text", id: "choose-name", maxlength: 120, autocomplete: "off" }), options = el("div", { class: "options" });
    const { dialog, finish } = dialogOf(title, resolve, el("label", { for: "choose-name" }, "Name"), input, options);
    const is = (who, words) => [data.names[who], ...data.forms[who]].some((form) => form.toLowerCase().includes(words));
    const fill = () => {
      const words = input.value.trim().toLowerCase(), fit = cast.filter((who) => who !== without && data.first[who] <= until() && is(who, words)).slice(0, 12);
      options.replaceChildren(...fit.map((who) => el("button", { type: "button", class: "dot " + data.looks[who].split(" ")[0], onclick: () => finish({ who: data.ids[who] }) }, el("bdi", {}, data.names[who]))),
        ...(allowNew && words && !fit.some((who) => data.names[who].toLowerCase() === words) ? [el("button", { type: "button", onclick: () => finish({ who: input.value.trim(), new: true }) }, `somebody new: ${input.value.trim()}`)] : []),
        ...(nobody ? [el("button", { type: "button", onclick: () => finish({ who: null }) }, "nobody knows")] : []));
    };
    input.addEventListener("input", fill);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); options.querySelector("button")?.click(); }
      if (event.key === "ArrowDown") { event.preventDefault(); options.querySelector("button")?.focus(); }
    });
    options.addEventListener("keydown", (event) => {
      const way = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      if (way) { event.preventDefault(); (document.activeElement[way] || input).focus(); }
    });
    fill();
    dialog.showModal();
    input.focus();
  });
  const chooseWord = (title, words) => new Promise((resolve) => {
    const { dialog, finish } = dialogOf(title, resolve, el("div", { class: "options" }, ...words.map((word) => el("button", { type: "button", onclick: () => finish(word) }, el("bdi", {}, word)))));
    dialog.showModal();
  });
  const askWords = (title, label, value = "") => new Promise((resolve) => {
    const input = el("input", { type: "text", id: "new-words", maxlength: 120, value, autocomplete: "off" });
    const form = el("form", { onsubmit: (event) => { event.preventDefault(); finish(input.value.trim() || null); } }, el("label", { for: "new-words" }, label), input, el("div", { class: "acts" }, el("button", {}, "Do it")));
    const { dialog, finish } = dialogOf(title, resolve, form);
    dialog.showModal();
    input.select();
  });
  const who = (id) => data.ids.indexOf(id);
  const speak = async (at, found) => { if (await correct("speaker", { at, ...found })) markSpeaker(at, found.new ? -1 : who(found.who)); };
  const setSpeaker = async (at) => { const found = await choosePerson("Who says this?", { nobody: true }); if (found) { bar.hidden = true; await speak(at, found); } };
  const setMention = async (span, words) => {
    const found = await choosePerson(`Whom does “${words}” mean?`);
    if (!found) return;
    bar.hidden = true;
    if (await correct("mention", { at: span, ...found })) paint("changed", [span]);
  };

  // --- what was clicked, and what can be done with it
  const bar = el("div", { class: "pick", role: "region", "aria-label": "What was chosen", hidden: true });
  document.body.append(bar);
  const offer = (parts) => { bar.replaceChildren(...parts, el("button", { type: "button", class: "quiet", "aria-label": "close", onclick: () => { bar.hidden = true; } }, "×")); bar.hidden = false; };
  const parts = (found, quote, at) => {
    const out = [];
    if (found) {
      const words = wordsAt(found.start, found.end);
      out.push(el("span", {}, el("bdi", {}, `“${words}”`), " means ", el("b", {}, el("bdi", {}, namesOf(found.who)))), el("button", { type: "button", onclick: () => setMention([found.start, found.end], words) }, "Change whom it means"));
    }
    if (quote) out.push(el("span", {}, "said by ", el("b", {}, el("bdi", {}, quote.dataset.s ? data.names[+quote.dataset.s] : "nobody known"))), el("button", { type: "button", onclick: () => setSpeaker(at) }, "Change the speaker"));
    return out;
  };
  document.addEventListener("fabula:pick", (event) => {
    const { at, mention, quote } = event.detail, out = at >= 0 ? parts(mention, quote, at) : [];
    if (out.length) offer(out); else bar.hidden = true;
  });
  // By the keyboard: everything in this paragraph that can be corrected
  keys.e = () => {
    const k = reading(), out = [];
    blocks[k].querySelectorAll(".q").forEach((quote) => {
      const range = document.createRange();
      range.setStart(blocks[k], 0);
      range.setEndBefore(quote);
      const at = starts[k] + [...String(range)].length;
      out.push(el("button", { type: "button", onclick: () => setSpeaker(at) }, `speaker of ${[...quote.textContent].slice(0, 30).join("")}`));
    });
    mentionsIn(k).forEach(([a, b, one]) => { const words = wordsAt(a, b); out.push(el("button", { type: "button", onclick: () => setMention([a, b], words) }, `“${words}” (${data.names[one]})`)); });
    offer(out.length ? out : [el("span", {}, "nothing to correct in this paragraph")]);
    bar.querySelector("button").focus();
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") bar.hidden = true; });

  // --- a character's sheet
  const acts = (card) => {
    const one = +card.dataset.c, id = data.ids[one], called = data.names[one], forms = data.forms[one].filter((form) => form !== called);
    const button = (words, act) => el("button", { type: "button", onclick: act }, words);
    return el("div", { class: "acts edits", role: "group", "aria-label": "Correct" },
      button("Rename", async () => { const found = await askWords(`Rename ${called}`, "New name", called); if (found) correct("rename", { who: id, name: found }); }),
      button("Is the same as …", async () => { const found = await choosePerson(`${called} is the same as`, { fresh: false, without: one }); if (found) confirmMerge(one, who(found.who)); }),
      forms.length ? button("Split …", async () => { const found = await chooseWord(`Which name is not ${called}’s?`, forms); if (found) correct("split", { who: id, other: found }); }) : "",
      button("Pronouns …", async () => { const found = await chooseWord(`${called} goes by`, ["he", "she", "they", "it"]); if (found) correct("pronouns", { who: id, pronouns: found }); }),
      button("Is …", async () => { const found = await chooseWord(`${called} is`, ["person", "animal", "being", "group", "nobody"]); if (found) correct("retype", { who: id, type: found }); }));
  };
  const confirmMerge = async (one, other) => {
    if (await chooseWord(`Are ${data.names[one]} and ${data.names[other]} one character?`, ["Merge"])) correct("merge", { who: data.ids[one], other: data.ids[other] });
  };
  cards.forEach((card) => {
    card.addEventListener("toggle", () => { if (card.open && !card.querySelector(".edits")) card.querySelector(".body").append(acts(card)); });
    const summary = card.querySelector("summary");
    summary.draggable = true;
    summary.addEventListener("dragstart", (event) => { event.dataTransfer.setData("text/plain", card.dataset.c); event.dataTransfer.effectAllowed = "link"; });
    summary.addEventListener("dragover", (event) => { event.preventDefault(); summary.classList.add("over"); });
    summary.addEventListener("dragleave", () => summary.classList.remove("over"));
    summary.addEventListener("drop", (event) => {
      event.preventDefault();
      summary.classList.remove("over");
      const one = +event.dataTransfer.getData("text/plain"), other = +card.dataset.c;
      if (one !== other && data.ids[one]) confirmMerge(one, other);
    });
  });

  // --- what is claimed beside the text can be wrong
  document.querySelectorAll("[data-item]").forEach((row) => row.append(el("button", { type: "button", class: "wrong", "aria-label": "This is wrong", title: "This is wrong", onclick: () => correct("dismiss", { item: row.dataset.item }) }, "×")));

  // --- the least certain decisions: the first is answered by one key, and the next one takes its place
  let queue = [], of = 0, names = {}, log = [], first = [];
  const answersOf = (doubt) => {
    if (doubt.kind === "speaker") return [...doubt.candidates.slice(0, 3).map(([id, share]) => [names[id], percent(share), () => speak(doubt.start, { who: id })]), ["somebody else …", "", () => setSpeaker(doubt.start)]];
    return doubt.commands.map(([op, ...rest]) => {
      if (op === "merge") return ["one", "", () => correct("merge", { who: rest[0], other: rest[1] })];
      if (op === "split") return ["two", "", () => correct("split", { who: rest[0], other: rest[1] })];
      const keep = rest.includes("--keep");
      return [keep ? "right" : "wrong", "", () => correct(keep ? "keep" : "dismiss", { item: rest.find((x) => x !== "--keep") })];
    });
  };
  const answered = async (doubt, act) => {
    const count = making.length;
    await act();
    if (making.length === count) return;
    queue = queue.filter((d) => d !== doubt);
    of -= 1;
    fill();
  };
  const doubtItem = (doubt, i) => {
    const answers = answersOf(doubt).map(([words, share, act]) => [words, share, () => answered(doubt, act)]);
    if (!i) first = answers;
    const more = doubt.kind === "speaker" ? (doubt.lines > 1 ? `settles about ${doubt.lines} lines` : "") : doubt.passage ? doubt.text : "";
    return el("li", { class: i ? "doubt" : "doubt now" }, doubt.passage ? placeOf(doubt.passage).firstChild : el("bdi", {}, doubt.text), more ? el("p", { class: "sub" }, el("bdi", {}, more)) : "",
      el("div", { class: "acts" }, ...answers.map(([words, share, act], n) => el("button", { type: "button", onclick: act }, i ? "" : el("kbd", {}, n + 1), el("bdi", {}, words), share ? el("small", {}, " " + share) : ""))));
  };
  const place = document.querySelector("#panel-review .found");
  const nodes = () => {
    const shown = queue.filter((d) => d.start === null || d.start <= until()), made = log.filter((x) => x.state === "holds" || x.state === "pending").slice(-12).reverse();
    first = [];
    return [el("ol", { class: "doubts" }, ...shown.slice(0, 25).map(doubtItem)), shown.length ? "" : el("p", {}, "Nothing to review."),
      of > Math.min(shown.length, 25) ? el("p", { class: "sub" }, `and ${of - Math.min(shown.length, 25)} more`) : "",
      ...(made.length ? [el("h3", {}, "Corrections that hold"), el("ul", {}, ...made.map((x) => el("li", { class: "row" }, el("span", { class: "v" }, el("bdi", {}, x.words)), el("button", { type: "button", onclick: () => correct("undo", { number: x.number }) }, "Undo"))))] : [])].filter(Boolean);
  };
  const point = () => {
    const doubt = queue.find((d) => d.start === null || d.start <= until());
    F.wipe("doubted");
    if (!doubt || doubt.start === null || document.getElementById("panel-review").hidden) return;
    paint("doubted", [[doubt.start, doubt.end]]);
    if (!matchMedia("(max-width: 56rem)").matches) go(doubt.start);
  };
  const fill = () => { place.replaceChildren(...nodes()); point(); };
  F.lists.review = async () => {
    ({ doubts: queue, of, names, log } = await post("review", {}));
    setTimeout(point);
    return nodes();
  };
  document.addEventListener("fabula:panel", (event) => { if (event.detail !== "review") F.wipe("doubted"); });
  const reviewing = () => !document.getElementById("panel-review").hidden;
  for (const digit of "1234") keys[digit] = () => { if (reviewing()) first[+digit - 1]?.[2](); };
  keys["0"] = () => { if (reviewing() && queue.length > 1) { queue.push(queue.shift()); fill(); } };

  // --- after a correction the page is loaded anew, and goes on where it was
  const panel = session.get("panel"), done = session.get("done");
  session.set("panel", null);
  session.set("done", null);
  if (panel && document.getElementById("panel-" + panel)) show(panel);
  if (done) showDone(done);
  if (waiting) { showWork(); follow(); }
})();
