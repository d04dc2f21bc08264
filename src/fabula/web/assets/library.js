"use strict";
// The library: sorted and filtered in the page, in the colours that the reader chose.
(() => {
  document.body.classList.remove("nojs");
  const { kept, look, apply: dress } = globalThis.fabula, by = (id) => document.getElementById(id);
  const shelf = document.querySelector(".shelf"), books = [...shelf.children], shown = by("shown"), theme = by("theme");
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
  theme.value = look.theme;
  theme.addEventListener("change", () => { look.theme = theme.value; kept.set("look", look); dress(); });
})();
