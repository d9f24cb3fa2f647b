// Comfort only: every act works without this file. No inline code anywhere, so all behaviour hangs on data-*.
"use strict";

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Menus close on Escape and on a press elsewhere.
  const closeMenus = (except) => all("details[data-menu][open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A form that came back with errors speaks first; else an address such as #gia-han opens that form.
  const openTarget = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const panel = id && document.getElementById(id);
    if (panel?.matches("a.verb-link")) location.replace(panel.href);
    if (!panel || !panel.matches("details.verb")) return;
    for (let each = panel; each; each = each.parentElement.closest("details.verb")) each.open = true;
    panel.scrollIntoView({ block: "start" });
    panel.querySelector("input:not([type=hidden]), select, textarea, button")?.focus({ preventScroll: true });
  };
  const errors = document.querySelector("[data-focus]");
  // After load: the browser goes to the address's own target then, and would take the focus back.
  window.addEventListener("load", () => setTimeout(() => (errors ? errors.focus() : openTarget())));
  window.addEventListener("hashchange", openTarget);

  // One press, one sending; given back when the page is shown again from the browser's memory.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    all("button[type=submit]", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("button[type=submit]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }));

  // The bell of a page that stays open: asked each minute while somebody may see it.
  const bell = document.querySelector("a[data-unread]");
  const ringBell = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(bell.dataset.unread, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) return;
      const { unread } = await answer.json();
      let bubble = bell.querySelector(".bubble");
      if (!unread) bubble?.remove();
      else {
        if (!bubble) {
          bubble = Object.assign(document.createElement("span"), { className: "bubble" });
          bubble.setAttribute("aria-hidden", "true");
          bell.append(bubble);
        }
        bubble.textContent = unread > 99 ? "99+" : unread;
      }
      bell.setAttribute("aria-label", unread ? `Thông báo: ${unread} chưa đọc` : "Thông báo");
    } catch {
      // No network, or signed out: the bell keeps what it said.
    }
  };
  if (bell) setInterval(ringBell, 60000);

  // What was typed survives an expired session: kept in this tab only, dropped when saved or signed out.
  const drafts = {
    key: (form) => `draft:${location.pathname}:${form.getAttribute("action") || ""}:${form.closest("details")?.id || ""}`,
    fields: (form) => all("textarea, input[type=text]", form).filter((field) => field.name),
  };
  const forget = (prefix) => Object.keys(sessionStorage).filter((key) => key.startsWith(prefix))
    .forEach((key) => sessionStorage.removeItem(key));
  try {
    // The saving page redirects to one that says so; only then is the draft that was sent let go.
    if (document.querySelector(".note-success")) forget(sessionStorage.getItem("sent") || "draft:none");
    sessionStorage.removeItem("sent");
    all("form[data-forget]").forEach((form) => form.addEventListener("submit", () => forget("draft:")));
    all("form[data-draft]").forEach((form) => {
      form.addEventListener("submit", () => sessionStorage.setItem("sent", drafts.key(form)));
      form.addEventListener("input", () => sessionStorage.setItem(drafts.key(form), JSON.stringify(
        Object.fromEntries(drafts.fields(form).map((field) => [field.name, field.value])))));
      const kept = JSON.parse(sessionStorage.getItem(drafts.key(form)) || "{}");
      const restored = drafts.fields(form).filter((field) => kept[field.name] && field.value === field.defaultValue
        && kept[field.name] !== field.value && !form.querySelector(".form-errors"));
      restored.forEach((field) => { field.value = kept[field.name]; });
      if (!restored.length) return;
      const note = Object.assign(document.createElement("p"), { className: "draft-note", textContent: "Đã khôi phục nội dung chưa gửi." });
      note.setAttribute("role", "status");
      form.prepend(note);
    });
  } catch {
    // Storage may be switched off by the office; then nothing is kept.
  }

  // A phone shows the first filter; the others come at a press, or when one of them is set.
  all("[data-filters-more]").forEach((button) => {
    const form = button.closest("form");
    const rest = all(".field", form).slice(1).flatMap((field) => all("input, select", field));
    const asked = new URLSearchParams(location.search);
    if (rest.length < 2 || rest.some((field) => asked.get(field.name))) return;
    form.classList.add("filters-short");
    button.hidden = false;
    button.addEventListener("click", () => {
      form.classList.remove("filters-short");
      rest[0].focus();
    });
  });

  // The browser words a file field in its own language; ours says it in Vietnamese.
  all("input[type=file]").forEach((field) => {
    const row = Object.assign(document.createElement("div"), { className: "file-pick" });
    const button = Object.assign(document.createElement("label"), { className: "btn btn-quiet", htmlFor: field.id, textContent: "Chọn tệp" });
    const name = document.createElement("output");
    const say = () => { name.textContent = [...field.files].map((file) => file.name).join(", ") || "Chưa chọn tệp"; };
    field.classList.add("visually-hidden");
    field.before(row);
    row.append(button, name, field);
    field.addEventListener("change", say);
    window.addEventListener("pageshow", say);
    say();
  });

  // Buttons that only make sense with JavaScript come hidden.
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  all("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.value ?? source.innerText);
      button.insertAdjacentHTML("afterend", '<span class="small" role="status"> Đã sao chép</span>');
    });
  });
})();
