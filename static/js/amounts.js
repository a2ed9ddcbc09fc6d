// Painting numbers: <table data-amounts> whose cells hold number fields, and a brush, #brush. Without this, numbers are
// typed, and the buttons that fill rows and columns send the form.
for (const grid of document.querySelectorAll("[data-amounts]")) {
  const form = grid.closest("form");
  const brush = form.querySelector("#brush");
  const usual = form.querySelector("#connections");
  const fields = [...grid.querySelectorAll("td input")];
  const amount = (field) => Number(field.value === "" ? usual.value : field.value) || 0;
  const shade = () => {
    const most = Math.max(1, Number(usual.value) || 0, ...fields.map(amount));
    fields.forEach((field) => {
      field.placeholder = usual.value;
      field.parentElement.className = "amount-" + Math.min(4, Math.ceil(amount(field) * 4 / most));
    });
  };
  form.addEventListener("input", shade);
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=fill]");
    if (!button) return;
    event.preventDefault();
    const [kind, key] = button.value.split(":");
    fields.filter((field) => field.parentElement.dataset[kind] === key).forEach((field) => { field.value = brush.value; });
    shade();
  });
  // A stroke over more than one cell paints; within one cell the pointer does what it does in any field.
  let start = null;
  let last = null;
  let painting = false;
  grid.addEventListener("pointerdown", (event) => {
    start = event.pointerType === "touch" || event.button !== 0 ? null : event.target.closest("td");
    last = event;
    painting = false;
  });
  grid.addEventListener("pointermove", (event) => {
    // A button that was let go where nobody saw it paints no more.
    if (!(event.buttons & 1)) start = null;
    if (!start) return;
    const cells = crossed(last, event, "td").filter((cell) => grid.contains(cell) && (painting || cell !== start));
    last = event;
    if (!cells.length) return;
    event.preventDefault();
    [start, ...cells].forEach((cell) => {
      const field = cell.querySelector("input");
      if (field) field.value = brush.value;
    });
    painting = true;
    shade();
  });
  ["pointerup", "pointercancel"].forEach((over) => window.addEventListener(over, () => { start = null; }));
  // A number that happens to be marked is not carried away: the stroke paints.
  grid.addEventListener("dragstart", (event) => event.preventDefault());
}
