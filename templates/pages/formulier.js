// Makes forms easier to fill in; they also work without. What somebody types is kept in this browser until it is sent,
// questions that are not asked, because of earlier answers, are hidden, and a form is sent once by two clicks.
"use strict";

(() => {
  // A form says where it is kept: `local`, until it is sent, or `session`, at most until the tab is closed.
  function storage(where) {
    try {
      return where === "session" ? window.sessionStorage : window.localStorage;
    } catch {
      return null; // storage is switched off: the form works, but is not kept
    }
  }

  for (const done of document.querySelectorAll("[data-draft-done]")) {
    storage(done.dataset.draftIn)?.removeItem(done.dataset.draftDone);
  }

  for (const form of document.querySelectorAll("form[method=post]")) sendOnce(form);

  // Without the browser's own way to share, the link begins a mail.
  for (const link of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      navigator.share({ title: link.dataset.shareTitle, url: link.dataset.share }).catch(() => {});
    });
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = form.dataset.draft;
  const store = storage(form.dataset.draftIn);

  // Answers to some questions are erased early. They are not kept here at all.
  const fields = () =>
    [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.closest("[data-unkept]"));
  const answered = (name) => new FormData(form).getAll(name).map(String).filter(Boolean);
  const version = () => form.elements.versie?.value ?? "";

  function ask() {
    for (const part of form.querySelectorAll("[data-only-if]")) {
      const wanted = part.dataset.is.split(" ");
      const asked = answered(part.dataset.onlyIf).some((value) => wanted.includes(value));
      part.hidden = !asked;
      part.querySelector("[data-hint]")?.remove();
      for (const field of part.querySelectorAll("input, textarea")) {
        field.disabled = !asked;
        field.required = asked && "required" in field.dataset;
      }
    }
  }

  function save() {
    if (!store) return;
    const draft = { versie: version() };
    for (const field of fields()) draft[field.name] ??= answered(field.name);
    try {
      store.setItem(key, JSON.stringify(draft));
    } catch {
      // storage is full or forbidden: the answers are still on the page
    }
  }

  function restore() {
    let draft;
    try {
      draft = JSON.parse(store?.getItem(key) ?? "null");
    } catch {
      draft = null;
    }
    if (draft === null || typeof draft !== "object") return;
    if (draft.versie !== version()) return; // they answer another version of the questions
    for (const field of fields()) {
      const values = draft[field.name];
      if (!Array.isArray(values)) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= values.includes(field.value);
      else if (!field.value && values.length) field.value = values[0];
    }
  }

  if ("typed" in form.dataset) save(); // the page already has what was typed
  else restore();
  ask();
  form.querySelector("[data-draft-note]")?.toggleAttribute("hidden", !store);
  form.addEventListener("input", () => {
    ask();
    save();
  });

  // Says on the button that the form is on its way, and lets a second click do nothing meanwhile.
  function sendOnce(form) {
    const button = form.querySelector("button[data-busy]");
    if (!button) return;
    const text = button.textContent;
    let sent = 0;
    const again = () => {
      clearTimeout(sent);
      sent = 0;
      button.textContent = text;
      button.removeAttribute("aria-disabled");
    };
    form.addEventListener("submit", (event) => {
      if (sent) return event.preventDefault();
      sent = setTimeout(again, 20_000); // no answer came: they may try again
      button.textContent = button.dataset.busy;
      button.setAttribute("aria-disabled", "true");
    });
    window.addEventListener("pageshow", again); // they came back to this page
  }
})();
