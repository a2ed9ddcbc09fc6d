// Counts down to an instant: <time data-until="2026-11-26T20:15:00Z">20:15</time>. What stands there is kept for those
// without a script, and read out once; the seconds are not read out one by one.
const clocks = document.querySelectorAll("[data-until]");
const show = (clock) => {
  const left = Math.max(0, Math.floor((Date.parse(clock.dataset.until) - Date.now()) / 1000));
  const minutes = Math.floor(left / 60);
  const two = (number) => String(number % 60).padStart(2, "0");
  const text = minutes < 60 ? minutes + ":" + two(left) : Math.floor(minutes / 60) + " h " + two(minutes);
  clock.firstElementChild.textContent = text;
  clock.classList.toggle("urgent", left < 60);
  // The page knows what has become of it; a clock that the browser's own is ahead of asks once only.
  if (left === 0 && !clock.dataset.over) {
    clock.dataset.over = "yes";
    const box = clock.closest("[data-over-hides]");
    if (box) box.hidden = true;
    const after = document.getElementById(clock.dataset.then || "");
    if (after) after.hidden = false;
  }
};
if (clocks.length) {
  clocks.forEach((clock) => {
    const ticking = document.createElement("span");
    ticking.setAttribute("aria-hidden", "true");
    ticking.className = "ticking";
    clock.prepend(ticking);
    show(clock);
  });
  setInterval(() => clocks.forEach(show), 1000);
}
