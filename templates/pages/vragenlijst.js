// Makes a survey easier to fill in; the form also works without. Answers are kept in this browser until they are sent,
// and questions that are not asked, because of earlier answers, are hidden.
"use strict";

(() => {
  const store = (() => {
    try {
      return window.localStorage;
    } catch {
      return null; // storage is switched off: the form works, but is not kept
    }
  })();

  const done = document.querySelector("[data-draft-done]");
  if (done && store) store.removeItem(done.dataset.draftDone);

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = form.dataset.draft;

  const fields = () => [...form.elements].filter((field) => field.name.startsWith("vraag-"));
  const answered = (name) => new FormData(form).getAll(name).map(String).filter(Boolean);

  function ask() {
    for (const part of form.querySelectorAll("[data-only-if]")) {
      const wanted = part.dataset.is.split(" ");
      const asked = answered(part.dataset.onlyIf).some((value) => wanted.includes(value));
      part.hidden = !asked;
      for (const field of part.querySelectorAll("input, textarea")) {
        field.disabled = !asked;
        field.required = asked && "required" in field.dataset;
      }
    }
  }

  function save() {
    if (!store) return;
    const draft = { versie: form.elements.versie.value };
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
    if (draft.versie !== form.elements.versie.value) return; // they answer another version of the questions
    for (const field of fields()) {
      const values = draft[field.name];
      if (!Array.isArray(values)) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= values.includes(field.value);
      else if (!field.value && values.length) field.value = values[0];
    }
  }

  restore();
  ask();
  form.querySelector("[data-draft-note]")?.toggleAttribute("hidden", !store);
  form.addEventListener("input", () => {
    ask();
    save();
  });
})();
