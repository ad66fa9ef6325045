// Runs before the first paint, so that a dark theme never flashes light. A file, since the CSP allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("almanac-theme");
  } catch {}
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
