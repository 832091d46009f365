/** Devices with what they last said of themselves, and the configuration that named them. */
import { get, post } from "./api.js";
import { showOnce } from "./admin_secret.js";
import { dateOf, durationOf, secondsSince, timeOf } from "./clock.js";
import { chipOf, iconOf, placeOf, reportOf } from "./device_words.js";
import { confirm } from "./dialog.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { guard } from "./guard.js";
import { t } from "./words.js";

const COUNTS = ["windows", "businesses", "items", "departments", "zones", "devices"];
const hall = document.documentElement.dataset.hall || "";
/** @type {any[]} */
let devices = [];
/** @type {any[]} the day's blocks of numbers of kiosks that can work alone */
let leases = [];

/** Load and draw the list. */
export async function showDevices() {
  ({ devices } = await get(`/halls/${hall}/devices`));
  ({ leases } = await get(`/halls/${hall}/leases`));
  renderList(find("#devices"), devices, (one) => one.code, makeRow, updateRow, () => h("tr", null, h("td.center.muted", { colspan: "7", text: t("admin.no_device") })));
}

function makeRow(device) {
  const button = h("button.button.small.quiet", { type: "button", data: { act: "new_token" } }, icon("link"), h("span", { text: t("admin.new_token") }));
  guard(button, () => newToken(devices.find((one) => one.code === device.code)));
  return h(
    "tr",
    { data: { device: device.code } },
    h("th", { scope: "row" }, h("span.row-text", null, h("span.row-title", { text: device.name }), h("code.row-note", { text: device.code }))),
    h("td", null, h("span.row.gap-2.nowrap", null, icon(iconOf(device)), t(`admin.kind_${device.kind}`))),
    h("td", { text: placeOf(device) }),
    h("td"),
    h("td.nowrap"),
    h("td.report"),
    h("td", null, h("div.row-actions", null, device.pairs && button)),
  );
}

function updateRow(row, device) {
  const [, , , state, seen, report] = row.children;
  const [kind, sign, words] = chipOf(device);
  if (state.textContent !== words) fill(state, h("span.chip", { data: { state: kind } }, icon(sign), h("span", { text: words })));
  setText(seen, device.seen_at ? t("admin.ago", { time: durationOf(secondsSince(device.seen_at)) }) : t("admin.never"));
  const said = [reportOf(device), leaseWords(device.code)].filter((one) => one && one !== "–");
  setText(report, said.join(t("admin.comma")) || "–");
}

/** Which numbers a kiosk may give out while the server is away, and how many will never be. @param {string} device */
function leaseWords(device) {
  const own = leases.filter((one) => one.device === device);
  if (!own.length) return "";
  const sum = (/** @type {any[]} */ some) => some.reduce((total, one) => total + one.unused, 0);
  const ended = own.filter((one) => one.ended);
  const held = own.filter((one) => !one.ended);
  return t(sum(ended) ? "admin.leases_gap" : "admin.leases", { left: sum(held), numbers: held.map((one) => one.numbers).slice(0, 4).join(" "), gap: sum(ended) });
}

async function newToken(device) {
  const sure = !device.paired || (await confirm({ title: t("admin.token_title", { name: device.name }), text: t("admin.token_text"), confirm: t("admin.new_token"), danger: true }));
  if (!sure) return;
  const { pairing_address: address } = await post(`/halls/${hall}/devices/${device.code}/token`);
  await showOnce({ title: t("admin.token_of", { name: device.name }), secret: address, note: t("admin.token_note") });
  await showDevices();
}

/** Which configuration is in force. */
export async function showConfiguration() {
  const { version, applied_at: applied, counts } = await get(`/halls/${hall}/configuration`);
  const figure = (name, value) => h("div.figure", null, h("span.figure-name", { text: name }), h("span.figure-value", { text: value }));
  fill(
    find("#configuration"),
    figure(t("admin.version"), version),
    figure(t("admin.applied_at"), applied ? `${dateOf(applied)} ${timeOf(applied)}` : "–"),
    COUNTS.map((name) => figure(t(`admin.count_${name}`), counts[name].toLocaleString("en"))),
  );
}
