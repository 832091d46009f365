/** When it cannot be done: what happened, in a whole sentence, and what the visitor can do now. Nothing that was chosen is lost. */
import { h, icon } from "/static/js/dom.js";
import { hasWords, t } from "/static/js/words.js";

/** @type {Record<string, string>} */
const SIGNS = { hall_closed: "clock", business_closed: "clock", quota_used_up: "ticket", numbers_used_up: "guide", server_away: "wifi-off", unlikely_before_closing: "clock", second_open_ticket: "users", bad_id_number: "id-card", unknown_code: "scan", network: "wifi-off", timeout: "wifi-off" };

/** @param {{code: string, title?: string, detail: string, from?: any}} place from: the wish that was refused @param {import("./kiosk.js").Kiosk} kiosk */
export function trouble(place, kiosk) {
  const key = `kiosk.trouble.${place.code}`;
  const help = `kiosk.help.${place.code}`;
  const steps = [];
  if (place.code === "bad_id_number" && place.from) steps.push(h("button.button.primary.huge", { type: "button", id: "without-card", onclick: () => kiosk.replace(place.from) }, icon("ticket-add"), h("span", { text: t("kiosk.without_card") })));
  const away = place.code === "network" || place.code === "timeout";
  if (away) steps.push(h("button.button.primary.huge", { type: "button", onclick: kiosk.back }, icon("refresh"), h("span", { text: t("kiosk.try_now") })));
  if (!place.from && !away && kiosk.cameFromFurther()) steps.push(h("button.button.primary.huge", { type: "button", id: "back-from-trouble", onclick: kiosk.back }, icon("arrow-left"), h("span", { text: t("kiosk.back_to_place") })));
  steps.push(h("button.button.huge", { type: "button", id: "home-from-trouble", onclick: kiosk.home }, icon("home"), h("span", { text: t("action.back_to_start") })));
  return {
    body: [
      h(
        "div.kiosk-middle",
        { role: "alert", data: { trouble: place.code } },
        h("span.kiosk-sign", null, icon(SIGNS[place.code] ?? "warning")),
        h("h1.kiosk-title", { tabIndex: -1, text: hasWords(key) ? t(key) : place.title || t("kiosk.trouble.other") }),
        h("p.lead", { text: place.detail }),
        hasWords(help) && h("p.kiosk-help", null, icon("guide"), h("span", { text: t(help) })),
        h("div.buttons.kiosk-steps", null, steps),
      ),
    ],
    bare: true,
  };
}
