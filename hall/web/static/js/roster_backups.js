/** The AB posts of the roster's page: who stands in at a window or for a business when its clerk is away; named, changed and taken away here. */
import { post } from "./api.js";
import { fill, find, h, icon } from "./dom.js";
import { guard } from "./guard.js";
import { toast } from "./toast.js";
import { nameOf, t, textOf } from "./words.js";

/** @type {any} the week as the server told it last */
let week = null;

/** @param {any} shown */
export function drawBackups(shown) {
  week = shown;
  const named = [...places("business"), ...places("window")].filter((one) => one.backup);
  fill(find("#backup-list"), named.length ? named.map(rowOf) : h("li.muted", { text: t("roster.backup_none") }));
  const where = find("#backup-where");
  const chosen = where.value;
  fill(where, ["business", "window"].map((kind) => h("optgroup", { label: t(`roster.backup_of_${kind}`) }, places(kind).map((one) => h("option", { value: `${kind} ${one.key}`, text: one.name })))));
  if (chosen) where.value = chosen;
  drawClerks();
}

/** Windows or businesses as one list. @param {string} kind @returns {any[]} */
function places(kind) {
  if (kind === "business") return week.businesses.map((/** @type {any} */ one) => ({ kind, key: one.id, name: nameOf(one), backup: one.backup, businesses: [one.id] }));
  return week.windows.map((/** @type {any} */ one) => ({ kind, key: one.number, name: `${t("window.number", { number: one.number })} · ${textOf(one, "label") || t(`window_kind.${one.kind}`)}`, backup: one.backup, businesses: one.businesses }));
}

/** @param {any} one */
function rowOf(one) {
  const clerk = week.clerks.find((/** @type {any} */ other) => other.username === one.backup);
  const name = nameOf(clerk) || one.backup;
  const words = t("roster.backup_for", { place: one.name, name });
  const away = h("button.button.plain.icon-only.small", { type: "button", "aria-label": t("roster.backup_remove", { what: words }) }, icon("close"));
  guard(away, () => keep(one, null));
  return h("li", null, h("span.grow", { text: one.name }), h("strong", { text: name }), away);
}

/** Only who is certified for something there can be chosen. */
function drawClerks() {
  const place = chosenPlace();
  const able = week.clerks.filter((/** @type {any} */ one) => place?.businesses.some((/** @type {string} */ code) => one.businesses.includes(code)));
  fill(find("#backup-clerk"), able.map((/** @type {any} */ one) => h("option", { value: one.username, text: [nameOf(one), one.badge].filter(Boolean).join(" · "), selected: one.username === place.backup })));
}

function chosenPlace() {
  const [kind, key] = find("#backup-where").value.split(" ");
  return places(kind || "business").find((one) => String(one.key) === key);
}

/** @type {(place: any, clerk: string | null) => Promise<void>} */
let keep = async () => {};

/** @param {string} path of the roster @param {() => Promise<void>} load the week anew */
export function onBackups(path, load) {
  keep = async (place, clerk) => {
    await post(`${path}/backups`, { [place.kind]: place.key, clerk });
    toast(t(clerk ? "roster.backup_saved" : "roster.backup_removed"), { kind: "ok" });
    await load();
  };
  find("#backup-where").addEventListener("change", drawClerks);
  find("#backup-form").addEventListener("submit", (event) => event.preventDefault());
  guard(find("#backup-save"), async () => {
    const [place, clerk] = [chosenPlace(), find("#backup-clerk").value];
    if (place && clerk) await keep(place, clerk);
  });
}
