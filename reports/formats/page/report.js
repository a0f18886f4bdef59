"use strict";
(() => {
  const names = ["stack", "state", "severity", "tool"];
  const form = document.getElementById("filters");
  const text = document.getElementById("text");
  const choices = names.map((name) => [name, document.getElementById(name)]).filter(([, one]) => one);
  const parts = ["findings", "rules"].map((name) => ({
    rows: [...document.querySelectorAll(name === "rules" ? ".rules tbody tr" : ".finding")].map((row) => ({
      row, words: row.textContent.toLowerCase(),
    })),
    count: document.getElementById(`${name}-count`),
    none: document.getElementById(`${name}-none`),
  }));
  const fits = ({ row, words }, sought) =>
    sought.every((word) => words.includes(word)) &&
    choices.every(([name, one]) => !one.value || row.dataset[name].split("|").includes(one.value));
  const filter = () => {
    const sought = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { rows, count, none } of parts) {
      let shown = 0;
      for (const one of rows) {
        one.row.hidden = !fits(one, sought);
        shown += one.row.hidden ? 0 : 1;
      }
      count.textContent = shown === rows.length ? `${shown}` : `${shown} of ${rows.length}`;
      none.hidden = shown > 0 || rows.length === 0;
    }
    const stack = document.getElementById("stack");
    for (const cell of document.querySelectorAll("[data-column]")) {
      cell.hidden = Boolean(stack && stack.value) && cell.dataset.column !== stack.value;
    }
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      text.focus();
    } else if (event.key === "Escape" && event.target === text) {
      form.reset();
    }
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
  if (location.hash.startsWith("#f-")) {
    const linked = document.getElementById(location.hash.slice(1));
    if (linked) linked.open = true;
  }
  filter();
})();
