// Attendance on a bad connection. Each tap is shown at once, kept in this browser, and sent again until the server has
// it. Without this script each tap sends a form, and the page loads again.
"use strict";

(() => {
  const page = document.querySelector("[data-attendance]");
  const roll = page && page.querySelector(".roll");
  if (!roll) return;

  const day = page.dataset.day;
  const key = `aanwezig:${page.dataset.attendance}`;
  const status = page.querySelector(".unsaved");
  const FIRST_PAUSE = 1000, LONGEST_PAUSE = 30000, PATIENCE = 15000;
  const PERMANENT = [400, 404, 409];  // the server will never take this tap: trying again would not help
  let sending = false;
  let pause = FIRST_PAUSE;
  let timer = null;
  let trouble = "";

  // The taps that are not saved yet, by "registration|day". Another tab may change them, so they are read each time.
  let memory = {};
  const read = () => {
    try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return memory; }
  };
  const write = (waiting) => {
    memory = waiting;
    try { localStorage.setItem(key, JSON.stringify(waiting)); } catch { /* in a private window they are kept in memory only */ }
  };

  const rowOf = (id) => document.getElementById(`p-${id}`);
  const show = (row, stand) => {
    row.dataset.stand = stand;
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === stand));
    }
  };

  const refresh = () => {
    const waiting = read();
    const left = Object.keys(waiting).length;
    for (const row of roll.children) row.classList.toggle("waits", `${row.id.slice(2)}|${day}` in waiting);
    for (const counter of page.querySelectorAll("[data-count]")) {
      counter.textContent = roll.querySelectorAll(`[data-stand="${counter.dataset.count}"]`).length;
    }
    const unsaved = left === 1 ? status.dataset.one : status.dataset.more.replace("#", left);
    const text = [left && (trouble || pause > FIRST_PAUSE) ? unsaved : "", trouble].filter(Boolean).join(" ");
    if (status.textContent !== text) status.textContent = text;
    status.hidden = !text;
  };

  const send = async (id, onDay, stand) => {
    const given = new AbortController();
    const patience = setTimeout(() => given.abort(), PATIENCE);
    try {
      const answer = await fetch(`/organisatie/${page.dataset.attendance}/aanwezig/${id}`, {
        method: "POST",
        headers: { "X-Requested-With": "XMLHttpRequest" },  // if signed out, the answer is then a 401 and not a page to sign in on
        body: new URLSearchParams({ dag: onDay, stand }),
        redirect: "manual",
        signal: given.signal,
      });
      return answer.status;
    } catch {
      return 0;
    } finally {
      clearTimeout(patience);
    }
  };

  const flush = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    for (let waiting = read(); Object.keys(waiting).length; waiting = read()) {
      const [entry, tapped] = Object.entries(waiting)[0];
      const [id, onDay] = entry.split("|");
      const answered = await send(id, onDay, tapped.stand);
      const refused = PERMANENT.includes(answered);
      if (answered !== 200 && !refused) {
        trouble = answered === 401 || answered === 403 ? status.dataset.signedOut : "";
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        timer = setTimeout(flush, pause);
        break;
      }
      const fresh = read();
      if (fresh[entry] && fresh[entry].tap === tapped.tap) delete fresh[entry];  // if not, it was tapped again meanwhile
      write(fresh);
      pause = FIRST_PAUSE;
      trouble = "";
      const row = rowOf(id);
      if (refused) {
        if (row && onDay === day && !fresh[entry]) show(row, tapped.before);
        trouble = status.dataset.refused;
        refresh();
      }
    }
    sending = false;
    refresh();
  };

  roll.addEventListener("submit", (event) => {
    if (!event.submitter) return;
    event.preventDefault();
    const row = event.target.closest("li");
    const waiting = read();
    const entry = `${row.id.slice(2)}|${day}`;
    const before = entry in waiting ? waiting[entry].before : row.dataset.stand;
    waiting[entry] = { stand: event.submitter.value, before, tap: `${Date.now()}.${Math.random()}` };
    write(waiting);
    show(row, event.submitter.value);
    refresh();
    flush();
  });

  const search = page.querySelector('input[type="search"]');
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const names = new Map([...roll.children].map((row) => [row, fold(row.querySelector("p").textContent)]));
  const narrow = () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, name] of names) {
      row.hidden = !words.every((word) => name.includes(word));
      shown += !row.hidden;
    }
    page.querySelector(".nobody").hidden = shown > 0;
  };
  search.addEventListener("input", narrow);
  search.form.addEventListener("submit", (event) => { event.preventDefault(); search.blur(); narrow(); });
  search.form.classList.add("live");

  const resume = () => { pause = FIRST_PAUSE; flush(); };
  window.addEventListener("online", resume);
  window.addEventListener("storage", (event) => { if (event.key === key) refresh(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) resume(); });
  window.addEventListener("beforeunload", (event) => {
    if (Object.keys(read()).length && sending) event.preventDefault();
  });

  for (const [entry, tapped] of Object.entries(read())) {
    const [id, onDay] = entry.split("|");
    const row = rowOf(id);
    if (row && onDay === day) show(row, tapped.stand);
  }
  refresh();
  flush();
})();
