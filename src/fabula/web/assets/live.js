"use strict";
// What only a running reader can do: ask, search, check, review, correct. Every correction is made by the server; the page loads anew.
(() => {
  const { data, el, say, go, show, reading, starts, blocks, keys, kept, endOf, namesOf, rangesOf } = globalThis.fabula;
  const { name, version, token } = data.live;
  const session = { get: (key) => { try { return JSON.parse(sessionStorage.getItem("fabula:" + key)); } catch { return null; } }, set: (key, value) => { try { sessionStorage.setItem("fabula:" + key, JSON.stringify(value)); } catch { /* the page is only less convenient without it */ } } };

  // --- requests
  const stale = el("div", { class: "stale", role: "alert", hidden: true }, el("span", {}, "The World has changed since this page was loaded. "), el("button", { type: "button", onclick: () => location.reload() }, "Load again"));
  document.body.prepend(stale);
  const post = async (action, asked) => {
    let answer, found;
    try {
      answer = await fetch(`/w/${name}/${action}`, { method: "POST", headers: { "Content-Type": "application/json", "X-Fabula": token }, body: JSON.stringify({ ...asked, version }) });
      found = await answer.json();
    } catch {
      throw new Error("the reader does not answer; is fabula open still running?");
    }
    if (answer.status === 409) stale.hidden = false;
    if (!answer.ok) throw new Error(found.error);
    return found;
  };
  const busy = async (place, work) => {
    place.setAttribute("aria-busy", "true");
    place.replaceChildren(el("p", { class: "sub" }, "…"));
    try { place.replaceChildren(...await work()); } catch (error) { place.replaceChildren(el("p", { class: "problem" }, error.message)); }
    place.removeAttribute("aria-busy");
  };
  const fresh = async () => {
    if (document.hidden) return;
    try { const found = await (await fetch(`/w/${name}/version`)).json(); if (found.version !== version) stale.hidden = false; } catch { /* a reader that has ended is told of at the next request */ }
  };
  addEventListener("focus", fresh);
  document.addEventListener("visibilitychange", fresh);

  // --- asking
  const placeOf = (p) => el("li", {}, p.noted.length ? el("details", { class: "hidden-note" }, el("summary", {}, "noted: " + p.noted.join(", ").replaceAll("_", " ")), link(p)) : link(p));
  const link = (p) => el("a", { class: "ev", href: "#text", "data-at": p.start }, el("bdi", {}, p.text));
  const known = (passages) => passages.filter((p) => p.start <= globalThis.fabula.until());
  const list = (passages) => el("ul", { class: "passages" }, ...known(passages).map(placeOf));
  const percent = (x) => Math.round(100 * x) + " %";
  const answered = (a) => {
    const words = a.answer === null ? el("p", { class: "answer" }, "The story does not say.") : el("p", { class: "answer" }, el("bdi", {}, a.answer), el("small", {}, " " + percent(a.confidence)));
    const told = a.noted.length && a.answer !== null ? el("details", { class: "hidden-note" }, el("summary", {}, "noted: " + a.noted.join(", ").replaceAll("_", " ")), words) : words;
    const later = a.passages.some((p) => p.start > globalThis.fabula.until());
    return later ? [el("p", { class: "answer" }, "What answers this stands further on.")] : [told, a.passages.length ? el("h3", {}, a.answer === null ? "Nearest to it" : "It rests on") : "", list(a.passages)].filter(Boolean);
  };
  const asks = {
    ask: async (words) => answered(await post("ask", { question: words })),
    search: async (words) => { const found = (await post("search", { words })).passages; return [el("p", { class: "sub" }, `${known(found).length} passages`), list(found)]; },
  };
  document.querySelectorAll("form[data-ask]").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = form.querySelector("input").value.trim();
    if (words) busy(form.parentElement.querySelector(".found"), () => asks[form.dataset.ask](words));
  }));

  // --- correcting
  const correct = async (op, asked) => {
    say("Working it in …");
    document.body.setAttribute("aria-busy", "true");
    try {
      const done = await post("edit", { op, ...asked });
      const { quotes, mentions } = done.changed;
      const counted = [[quotes.length, "quotation"], [mentions.length, "mention"]].filter(([n]) => n).map(([n, what]) => `${n} ${what}${n > 1 ? "s" : ""}`);
      session.set("done", { words: `${done.words.join("; ") || "Nothing to do"}. Changed: ${counted.join(", ") || "nothing else"}${done.nowhere.length ? ". " + done.nowhere.join("; ") : ""}`, spans: [...quotes, ...mentions].map((c) => [c.start, c.end]) });
      session.set("panel", document.querySelector(".panel:not([hidden])")?.id.slice(6));
      location.reload();
    } catch (error) {
      say(error.message);
    }
    document.body.removeAttribute("aria-busy");
  };
  const done = session.get("done");
  if (done) {
    session.set("done", null);
    if (CSS.highlights && globalThis.Highlight) CSS.highlights.set("changed", new Highlight(...rangesOf(done.spans.sort((a, b) => a[0] - b[0]))));
    say(done.words);
  }
  document.getElementById("undo").addEventListener("click", () => correct("undo", {}));

  // Choosing one of the cast, or somebody new
  const cast = data.names.map((_, who) => who).sort((a, b) => data.mentions[b].length - data.mentions[a].length);
  const choosePerson = (title, { nobody = false, fresh: allowNew = true, without = -1 } = {}) => new Promise((resolve) => {
    const input = el("input", { type: "text", id: "choose-name", maxlength: 120, autocomplete: "off" }), options = el("div", { class: "options" });
    const finish = (value) => { dialog.close(); dialog.remove(); resolve(value); };
    const fill = () => {
      const words = input.value.trim().toLowerCase(), fit = cast.filter((who) => who !== without && data.names[who].toLowerCase().includes(words)).slice(0, 12);
      options.replaceChildren(...fit.map((who) => el("button", { type: "button", class: "dot " + data.looks[who].split(" ")[0], onclick: () => finish({ who: data.ids[who] }) }, el("bdi", {}, data.names[who]))),
        ...(allowNew && words && !fit.some((who) => data.names[who].toLowerCase() === words) ? [el("button", { type: "button", onclick: () => finish({ who: input.value.trim(), new: true }) }, `somebody new: ${input.value.trim()}`)] : []),
        ...(nobody ? [el("button", { type: "button", onclick: () => finish({ who: null }) }, "nobody knows")] : []));
    };
    const dialog = el("dialog", { class: "choose", "aria-label": title }, el("h2", {}, title), el("label", { for: "choose-name" }, "Name"), input, options, el("div", { class: "acts" }, el("button", { type: "button", onclick: () => finish(null) }, "Cancel")));
    input.addEventListener("input", fill);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); options.querySelector("button")?.click(); } });
    dialog.addEventListener("cancel", () => { dialog.remove(); resolve(null); });
    document.body.append(dialog);
    fill();
    dialog.showModal();
    input.focus();
  });
  const askWords = (title, label, value = "") => new Promise((resolve) => {
    const input = el("input", { type: "text", id: "new-words", maxlength: 120, value, autocomplete: "off" }), finish = (found) => { dialog.close(); dialog.remove(); resolve(found); };
    const form = el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); finish(input.value.trim() || null); } }, el("label", { for: "new-words" }, label), input, el("div", { class: "acts" }, el("button", {}, "Do it"), el("button", { type: "button", onclick: () => finish(null) }, "Cancel")));
    const dialog = el("dialog", { class: "choose", "aria-label": title }, el("h2", {}, title), form);
    dialog.addEventListener("cancel", () => { dialog.remove(); resolve(null); });
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
  const setSpeaker = async (at) => { const found = await choosePerson("Who says this?", { nobody: true }); if (found) correct("speaker", { at, ...found }); };
  const setMention = async (span, words) => { const found = await choosePerson(`Whom does “${words}” mean?`); if (found) correct("mention", { at: span, ...found }); };

  // What was clicked, and what can be done with it
  const bar = el("div", { class: "pick", role: "region", "aria-label": "What was chosen", hidden: true });
  document.body.append(bar);
  const textOf = (start, end) => { const range = rangesOf([[start, end]])[0]; return range ? String(range) : ""; };
  const offer = (parts) => { bar.replaceChildren(...parts, el("button", { type: "button", "aria-label": "close", onclick: () => { bar.hidden = true; } }, "×")); bar.hidden = false; };
  const parts = (found, quote, at) => {
    const out = [];
    if (found) {
      const words = textOf(found.start, found.end);
      out.push(el("span", {}, el("bdi", {}, `“${words}”`), " means ", el("b", {}, el("bdi", {}, namesOf(found.who)))), el("button", { type: "button", onclick: () => setMention([found.start, found.end], words) }, "Change whom it means"));
    }
    if (quote) out.push(el("span", {}, "said by ", el("b", {}, el("bdi", {}, quote.dataset.s ? data.names[+quote.dataset.s] : "nobody known"))), el("button", { type: "button", onclick: () => setSpeaker(at) }, "Change the speaker"));
    return out;
  };
  document.addEventListener("fabula:pick", (event) => {
    const { at, mention, quote } = event.detail;
    const out = at >= 0 ? parts(mention, quote, at) : [];
    if (out.length) offer(out); else bar.hidden = true;
  });
  // By the keyboard: everything in this paragraph that can be corrected
  keys.e = () => {
    const k = reading(), start = starts[k], end = endOf(k), out = [];
    blocks[k].querySelectorAll(".q").forEach((quote) => {
      const range = document.createRange();
      range.setStart(blocks[k], 0);
      range.setEndBefore(quote);
      const at = start + [...String(range)].length;
      out.push(el("button", { type: "button", onclick: () => setSpeaker(at) }, `speaker of ${[...quote.textContent].slice(0, 30).join("")}`));
    });
    data.mentions.forEach((flat, who) => { for (let i = 0, at = 0; i < flat.length; i += 2) { at += flat[i]; if (at >= start && at < end) { const span = [at, at + flat[i + 1]], words = textOf(...span); out.push(el("button", { type: "button", onclick: () => setMention(span, words) }, `“${words}” (${data.names[who]})`)); } } });
    offer(out.length ? out : [el("span", {}, "nothing to correct in this paragraph")]);
    bar.querySelector("button").focus();
  };

  // A character's sheet
  const acts = (card) => {
    const who = +card.dataset.c, id = data.ids[who], called = data.names[who];
    const button = (words, work) => el("button", { type: "button", onclick: work }, words);
    return el("div", { class: "acts edits" },
      button("Rename", async () => { const found = await askWords(`Rename ${called}`, "New name", called); if (found) correct("rename", { who: id, name: found }); }),
      button("Is the same as …", async () => { const found = await choosePerson(`${called} is the same as`, { fresh: false, without: who }); if (found) correct("merge", { who: id, other: found.who }); }),
      button("Split off a name …", async () => { const found = await askWords(`Split a form of the name off ${called}`, "The form that is somebody else’s"); if (found) correct("split", { who: id, other: found }); }),
      button("Pronouns …", async () => { const found = await askWords(`Pronouns of ${called}`, "he, she, they or it"); if (found) correct("pronouns", { who: id, pronouns: found }); }),
      button("Is no character", () => correct("retype", { who: id, type: "nobody" })));
  };
  document.querySelectorAll("details.who").forEach((card) => {
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
  const confirmMerge = (one, other) => {
    const close = () => { dialog.close(); dialog.remove(); };
    const dialog = el("dialog", { class: "choose", "aria-label": "Merge" }, el("h2", {}, "One character?"), el("p", {}, el("bdi", {}, data.names[one]), " is the same as ", el("bdi", {}, data.names[other]), "."),
      el("div", { class: "acts" }, el("button", { type: "button", onclick: () => { close(); correct("merge", { who: data.ids[one], other: data.ids[other] }); } }, "Merge"), el("button", { type: "button", onclick: close }, "Cancel")));
    dialog.addEventListener("cancel", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  // --- lists that are loaded when they are opened
  const answersOf = (doubt, names) => {
    if (doubt.kind === "speaker") return [...doubt.candidates.slice(0, 3).map(([id, share]) => [`${names[id]} ${percent(share)}`, () => correct("speaker", { at: doubt.start, who: id })]), ["somebody else …", () => setSpeaker(doubt.start)]];
    return doubt.commands.map(([op, ...rest]) => {
      if (op === "merge") return ["one", () => correct("merge", { who: rest[0], other: rest[1] })];
      if (op === "split") return ["two", () => correct("split", { who: rest[0], other: rest[1] })];
      const keep = rest.includes("--keep");
      return [keep ? "right" : "wrong", () => correct(keep ? "keep" : "dismiss", { item: rest.find((x) => x !== "--keep") })];
    });
  };
  let first = [];
  const doubtItem = (doubt, names, i) => {
    const answers = answersOf(doubt, names);
    if (!i) first = answers;
    const speaks = doubt.kind === "speaker", more = speaks ? (doubt.lines > 1 ? `settles about ${doubt.lines} lines` : "") : doubt.passage ? doubt.text : "";
    return el("li", { class: "doubt" }, doubt.passage ? placeOf(doubt.passage).firstChild : el("bdi", {}, doubt.text), more ? el("p", { class: "sub" }, el("bdi", {}, more)) : "",
      el("div", { class: "acts" }, ...answers.map(([words, work], n) => el("button", { type: "button", onclick: work }, i ? words : `${n + 1} ${words}`))));
  };
  const lists = {
    review: async () => {
      const { doubts, of, names, log } = await post("review", {});
      const shown = doubts.filter((d) => d.start === null || d.start <= globalThis.fabula.until());
      const made = log.filter((x) => x.state === "holds").slice(-12).reverse();
      return [el("ol", { class: "doubts" }, ...shown.map((d, i) => doubtItem(d, names, i))), of > doubts.length ? el("p", { class: "sub" }, `and ${of - doubts.length} more`) : "", shown.length ? "" : el("p", {}, "Nothing to review."),
        made.length ? el("h3", {}, "Corrections that hold") : "", el("ul", {}, ...made.map((x) => el("li", { class: "row" }, el("span", { class: "v" }, el("bdi", {}, x.words)), el("button", { type: "button", onclick: () => correct("undo", { number: x.number }) }, "Undo"))))].filter(Boolean);
    },
    check: async () => {
      const { findings } = await post("check", {});
      const shown = findings.filter((f) => f.passages.every((p) => p.start <= globalThis.fabula.until()));
      return [el("ul", {}, ...shown.map((f) => el("li", { class: "doubt" }, el("b", {}, f.rule.replaceAll("_", " ")), el("p", {}, el("bdi", {}, f.noted.length ? "touches what is noted" : f.text), el("small", { class: "sub" }, " " + percent(f.confidence))), list(f.passages)))), shown.length ? "" : el("p", {}, "Nothing found.")].filter(Boolean);
    },
  };
  const loaded = new Set();
  document.addEventListener("fabula:panel", (event) => {
    const panel = event.detail;
    if (lists[panel] && !loaded.has(panel)) { loaded.add(panel); busy(document.querySelector(`#panel-${panel} .found`), lists[panel]); }
  });
  document.addEventListener("fabula:until", () => { loaded.clear(); const open = document.querySelector(".panel:not([hidden])"); if (open) show(open.id.slice(6)); });
  for (const digit of "1234") keys[digit] = () => { if (!document.getElementById("panel-review").hidden) first[+digit - 1]?.[1](); };
  keys["/"] = () => document.querySelector('.tools [data-panel="search"]').click();
  const panel = session.get("panel");
  if (panel && document.getElementById("panel-" + panel)) { session.set("panel", null); show(panel); }
})();
