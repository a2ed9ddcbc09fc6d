// A part of the page that follows what happens: <section data-live="/address" id="…">. The address answers with
// server-sent events; at each, the part is fetched anew with the page and put in its place. When the connection is lost,
// another is made; an event `done` ends it.
for (const part of document.querySelectorAll("[data-live][id]")) {
  const AGAIN = 1000;
  let source = null;
  let busy = false;
  let due = false;
  let over = false;
  const end = () => { over = true; source.close(); };
  // Whether the page came; what it is not there for any more, or not for this reader, needs no more asking.
  const fetched = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.status >= 500) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = document.getElementById(part.id);
    const next = page.getElementById(part.id);
    if (!answer.ok || !now || !next) { end(); return true; }
    if (!next.dataset.live) end();
    // What is as it was stays, for somebody may be about to press it; and so the page is never loaded anew.
    if (now.isEqualNode(next)) return true;
    // What has the focus keeps it, by its name.
    const held = document.activeElement && now.contains(document.activeElement) ? document.activeElement.id : "";
    now.replaceChildren(...next.childNodes);
    if (held) document.getElementById(held)?.focus();
    return true;
  };
  const renew = async () => {
    due = true;
    if (busy) return;
    busy = true;
    while (due) {
      due = false;
      // Nobody may tell of it once more: what could not be fetched is tried again.
      if (await fetched().catch(() => false)) continue;
      due = true;
      await new Promise((resume) => { setTimeout(resume, AGAIN); });
    }
    busy = false;
  };
  const follow = () => {
    source = new EventSource(part.dataset.live);
    source.addEventListener("message", renew);
    source.addEventListener("done", () => { end(); renew(); });
    // The browser connects again by itself where nobody answers, but gives up where a gateway answers that nobody does.
    source.addEventListener("error", () => {
      if (over || source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => { if (!over) { renew(); follow(); } }, AGAIN);
    });
  };
  follow();
}
