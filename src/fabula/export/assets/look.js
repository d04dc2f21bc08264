"use strict";
// Colours, letters and size as the reader left them, before anything is shown; what is kept is kept in this browser only.
(() => {
  const root = document.documentElement;
  const kept = {
    get: (key) => { try { return JSON.parse(localStorage.getItem("fabula:" + key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("fabula:" + key, JSON.stringify(value)); } catch { /* a page that may keep nothing still reads */ } },
  };
  const look = { theme: "auto", face: "serif", size: 0, keys: true, layers: {}, ...(kept.get("look") || {}) };
  const apply = () => {
    root.dataset.theme = look.theme;
    root.dataset.face = look.face;
    root.style.fontSize = look.size ? 100 + 10 * look.size + "%" : "";
  };
  apply();
  globalThis.fabula = { kept, look, apply };
})();
