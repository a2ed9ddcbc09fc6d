// Says what is wrong with a form before it is sent: <form data-check="/address"> with <div id="found" hidden>. Only what
// has been touched is told: nobody is blamed for a field that they have not come to yet.
for (const form of document.querySelectorAll("form[data-check]")) {
  const place = document.getElementById("found");
  const touched = new Set();
  let timer = 0;
  let latest = 0;
  const field = (name) => (name.startsWith("c-") ? "grid" : name.replace(/^time-/, "day-").replace(/^group$/, "groups"));
  const ask = async () => {
    const mine = ++latest;
    const answer = await fetch(form.dataset.check, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { accept: "text/html" },
    });
    if (!answer.ok || mine !== latest) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("found");
    if (!found) return;
    const all = [...found.querySelectorAll("[data-field]")];
    all.filter((one) => !touched.has(one.dataset.field)).forEach((one) => one.remove());
    const left = found.querySelectorAll("[data-field]").length;
    place.hidden = all.length > 0 && left === 0;
    place.replaceChildren(...found.childNodes);
  };
  form.addEventListener("change", (event) => {
    if (!event.target.name || event.target.name === "brush") return;
    const name = field(event.target.name);
    touched.add(name);
    // Impossible hours want a reason.
    if (name === "grid") touched.add("reason");
    clearTimeout(timer);
    timer = setTimeout(ask, 500);
  });
}
