// A part of the page that follows what happens: <section data-live="/address" id="…">. The address answers with
// server-sent events; at each, the part is fetched anew with the page and put in its place. The browser connects again by
// itself; an event `done` ends it.
for (const part of document.querySelectorAll("[data-live][id]")) {
  const source = new EventSource(part.dataset.live);
  let busy = false;
  let due = false;
  const fetched = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = document.getElementById(part.id);
    const next = page.getElementById(part.id);
    // What is as it was stays, for somebody may be about to press it; and so the page is never loaded anew.
    if (!answer.ok || !now || !next || now.isEqualNode(next)) return;
    // What has the focus keeps it, by its name.
    const held = document.activeElement && now.contains(document.activeElement) ? document.activeElement.id : "";
    now.replaceChildren(...next.childNodes);
    if (held) document.getElementById(held)?.focus();
  };
  const renew = async () => {
    due = true;
    if (busy) return;
    busy = true;
    try {
      while (due) {
        due = false;
        await fetched();
      }
    } finally {
      busy = false;
    }
  };
  source.addEventListener("message", renew);
  source.addEventListener("done", () => { source.close(); renew(); });
}
