/** A new password or pairing address, shown once in a dialog: it is nowhere else. */
import { ask } from "./dialog.js";
import { h, icon } from "./dom.js";
import { guard } from "./guard.js";
import { toast } from "./toast.js";
import { t } from "./words.js";

/** @param {{title: string, secret: string, note: string}} what */
export function showOnce({ title, secret, note }) {
  const text = h("output.secret", { tabindex: "0", text: secret, "aria-label": title });
  const copy = h("button.button", { type: "button" }, icon("copy"), h("span", { text: t("action.copy") }));
  guard(copy, async () => {
    try {
      await navigator.clipboard.writeText(secret);
      toast(t("action.copied"), { kind: "ok" });
    } catch {
      getSelection()?.selectAllChildren(text); // plain http has no clipboard: it is marked, ready for Ctrl+C
    }
  });
  return ask({
    title,
    wide: secret.length > 40,
    body: [h("div.secret-row", null, text, copy), h("div.notice", { data: { kind: "warning" } }, icon("warning"), h("div.notice-text", null, h("p.notice-title", { text: t("admin.once") }), h("p", { text: note })))],
    actions: [{ label: t("admin.noted"), value: true }],
  });
}
