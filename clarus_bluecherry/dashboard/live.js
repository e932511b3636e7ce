"use strict";
// Keeps a page fresh: asks the server whether it is another one by now (ETag, 304), and loads it again only then.
// What the reader has done stays: filters and sorting are in the address, the rest is kept over the load. Nobody is
// disturbed who types, selects or reads a row. What is old says so.

(() => {
  const KEPT = `live ${location.pathname}`;
  const settings = document.getElementById("live");
  const every = Number(settings.dataset.every) * 1000;
  const etag = settings.dataset.etag;
  const line = document.createElement("p");
  line.id = "live-told";
  line.className = "note";
  document.querySelector("header").append(line);
  let answered = Date.now();

  function tell(text, isStale) {
    if (line.textContent === text) return;
    line.textContent = text;
    line.className = isStale ? "verdict warning" : "note";
    line.setAttribute("role", isStale ? "alert" : "none");
  }

  const written = new Intl.DateTimeFormat("en-US", { // in the page's zone, as all of its instants are
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: settings.dataset.zone, timeZoneName: "short",
  });
  const clock = (at) => written.format(at);

  const CAN_HAVE_FOCUS = "a[href], button, input, select, summary, [tabindex]";
  const labelOf = (it) => `${it.tagName} ${it.id || it.getAttribute("aria-label") || it.textContent.trim().slice(0, 80)}`;

  function keep() {
    const alike = [...document.querySelectorAll(CAN_HAVE_FOCUS)].filter((it) => labelOf(it) === labelOf(document.activeElement));
    sessionStorage.setItem(KEPT, JSON.stringify({
      at: Date.now(),
      y: scrollY,
      scrolls: [...document.querySelectorAll(".scroll")].map((it) => [it.scrollLeft, it.scrollTop]),
      open: [...document.querySelectorAll("details")].map((it) => it.open),
      look: document.documentElement.dataset.look ?? "",
      focus: document.activeElement === document.body ? null : [labelOf(document.activeElement), alike.indexOf(document.activeElement)],
    }));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    if (!kept || Date.now() - kept.at > 30000) return;
    if (kept.look) document.documentElement.dataset.look = kept.look;
    document.querySelectorAll("details").forEach((it, place) => { if (kept.open[place]) it.open = true; });
    const back = () => {
      document.querySelectorAll(".scroll").forEach((it, place) => { [it.scrollLeft, it.scrollTop] = kept.scrolls[place] ?? [0, 0]; });
      if (kept.focus) {
        const alike = [...document.querySelectorAll(CAN_HAVE_FOCUS)].filter((it) => labelOf(it) === kept.focus[0]);
        alike[kept.focus[1]]?.focus({ preventScroll: true });
      }
      scrollTo({ left: 0, top: kept.y, behavior: "instant" });
    };
    back();
    addEventListener("load", () => requestAnimationFrame(back), { once: true });
  }

  function isBusy() {
    return document.activeElement?.matches("input, select") || document.querySelector("dialog[open]") !== null
      || !(getSelection()?.isCollapsed ?? true);
  }

  const isHeld = () => document.querySelector("[data-act=hold]")?.getAttribute("aria-pressed") === "true";

  async function look() {
    if (isHeld()) return tell(`Not updated since ${clock(answered)}: you have stopped it.`, true);
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname + location.search, {
        headers: { "If-None-Match": etag }, cache: "no-store", credentials: "same-origin", redirect: "error",
        signal: AbortSignal.timeout(10000),
      });
      const now = answer.headers.get("etag"); // a page has one, whatever its status: that of Health may be 503
      if (!now) throw new Error(String(answer.status));
      answered = Date.now();
      if (now === etag) return tell(`Up to date at ${clock(answered)}.`, false);
      if (isBusy()) return tell("There is a newer version: it is shown as soon as you are done here.", false);
      keep();
      location.reload();
    } catch {
      tell(`Not updated since ${clock(answered)}: the server does not answer as it should. What stands here may be old.`, true);
    }
  }

  restore();
  tell(`Up to date at ${clock(answered)}.`, false);
  setInterval(look, every);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
})();
