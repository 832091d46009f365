/** Accounts: who may sign in, as what, and what they may call. */
import { get, post } from "./api.js";
import { editAccount } from "./admin_account_form.js";
import { showOnce } from "./admin_secret.js";
import { confirm } from "./dialog.js";
import { find, h, icon, renderList, setText } from "./dom.js";
import { guard } from "./guard.js";
import { toast } from "./toast.js";
import { nameOf, t } from "./words.js";

const hall = document.documentElement.dataset.hall || "";
const path = `/halls/${hall}/accounts`;
/** @type {any[]} */
let accounts = [];
let prepared = false;

/** Load and draw the list. */
export async function showAccounts() {
  if (!prepared) prepare();
  ({ accounts } = await get(path));
  draw();
}

function prepare() {
  prepared = true;
  find("#find-account").addEventListener("input", draw);
  guard(find("#add-account"), async () => {
    const person = await editAccount(hall, null);
    if (!person) return;
    await post(path, person);
    await showAccounts();
    await newPassword(person.username, false);
  });
}

function draw() {
  const words = find("#find-account").value.trim().toLowerCase();
  const shown = accounts.filter((one) => [one.username, one.name, one.name_en, one.badge].join(" ").toLowerCase().includes(words));
  renderList(find("#accounts"), shown, (one) => one.username, makeRow, updateRow, () => h("tr", null, h("td.center.muted", { colspan: "7", text: t("admin.no_account") })));
}

function makeRow(account) {
  const { username } = account;
  const current = () => accounts.find((one) => one.username === username);
  const button = (name, sign, act, kind = "quiet") => {
    const element = h("button.button.small", { type: "button", class: kind, data: { act: name } }, icon(sign), h("span", { text: t(`admin.${name}`) }));
    guard(element, act);
    return element;
  };
  return h(
    "tr",
    { data: { username } },
    h("th", { scope: "row" }, h("code", { text: username })),
    h("td.strong"),
    h("td"),
    h("td.num"),
    h("td"),
    h("td"),
    h(
      "td",
      null,
      h(
        "div.row-actions",
        null,
        button("edit", "edit", () => edit(current())),
        button("new_password", "key", () => newPassword(username, current().has_password)),
        button("retire", "user", () => retire(current()), "quiet danger"),
        button("restore", "return", () => restore(username)),
      ),
    ),
  );
}

function updateRow(row, account) {
  const [, name, role, badge, skills, state, actions] = row.children;
  setText(name, nameOf(account));
  setText(role, t(`role.${account.role}`));
  setText(badge, account.badge || "–");
  setText(skills, account.skills === "all" ? t("admin.skills_all") : t("admin.skills_count", { count: account.skills.length }));
  const [kind, sign, words] = stateOf(account);
  if (state.textContent !== words) state.replaceChildren(h("span.chip", { data: { state: kind } }, icon(sign), h("span", { text: words })));
  row.classList.toggle("retired", account.retired);
  for (const button of actions.querySelectorAll("[data-act]")) button.hidden = (button.dataset.act === "restore") !== account.retired;
}

/** @returns {[string, string, string]} the chip's colours, icon and words */
function stateOf(account) {
  if (account.retired) return ["closed", "minus-circle", t("admin.retired")];
  if (account.window) return ["serving", "window", t("admin.at_window", { number: account.window })];
  return account.has_password ? ["idle", "check", t("admin.ready")] : ["paused", "key", t("admin.no_password")];
}

async function edit(account) {
  const person = await editAccount(hall, account);
  if (!person) return;
  await post(`${path}/${account.username}`, person);
  toast(t("admin.saved"), { kind: "ok" });
  await showAccounts();
}

async function newPassword(username, asking) {
  const sure = !asking || (await confirm({ title: t("admin.password_title", { username }), text: t("admin.password_text"), confirm: t("admin.new_password") }));
  if (!sure) return;
  const { password } = await post(`${path}/${username}/password`);
  await showOnce({ title: t("admin.password_of", { username }), secret: password, note: t("admin.password_note") });
  await showAccounts();
}

async function retire(account) {
  const sure = await confirm({ title: t("admin.retire_title", { name: nameOf(account) }), text: t("admin.retire_text"), confirm: t("admin.retire"), danger: true });
  if (!sure) return;
  await post(`${path}/${account.username}/retire`);
  toast(t("admin.retired_done", { name: nameOf(account) }), { kind: "ok" });
  await showAccounts();
}

async function restore(username) {
  await post(`${path}/${username}/restore`);
  await showAccounts();
  await newPassword(username, false);
}
