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
  let painting = false;
  grid.addEventListener("pointerdown", (event) => {
    start = event.pointerType === "touch" ? null : event.target.closest("td");
    painting = false;
  });
  grid.addEventListener("pointermove", (event) => {
    if (!start) return;
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("td");
    if (!cell || !grid.contains(cell) || (cell === start && !painting)) return;
    event.preventDefault();
    [painting ? null : start, cell].forEach((one) => {
      const field = one && one.querySelector("input");
      if (field) field.value = brush.value;
    });
    painting = true;
    shade();
  });
  window.addEventListener("pointerup", () => { start = null; });
}
