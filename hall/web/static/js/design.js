/** The page /design: lets its parts be tried. */
import { t } from "./words.js";
import { h, icon, fill } from "./dom.js";
import { guard } from "./guard.js";
import { hotkey } from "./hotkeys.js";
import { toast } from "./toast.js";
import { watchIdle } from "./idle.js";

const press = guard(document.getElementById("try-guard"), () => new Promise((resolve) => setTimeout(resolve, 1500)));
hotkey("F2", t("design.button_call"), press);
guard(document.getElementById("try-toast"), () => {
  toast(t("design.notice_ok"), { kind: "ok" });
  toast(t("design.notice_error"), { kind: "error", title: t("design.notice_error_title"), action: { label: t("action.retry"), run: () => {} } });
});
guard(document.getElementById("try-countdown"), () => {
  const idle = watchIdle({ seconds: 11, onIdle: () => idle.stop() });
});
for (const button of document.querySelectorAll("[data-set-theme]")) {
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = button.dataset.setTheme;
    for (const other of document.querySelectorAll("[data-set-theme]")) other.setAttribute("aria-pressed", String(other === button));
  });
}

const sprite = new DOMParser().parseFromString(await (await fetch("/static/img/icons.svg")).text(), "image/svg+xml");
fill(document.getElementById("icon-sheet"), [...sprite.querySelectorAll("symbol")].map((symbol) => h("div.icon-cell", null, icon(symbol.id, { class: "l" }), h("code", { text: symbol.id }))));
