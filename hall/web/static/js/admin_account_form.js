/** The form of one account, new or known, in a dialog. */
import { get } from "./api.js";
import { ask } from "./dialog.js";
import { h } from "./dom.js";
import { nameOf, t } from "./words.js";

const ROLES = ["clerk", "guide", "manager", "administrator"];
const USERNAME = "[a-z0-9][a-z0-9._\\-]{1,31}";

/**
 * @param {string} hall
 * @param {any} account null: a new one
 * @returns {Promise<any>} what to send, or null
 */
export async function editAccount(hall, account) {
  const { businesses } = await get(`/halls/${hall}/configuration`);
  const input = (name, value, more = {}) => h("input.input", { id: `account-${name}`, name, value, autocomplete: "off", ...more });
  const username = input("username", "", { required: true, pattern: USERNAME, autocapitalize: "none", spellcheck: "false", maxlength: "32" });
  const name = input("name", account?.name ?? "", { required: true, maxlength: "60" });
  const nameEn = input("name_en", account?.name_en ?? "", { maxlength: "60" });
  const badge = input("badge", account?.badge ?? "", { maxlength: "60" });
  const role = h("select.input", { id: "account-role" }, ROLES.map((one) => h("option", { value: one, text: t(`role.${one}`), selected: one === (account?.role ?? "clerk") })));
  const all = h("input", { type: "checkbox", role: "switch", checked: !account || account.skills === "all" });
  const known = new Set(Array.isArray(account?.skills) ? account.skills : []);
  const boxes = businesses.map((one) => [h("input", { type: "checkbox", value: one.code, checked: known.has(one.code) }), one]);
  const list = h("div.skill-list", { hidden: all.checked }, boxes.map(([box, one]) => h("label.check", null, box, h("span", { text: nameOf(one) }))));
  all.addEventListener("change", () => {
    list.hidden = all.checked;
  });
  const read = () => ({
    ...(account ? {} : { username: username.value.trim() }),
    name: name.value.trim(),
    name_en: nameEn.value.trim(),
    role: role.value,
    badge: badge.value.trim(),
    skills: all.checked ? "all" : boxes.filter(([box]) => box.checked).map(([, one]) => one.code),
  });
  const answer = await ask({
    title: account ? t("admin.edit_title", { username: account.username }) : t("admin.add_account"),
    wide: true,
    body: [
      h(
        "div.account-form",
        null,
        !account && field("username", username, t("admin.username_hint")),
        field("role", role),
        field("name", name),
        field("name_en", nameEn),
        field("badge", badge, t("admin.badge_hint")),
      ),
      h("fieldset.stack.gap-2", null, h("legend.field-label", { text: t("admin.col_skills") }), h("label.switch", null, all, h("span", { text: t("admin.skills_all") })), list),
    ],
    actions: [
      { label: t("action.cancel"), value: () => false, kind: "" },
      { label: t("action.save"), value: () => ([username, name].every((one) => !one.isConnected || one.reportValidity()) ? read() : null) },
    ],
  });
  return answer || null;
}

function field(name, control, hint = "") {
  if (hint) control.setAttribute("aria-describedby", `account-${name}-says`);
  return h("div.field", null, h("label", { for: `account-${name}`, text: t(`admin.col_${name}`) }), control, hint && h("p.field-hint", { id: `account-${name}-says`, text: hint }));
}
