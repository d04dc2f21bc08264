"use strict";
// The library: sorted and filtered in the page, in the colours that the reader chose.
(() => {
  document.body.classList.remove("nojs");
  const { kept, look, apply: dress } = globalThis.fabula, by = (id) => document.getElementById(id);
  const theme = by("theme");
  theme.value = look.theme;
  theme.addEventListener("change", () => { look.theme = theme.value; kept.set("look", look); dress(); });
  const shelf = document.querySelector(".shelf");
  if (!shelf) return;
  const books = [...shelf.children], shown = by("shown");
  const [wanted, noted, without, long, sort] = ["with", "noted", "without", "long", "sort"].map(by);
  const has = (book, label) => book.dataset.labels.split(" ").includes(label);
  const fits = (book) => {
    const [least, most] = long.value.split("-").map(Number), words = +book.dataset.words;
    return wanted.value.trim().toLowerCase().split(/\s+/).every((w) => book.dataset.found.includes(w)) && (!noted.value || has(book, noted.value)) && !(without.value && has(book, without.value))
      && (!long.value || (words > least && (!most || words <= most)));
  };
  const apply = () => {
    const key = sort.value.replace("-", ""), way = sort.value.startsWith("-") ? -1 : 1, number = key === "words" || key === "people";
    books.forEach((book) => { book.hidden = !fits(book); });
    shelf.append(...books.sort((a, b) => way * (number ? a.dataset[key] - b.dataset[key] : a.dataset[key].localeCompare(b.dataset[key])) || a.dataset.title.localeCompare(b.dataset.title)));
    const count = books.filter((book) => !book.hidden).length;
    shown.textContent = count === books.length ? "" : `${count} of ${books.length}`;
  };
  [wanted, noted, without, long, sort].forEach((field) => field.addEventListener("input", apply));
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  const compare = by("compare"), boxes = [...shelf.querySelectorAll("input[type=checkbox]")];
  shelf.addEventListener("change", () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    compare.hidden = !chosen.length;
    compare.querySelector("a").href = "/compare?" + new URLSearchParams(chosen.map((name) => ["w", name]));
    compare.querySelector("a").hidden = chosen.length < 2;
    compare.querySelector("span").textContent = chosen.length < 2 ? "Choose one more to compare it with." : "drafts of one story, or works with the same people";
  });
})();
