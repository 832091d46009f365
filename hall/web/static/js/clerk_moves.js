/**
 * What a manager wants of this clerk: a request to open a window, answered with one tap, and a notice of what was changed at the own window. While the
 * clerk chooses a window it is asked for every few seconds, as the windows are; at a desk the hall's events say when to ask.
 */
import { get, post } from "./api.js";
import { businessNames, untilWords } from "./advice_words.js";
import { timeOf } from "./clock.js";
import { fill, find, h, icon } from "./dom.js";
import { guard } from "./guard.js";
import { nameOf, t } from "./words.js";

const CHOOSING_MS = 5000;
let load = () => {};
let me = 0;

/**
 * @param {string} hall
 * @param {number} account the clerk's
 * @param {() => void} seated called when the clerk sits at another window now
 */
export function followMoves(hall, account, seated) {
  me = account;
  load = async () => {
    try {
      draw(await get(`/halls/${hall}/moves/mine`, { retries: 0 }));
    } catch {
      // what is shown stays; the page's banner says that the server is away
    }
  };
  load();
  setInterval(() => {
    if (!find("#choose").hidden && document.visibilityState === "visible") load();
  }, CHOOSING_MS);

  /** @param {any} mine */
  function draw({ requests, moved }) {
    const shown = JSON.stringify([requests, moved]);
    const box = find("#moves");
    if (box.dataset.shown === shown) return; // a key that is being pressed stays where it is
    box.dataset.shown = shown;
    fill(box, requests.map(requestOf), moved ? noticeOf(moved) : null);
  }

  /** @param {any} request */
  function requestOf(request) {
    const back = request.kind === "close" || request.kind === "pause";
    const come = h("button.button.primary.large", { type: "button" }, icon("check"), h("span", { text: t(back ? "advice.come_back" : "advice.come", { number: request.number }) }));
    const stay = h("button.button", { type: "button" }, h("span", { text: t("advice.stay") }));
    guard(come, async () => {
      await post(`/halls/${hall}/moves/${request.id}/accept`).finally(load);
      seated();
    });
    guard(stay, () => post(`/halls/${hall}/moves/${request.id}/decline`).finally(load));
    return h(
      "section.move-request",
      { "aria-label": t("advice.request") },
      icon("bell"),
      h(
        "div.move-words",
        null,
        h("p.move-what", { text: t(back ? "advice.please_come_back" : "advice.please_open", { number: request.number, businesses: businessNames(request.businesses) }) }),
        h("p.move-who", { text: t(back ? "advice.asked_back_by" : "advice.asked_by", { name: nameOf(request.applied_by), until: untilWords(request.until), time: timeOf(request.expires_at) }) }),
      ),
      come,
      stay,
    );
  }

  /** @param {any} moved */
  function noticeOf(moved) {
    const { adds, drops, state } = moved;
    const params = { number: moved.number, adds: businessNames(adds), drops: businessNames(drops), businesses: businessNames(moved.businesses) };
    const what = moved.kind === "close" ? "closed" : moved.kind === "pause" ? "paused" : moved.kind === "open" ? "opened" : adds.length && drops.length ? "swapped" : adds.length ? "added" : drops.length ? "dropped" : "opened";
    const later = state === "waiting" ? t("advice.notice_waiting") : state === "reverting" ? t("advice.notice_reverting") : untilWords(moved.until);
    return h(
      "section.move-notice",
      { "aria-label": t("advice.notice"), data: { state } },
      icon("transfer"),
      h("div.move-words", null, h("p.move-what", { text: t(`advice.notice_${what}`, params) }), h("p.move-who", { text: t("advice.notice_by", { name: nameOf(moved.applied_by), time: timeOf(moved.applied_at), later }) })),
    );
  }
}

/** Every event of the hall while the clerk sits at a desk. @param {any} event @param {number} number the window */
export function hearOfMoves(event, number) {
  const mine = event.clerk_id === me && event.type.startsWith("move_");
  if (mine || (event.type.startsWith("adjustment_") && event.windows?.includes(number)) || (event.window === number && /^(move_|window_businesses)/.test(event.type))) load();
}
