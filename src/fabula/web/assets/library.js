"use strict";
(() => {
  document.body.classList.remove("nojs");
  const shelf = document.querySelector(".shelf"), books = [...shelf.children], shown = document.getElementById("shown");
  const [wanted, without, sort] = ["with", "without", "sort"].map((id) => document.getElementById(id));
  const apply = () => {
    const words = wanted.value.trim().toLowerCase().split(/\s+/).filter(Boolean), key = sort.value.replace("-", ""), way = sort.value.startsWith("-") ? -1 : 1;
    let count = 0;
    for (const book of books) {
      const fits = words.every((w) => book.dataset.found.includes(w)) && !(without.value && book.dataset.labels.split(" ").includes(without.value));
      book.hidden = !fits;
      count += fits;
    }
    shelf.append(...books.sort((a, b) => way * (key === "words" ? a.dataset.words - b.dataset.words : a.dataset[key].localeCompare(b.dataset[key]) || a.dataset.title.localeCompare(b.dataset.title))));
    shown.textContent = count === books.length ? "" : `${count} of ${books.length}`;
  };
  [wanted, without, sort].forEach((field) => field.addEventListener("input", apply));
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
})();
