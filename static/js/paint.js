// Painting a week grid: <table data-paint> whose cells hold radio buttons of one name each, and a brush,
// <fieldset data-brush="GRID">, whose radio buttons have the same values. Without this, a tap goes from one value to the
// next, keys choose among the radio buttons, and the buttons that fill rows and columns send the form.
for (const grid of document.querySelectorAll("[data-paint]")) {
  const form = grid.closest("form");
  // The hint tells how to paint, not how to tap.
  form.querySelectorAll("[data-plain], [data-painting]").forEach((hint) => { hint.hidden = "plain" in hint.dataset; });
  const brush = () => form.querySelector("[data-brush] input:checked")?.value;
  const put = (cell, value) => {
    const radio = cell && cell.querySelector(`input[value="${CSS.escape(value)}"]`);
    if (!radio || radio.checked) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const cells = (choose) => [...grid.querySelectorAll("[data-cell]")].filter(choose);
  // Rows and columns, without a round trip.
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=fill]");
    const value = brush();
    if (!button || !value) return;
    event.preventDefault();
    const [kind, key] = button.value.split(":");
    cells((cell) => cell.dataset[kind] === key).forEach((cell) => put(cell, value));
  });
  // A stroke with the mouse or a pen paints. A finger scrolls, and taps.
  let value = null;
  let last = null;
  grid.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.button !== 0) return;
    const chosen = brush();
    const now = cell.querySelector("input:checked")?.value;
    value = now === chosen ? grid.dataset.paint || chosen : chosen;
    last = event;
    if (event.pointerType !== "touch") { event.preventDefault(); put(cell, value); }
  });
  grid.addEventListener("pointermove", (event) => {
    // A button that was let go where nobody saw it paints no more.
    if (!(event.buttons & 1)) value = null;
    if (value === null || event.pointerType === "touch") return;
    crossed(last, event, "[data-cell]").filter((cell) => grid.contains(cell)).forEach((cell) => put(cell, value));
    last = event;
  });
  ["pointerup", "pointercancel"].forEach((over) => window.addEventListener(over, () => { value = null; }));
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    // Keys click too, on the radio button itself; those choose what they choose.
    if (!cell || event.target.matches("input") || event.target.closest("button")) return;
    event.preventDefault();
    if (event.pointerType === "touch") {
      const chosen = brush();
      const now = cell.querySelector("input:checked")?.value;
      put(cell, now === chosen ? grid.dataset.paint || chosen : chosen);
    }
    cell.querySelector("input:checked")?.focus({ preventScroll: true });
  });
}
