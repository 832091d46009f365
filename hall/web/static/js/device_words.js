/** How a device is, in words; for the device list and the administrator's page. The judgement itself is the server's (hall/rules/devices.py). */
import { timeOf } from "./clock.js";
import { hasWords, nameOf, t } from "./words.js";

const CHIPS = {
  trouble: ["missed", "error"],
  silent: ["paused", "wifi-off"],
  there: ["serving", "check-circle"],
  quiet: ["idle", "print"],
  unseen: ["closed", "clock"],
  unpaired: ["closed", "link"],
};
const ICONS = { kiosk: "kiosk", board: "board", window: "window", pad: "pad", printer: "print", idreader: "id-card", voice: "volume", backup: "copy", clock: "clock" };

/** @param {any} device @returns {[string, string, string]} the chip's colours, icon and words */
export function chipOf({ state, driver }) {
  const [colours, sign] = CHIPS[state];
  return [colours, sign, t(state === "quiet" ? `admin.driver_${driver}` : `device.state.${state}`)];
}

/** @param {any} device */
export const iconOf = (device) => ICONS[device.kind] ?? "info";

/** @param {any} device */
export function placeOf(device) {
  if (device.window) return t("window.number", { number: device.window });
  return nameOf(device.zone) || "–";
}

/** What is wrong and what to do about it; else what a printer says of its paper. @param {any} device @returns {string} */
export function reportOf({ troubles, status, state }) {
  if (state === "silent") return t("device.silent_hint");
  if (troubles.length) return troubles.map((/** @type {string} */ key) => (hasWords(key) ? t(key, { numbers: status?.not_taken_in ?? "" }) : key)).join(t("admin.comma"));
  if (status?.backup === "made") return t("device.backup_made", { time: timeOf(status.made_at), count: status.count });
  return status?.paper ? t(`admin.paper_${status.paper}`) : "–";
}
