/** The device list: what is wrong first, asked for again every few seconds. */
import { get } from "./api.js";
import { durationOf, everySecond, secondsSince, setServerTime } from "./clock.js";
import { chipOf, iconOf, placeOf, reportOf } from "./device_words.js";
import { fill, find, h, icon, renderList, setText } from "./dom.js";
import { leadToSignIn, showConnection } from "./shell.js";
import { t } from "./words.js";

const ASK_MS = 10_000;
const ORDER = ["trouble", "silent", "unseen", "unpaired", "there", "quiet"];
const FIGURES = { trouble: "trouble", silent: "silent", there: "there", quiet: "there" };
const OF_KIND = { window: "board", voice: "board" }; // shown among the boards

const OF_THE_SERVER = ["voice", "backup", "clock"];

const hall = document.documentElement.dataset.hall || "";
const body = find("#devices");
const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#kinds button")]);
/** @type {any[]} */
let devices = [];
let kind = "all";

async function load() {
  try {
    const told = await get(`/halls/${hall}/devices`, { retries: 0 });
    setServerTime(told.now);
    devices = [...told.devices, ...told.others.map((/** @type {any} */ one) => ({ ...one, code: one.source, name: nameOfOther(one) }))];
    devices.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
    showConnection("live");
    draw();
  } catch (problem) {
    if (!leadToSignIn(problem)) showConnection("lost");
  } finally {
    setTimeout(load, ASK_MS * (0.9 + 0.2 * Math.random()));
  }
}

/** @param {any} other */
const nameOfOther = (other) => t(OF_THE_SERVER.includes(other.kind) ? `device.${other.kind}` : other.kind === "window" ? "device.window_screen" : other.zone ? "device.zone_board" : "device.hall_board");
/** @param {any} device */
const kindOf = (device) => OF_KIND[device.kind] ?? device.kind;

function draw() {
  const figures = { trouble: 0, silent: 0, there: 0, other: 0 };
  for (const one of devices) figures[FIGURES[one.state] ?? "other"] += 1;
  for (const [name, count] of Object.entries(figures)) {
    setText(find(`[data-figure="${name}"]`), count);
    find(`[data-figure-of="${name}"]`).toggleAttribute("data-some", count > 0);
  }
  const wrong = figures.trouble + figures.silent;
  const verdict = find("#verdict");
  verdict.dataset.kind = wrong ? "warning" : "ok";
  const words = wrong ? t("device.some_wrong", { count: wrong }) : t("device.all_well");
  if (verdict.textContent !== words) fill(verdict, icon(wrong ? "warning" : "check-circle"), h("span", { text: words }));
  for (const button of buttons) {
    const of = button.dataset.kind;
    setText(find(".num", button), of === "all" ? devices.length : devices.filter((one) => kindOf(one) === of).length);
    button.setAttribute("aria-pressed", String(of === kind));
  }
  body.removeAttribute("aria-busy");
  const shown = devices.filter((one) => kind === "all" || kindOf(one) === kind);
  renderList(body, shown, (one) => one.code, makeRow, updateRow, () => h("tr", null, h("td.center.muted", { colspan: "5", text: t("device.none") })));
}

/** @param {any} device */
function makeRow(device) {
  const code = "source" in device ? t("device.not_paired") : device.code;
  const name = h("span.row-text", null, h("span.row-title", { text: device.name }), OF_THE_SERVER.includes(device.kind) ? null : h("span.row-note", { text: code }));
  return h("tr", { data: { device: device.code } }, h("td.nowrap"), h("th", { scope: "row" }, h("span.row.gap-3.nowrap", null, icon(iconOf(device)), name)), h("td.nowrap", { text: placeOf(device) }), h("td.devices-says"), h("td.nowrap"));
}

/** @param {HTMLElement} row @param {any} device */
function updateRow(row, device) {
  const [state, , , says, seen] = row.children;
  const [colours, sign, words] = chipOf(device);
  row.dataset.state = device.state;
  if (state.textContent !== words) fill(state, h("span.chip", { data: { state: colours } }, icon(sign), h("span", { text: words })));
  setText(says, reportOf(device));
  if (!device.seen_at) setText(seen, t("admin.never"));
  else setText(seen, t(device.state === "silent" ? "device.silent_since" : "admin.ago", { time: durationOf(secondsSince(device.seen_at)) }));
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    kind = button.dataset.kind ?? "all";
    draw();
  });
}
everySecond(() => devices.length && draw());
void load();
