/** The journal as audit log: newest first, by type, by who, by ticket, page by page. */
import { get } from "./api.js";
import { dateOf, timeOf } from "./clock.js";
import { find, h, renderList } from "./dom.js";
import { guard } from "./guard.js";
import { hasWords, nameOf, t } from "./words.js";

const SAID_ELSEWHERE = new Set(["ticket", "ticket_id", "account_id", "call_id", "queued_at", "zone"]);
const BUSINESSES = new Set(["business", "to_business", "businesses"]);
const MOMENT = /^\d{4}-\d\d-\d\dT.*Z$/;
const hall = document.documentElement.dataset.hall || "";
/** @type {any[]} */
let shown = [];
/** @type {number | null} */
let next = null;
let prepared = false;
/** @type {Map<string, string>} */
let businessNames = new Map();

/** Load the newest page and draw it. */
export async function showJournal() {
  if (!prepared) await prepare();
  shown = [];
  next = null;
  await load();
}

async function prepare() {
  prepared = true;
  const form = find("#journal-filter");
  form.addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  guard(find("#journal-search"), showJournal);
  guard(find("#earlier"), load, { pause: 300 });
  find("#journal-type").addEventListener("change", showJournal);
  for (const name of ["actor", "ticket"]) {
    find(`#journal-${name}`).addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && showJournal());
  }
  const [{ accounts }, { devices }, { businesses }] = await Promise.all(["accounts", "devices", "configuration"].map((name) => get(`/halls/${hall}/${name}`)));
  businessNames = new Map(businesses.map((one) => [one.code, nameOf(one)]));
  const actors = [...accounts.map((one) => [one.username, nameOf(one)]), ...devices.map((one) => [one.code, one.name]), ["system", t("admin.actor_system")], ["anyone", t("admin.actor_anyone")]];
  find("#actors").append(...actors.map(([value, label]) => h("option", { value, label })));
}

async function load() {
  const query = new URLSearchParams({ limit: "50" });
  for (const name of ["type", "actor", "ticket"]) {
    const value = find(`#journal-${name}`).value.trim();
    if (value) query.set(name, value);
  }
  if (next !== null) query.set("before", String(next));
  const page = await get(`/halls/${hall}/journal?${query}`);
  shown = [...shown, ...page.events];
  next = page.next_before;
  find("#earlier").hidden = next === null;
  renderList(find("#journal"), shown, (one) => one.seq, makeRow, undefined, () => h("tr", null, h("td.center.muted", { colspan: "6", text: t("admin.no_event") })));
}

function makeRow(event) {
  return h(
    "tr",
    null,
    h("td.num.faint", { text: event.seq }),
    h("td.nowrap", null, h("span.row-text", null, h("span.num", { text: timeOf(event.at, { seconds: true }) }), h("span.row-note", { text: dateOf(event.at) }))),
    h("th", { scope: "row", text: t(`admin.event_${event.type}`) }),
    h("td.strong", { text: event.ticket ?? "" }),
    h("td", null, actor(event.actor)),
    h("td.report", null, details(event)),
  );
}

function actor({ kind, code, name, name_en }) {
  const words = nameOf({ name, name_en }) || t(`admin.actor_${kind}`);
  return h("span.row-text", null, h("span", { text: words }), code && h("code.row-note", { text: code }));
}

function details(event) {
  const parts = event.about ? [`${nameOf(event.about)} (${event.about.username})`] : [];
  for (const [name, value] of Object.entries(event.data)) {
    if (!SAID_ELSEWHERE.has(name)) parts.push(`${t(`admin.data_${name}`)} ${spoken(name, value)}`);
  }
  return parts.join(" · ");
}

/** @param {string} name @param {any} value */
function spoken(name, value) {
  if (BUSINESSES.has(name)) return [value].flat().map((code) => businessNames.get(code) ?? code).join(t("admin.comma"));
  if (typeof value === "boolean") return t(value ? "admin.yes" : "admin.no");
  if (typeof value === "string" && MOMENT.test(value)) return timeOf(value, { seconds: true });
  const known = { visitor_class: "visitor_class.", from_state: "ticket_state.", role: "role.", grade: "rating.grade_", reason: "pause_reason.", outcome: "ticket_state.", why: "admin.why_" }[name];
  if (known && hasWords(known + value)) return t(known + value);
  return hasWords(String(value)) ? t(String(value)) : value;
}
