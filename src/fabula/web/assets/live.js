"use strict";
// What only a running reader can do: ask, search, check. See correct.js for corrections.
(() => {
  const F = globalThis.fabula, { data, el, until } = F, { name, token } = data.live;

  // --- a page that is loaded anew goes on where it was
  const session = {
    get: (key) => { try { return JSON.parse(sessionStorage.getItem(`fabula:${name}:${key}`)); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(`fabula:${name}:${key}`, JSON.stringify(value)); } catch { /* the page is only less convenient without it */ } },
  };
  const again = (done = null) => {
    session.set("done", done);
    session.set("panel", document.querySelector(".panel:not([hidden])")?.id.slice(6));
    location.reload();
  };

  // --- requests
  const stale = el("div", { class: "stale", role: "alert", hidden: true }, el("span", {}, "The World has changed since this page was loaded; nothing of yours was lost. "), el("button", { type: "button", onclick: () => again() }, "Load again"));
  document.body.prepend(stale);
  const post = async (action, asked) => {
    let answer, found;
    try {
      answer = await fetch(`/w/${name}/${action}`, { method: "POST", headers: { "Content-Type": "application/json", "X-Fabula": token }, body: JSON.stringify({ ...asked, version: data.live.version }) });
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

  // --- passages
  const percent = (x) => Math.round(100 * x) + " %";
  const noted = (labels) => "noted: " + labels.join(", ").replaceAll("_", " ");
  const folded = (labels, inside) => (labels.length ? el("details", { class: "hidden-note" }, el("summary", {}, noted(labels)), inside) : inside);
  const link = (p) => el("a", { class: "ev", href: "#text", "data-at": p.start }, el("bdi", {}, p.text));
  const placeOf = (p) => el("li", {}, folded(p.noted, link(p)));
  const known = (passages) => passages.filter((p) => p.start <= until());
  const list = (passages) => el("ul", { class: "passages" }, ...known(passages).map(placeOf));

  // --- asking
  const guarded = () => until() < data.length;
  const answered = (a) => {
    if (a.answer === null) return [el("p", { class: "answer" }, guarded() ? "The story has not said it by here." : "The story does not say."), a.passages.length ? el("h3", {}, "Nearest to it") : "", list(a.passages)].filter(Boolean);
    const words = el("p", { class: "answer" }, el("bdi", {}, a.answer), el("small", {}, " " + percent(a.confidence)));
    return [folded(a.noted, words), a.passages.length ? el("h3", {}, "It rests on") : "", list(a.passages)].filter(Boolean);
  };
  // A conversation: the newest answer on top, and short questions mean what was asked before
  let said = [];
  const asks = {
    ask: async (words) => {
      const a = await post("ask", { question: words, until: guarded() ? until() : null });
      return [el("article", { class: "said" }, el("p", { class: "sub" }, el("bdi", {}, words), a.question !== words ? el("bdi", {}, ` (${a.question})`) : ""), ...answered(a)), ...said];
    },
    search: async (words) => { const found = known((await post("search", { words })).passages); return [el("p", { class: "sub" }, `${found.length} ${found.length === 1 ? "passage" : "passages"}`), list(found)]; },
  };
  document.querySelectorAll("form[data-ask]").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = form.querySelector("input").value.trim();
    const before = [...form.parentElement.querySelectorAll(".said")].slice(0, 20);
    if (before.length) said = before;
    form.querySelector("input").select();
    if (words) busy(form.parentElement.querySelector(".found"), () => asks[form.dataset.ask](words));
  }));

  // --- what contradicts what
  const finding = (f) => el("li", { class: "doubt" }, el("b", {}, f.rule.replaceAll("_", " ")), el("p", {}, el("bdi", {}, f.noted.length ? noted(f.noted) : f.text), el("small", { class: "sub" }, " " + percent(f.confidence))), list(f.passages));
  const check = async () => {
    const shown = (await post("check", {})).findings.filter((f) => f.passages.every((p) => p.start <= until()));
    const sure = shown.filter((f) => f.confidence >= 0.5), rest = shown.filter((f) => f.confidence < 0.5);
    return [el("ul", {}, ...sure.map(finding)), sure.length ? "" : el("p", {}, "Nothing found."),
      rest.length ? el("details", { class: "more" }, el("summary", {}, `${rest.length} less sure`), el("ul", {}, ...rest.map(finding))) : ""].filter(Boolean);
  };

  // --- lists are loaded when they are opened
  const lists = { check }, loaded = new Set();
  const load = (panel) => { loaded.add(panel); return busy(document.querySelector(`#panel-${panel} .found`), lists[panel]); };
  document.addEventListener("fabula:panel", (event) => { if (lists[event.detail] && !loaded.has(event.detail)) load(event.detail); });
  let before = until();
  document.addEventListener("fabula:until", () => {
    if (until() === before) return;
    before = until();
    loaded.clear();
    const open = document.querySelector(".panel:not([hidden])")?.id.slice(6);
    if (lists[open]) load(open);
  });
  F.keys["/"] = () => document.querySelector('.tools [data-panel="search"]').click();

  Object.assign(F, { session, again, post, stale, placeOf, percent, lists, load });
})();
