// The cells under a stroke from one place to another, `{ x, y }` in the window: a quick pointer tells of few places, and
// what lies between them was crossed, too.
const crossed = (from, to, selector) => {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 6));
  const cells = new Set();
  for (let step = 1; step <= steps; step += 1) {
    const at = (axis) => from[axis] + (to[axis] - from[axis]) * step / steps;
    const cell = document.elementFromPoint(at("x"), at("y"))?.closest(selector);
    if (cell) cells.add(cell);
  }
  return [...cells];
};
