"use strict";
// What follows the place in the text: the scene, who is in it, what happens and what is felt there; and nothing of what comes later, where the
// reader wants no spoilers.
(() => {
  const F = globalThis.fabula, { data, el, say, starts, endOf, reading, lastNotAfter, choose, show, spansOf } = F;
  const body = document.body, here = document.getElementById("here"), guard = document.getElementById("guard"), panel = document.getElementById("panel-here");
  const chapterAt = (at) => data.chapters[lastNotAfter(data.chapters, at, (x) => x[0])];
  const until = () => (guard.checked ? furthest : data.length);
  let furthest = 0, scene = -2, block = -1;

  // --- the scene card
  const dot = (who) => el("a", { class: "dot " + data.looks[who].split(" ")[0], href: "#who-" + data.ids[who], "data-who": data.ids[who] }, el("bdi", {}, data.names[who]));
  const known = (who) => data.first[who] <= until();
  const tellScene = (i, at) => {
    F.cards.forEach((card) => card.classList.toggle("present", i >= 0 && data.scenes[i][2].includes(+card.dataset.c)));
    here.hidden = i < 0;
    if (i < 0) return;
    const [, , people, pov, place, time] = data.scenes[i], heading = chapterAt(at);
    here.replaceChildren(...[
      el("p", { class: "where" }, el("b", {}, `Scene ${i + 1}`), guard.checked ? "" : ` of ${data.scenes.length}`, heading ? el("bdi", { class: "sub" }, " · " + heading[1]) : ""),
      place || time ? el("p", { class: "stage" }, el("bdi", {}, [place, time].filter(Boolean).join(" · "))) : "",
      el("div", { class: "people" }, ...people.filter(known).map(dot)),
      pov >= 0 ? el("p", { class: "sub" }, "seen by ", el("bdi", {}, data.names[pov])) : "",
    ].filter(Boolean));
  };

  // --- the panel of this scene
  const link = (at, words) => el("a", { class: "ev", href: "#text", "data-at": at }, el("bdi", {}, words));
  const between = (list, from, to, of = (x) => x[0]) => list.filter((x) => of(x) >= from && of(x) < to);
  const feelings = (from, to) => {
    const by = new Map();
    between(data.emotions, from, to).forEach((x) => { if (known(x[2])) by.set(x[2], [...(by.get(x[2]) || []), x]); });
    return [...by].map(([who, all]) => el("li", { class: "row" }, el("span", { class: "k" }, dot(who)),
      el("span", { class: "v" }, ...[...new Map(all.map((x) => [x[3], x])).values()].flatMap((x, i) => [i ? ", " : "", link(x[0], x[3])]))));
  };
  const happens = (from, to) => between(data.events, from, to).filter((e) => e[1]).sort((a, b) => b[5] - a[5]).slice(0, 6).sort((a, b) => a[0] - b[0]).map((e) => el("li", { class: "row happens" }, link(e[0], e[1])));
  const ties = (people) => data.ties.filter(([a, , b, at]) => people.includes(a) && people.includes(b) && at < until())
    .map(([a, words, b, at]) => el("li", { class: "row" }, el("span", { class: "v" }, dot(a), " ", link(at, words), " ", dot(b))));
  const section = (title, items, kind = "ul") => (items.length ? [el("h2", {}, title), el(kind, { class: "list" }, ...items)] : []);
  const tellHere = (i) => {
    const [from, to] = i < 0 ? [0, data.length] : data.scenes[i], end = Math.min(to, until());
    const noted = [...new Set(between(data.notes, from, end).flatMap((x) => x[2]))];
    const told = i >= 0 && to <= until() ? data.scenes[i][8] : "";
    panel.replaceChildren(
      ...(told ? [el("p", { class: "gist" }, el("bdi", {}, told))] : []), ...section("To each other", i < 0 ? [] : ties(data.scenes[i][2])), ...section("Happens here", happens(from, end)), ...section("Felt here", feelings(from, end)),
      ...(noted.length ? [el("h2", {}, "Noted here"), el("p", { class: "noted" }, noted.join(", "))] : []),
    );
    if (!panel.children.length) panel.append(el("p", { class: "sub" }, "Nothing stands out in this scene."));
  };

  // --- no spoilers: everything beside the text has a place; what comes after the furthest one read is left out
  const firstPlace = (node) => {
    if (node.dataset.first) return +node.dataset.first;
    const found = node.querySelector("[data-at]");
    return found ? +found.dataset.at : -1;
  };
  let later = [];
  const guardAll = () => {
    const on = guard.checked;
    body.classList.toggle("guarded", on);
    later = [...document.querySelectorAll(".world .row, .world details.card, .world a[data-first]")].filter((node) => !panel.contains(node)).map((node) => [firstPlace(node), node]).sort((a, b) => b[0] - a[0]);
    later.forEach(([at, node]) => node.classList.toggle("later", on && at > furthest));
    later = later.filter(([at]) => at > furthest);
  };
  const told = () => document.dispatchEvent(new CustomEvent("fabula:until", { detail: until() }));
  const further = (at) => {
    furthest = at;
    while (later.length && later[later.length - 1][0] <= at) later.pop()[1].classList.remove("later");
    told();
  };
  guard.addEventListener("change", () => {
    furthest = endOf(reading());
    choose(null);
    guardAll();
    scene = -2;
    moved();
    told();
    say(guard.checked ? "Beside the text stands only what is known by now" : "");
  });
  F.keys.g = () => guard.click();

  // --- moving on
  let waiting = 0;
  const moved = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const k = reading(), at = starts[k] ?? 0, i = lastNotAfter(data.scenes, at, (x) => x[0]);
      const on = guard.checked && endOf(k) > furthest;
      if (on) further(endOf(k));
      if (i !== scene || (on && k !== block)) { scene = i; tellScene(i, at); tellHere(i); }
      if (k !== block) { block = k; document.getElementById("progress").style.width = (100 * at) / Math.max(1, data.length) + "%"; F.remember(); }
    });
  };

  Object.assign(F, { until });
  show("here");
  F.back(() => {
    addEventListener("scroll", moved, { passive: true });
    addEventListener("resize", moved, { passive: true });
    F.fromAddress();
    moved();
  });
})();
