/**
 * Taking the number: who is it for, with or without a card. A wish has one Idempotency-Key from the first press until its answer: pressed twice or
 * sent again after a break, it is still one number.
 */
import { newKey, post } from "/static/js/api.js";
import { h, icon, setText } from "/static/js/dom.js";
import { language, nameOf, t } from "/static/js/words.js";
import { drawWarning } from "./business.js";
import { businessOf } from "./hall.js";
import { heading } from "./parts.js";
import { mask, putDownCard } from "./readers.js";
import { peopleOf, waitOf } from "./wording.js";

const RETRY_MS = 3000;

/** @param {{business: string, item?: any}} place @param {import("./kiosk.js").Kiosk} kiosk */
export function take(place, kiosk) {
  const business = businessOf(place.business);
  if (!business) return null;
  const wish = (/** @type {string} */ visitorClass, /** @type {string | null} */ idNumber = null) =>
    kiosk.go({ view: "issuing", wish: newWish(place, visitorClass, idNumber) });
  const name = place.item ? nameOf(place.item) : nameOf(business);
  const wait = h("p.lead");
  const warning = h("div.stack", { hidden: true });
  /** @type {[string, HTMLElement][]} what each class would wait, in its own key */
  const waits = [];
  const draw = () => {
    const now = businessOf(place.business);
    setText(wait, peopleOf(now));
    for (const [visitorClass, place] of waits) {
      setText(place, waitOf(now, visitorClass));
      place.hidden = !place.textContent;
    }
    drawWarning(warning, now);
  };
  const choice = (/** @type {string} */ id, /** @type {string} */ picture, /** @type {string} */ title, /** @type {string} */ note, /** @type {string} */ visitorClass, /** @type {string} */ kind) => {
    const its = h("span.kiosk-choice-wait", { hidden: true });
    waits.push([visitorClass, its]);
    return h("button.kiosk-choice", { type: "button", id, class: kind, onclick: () => wish(visitorClass) }, icon(picture), h("span.kiosk-choice-title", { text: title }), its, h("span.kiosk-choice-note", { text: note }));
  };
  const choices = h(
    "div.kiosk-choices",
    null,
    choice("take-ordinary", "ticket-add", t("kiosk.take_ordinary"), t("kiosk.take_ordinary_note"), "ordinary", "primary"),
    choice("take-elderly", "elderly", t("kiosk.take_elderly", { age: kiosk.elderlyAge }), t("kiosk.take_elderly_note"), "elderly", "elderly"),
  );
  draw();
  const reader = cardPart(kiosk, (number) => wish("ordinary", number));
  return {
    body: [h("div.kiosk-heading.kiosk-taking", null, h("p.kiosk-over", { text: t("kiosk.taking_for") }), heading(name), name !== nameOf(business) && h("p.lead", { text: nameOf(business) }), wait), warning, h("div.kiosk-take", null, choices, reader.element)],
    refresh: draw,
    card: (/** @type {string} */ number) => wish("ordinary", number),
    reader: reader.setState,
  };
}

/** The optional card: never needed. @param {import("./kiosk.js").Kiosk} kiosk @param {(number: string) => void} onCard */
function cardPart(kiosk, onCard) {
  if (!kiosk.reader) return { element: h("p.kiosk-no-card", { text: t("kiosk.no_card_needed") }), setState() {} };
  const said = h("p", { text: t("kiosk.card_note") });
  const simulate = (/** @type {number} */ age) => h("button.button", { type: "button", onclick: () => putDownCard(kiosk.hall, age).then(onCard, kiosk.fail) }, icon("id-card"), h("span", { text: t("kiosk.simulate_card", { age }) }));
  const element = h(
    "section.card.kiosk-card",
    { "aria-live": "polite" },
    h("span.kiosk-card-picture", null, icon("id-card")),
    h("div.stack.gap-2", null, h("h2.kiosk-section", { text: t("kiosk.card") }), said),
    kiosk.reader === "simulated" && h("div.buttons.kiosk-simulate", null, h("p.muted.small", { text: t("kiosk.simulated") }), simulate(35), simulate(72)),
  );
  return {
    element,
    setState(/** @type {string} */ state) {
      element.dataset.reader = state;
      setText(said, t(state === "ready" ? "kiosk.card_note" : `kiosk.card_${state}`));
    },
  };
}

/** @param {any} place @param {string} visitorClass @param {string | null} idNumber */
function newWish(place, visitorClass, idNumber) {
  const body = { business: place.business, items: place.item ? [place.item.code] : [], visitor_class: visitorClass, language, ...(idNumber ? { id_number: idNumber } : {}) };
  return { key: newKey(), body, shown: idNumber ? mask(idNumber) : "", from: place };
}

/** Asking for the number until there is an answer. @param {any} place @param {import("./kiosk.js").Kiosk} kiosk */
export function issuing(place, kiosk) {
  const { wish } = place;
  let left = false;
  let timer = 0;
  const title = h("h1.kiosk-title", { tabIndex: -1, text: t("kiosk.issuing") });
  const said = h("p.lead", { text: wish.shown ? t("kiosk.card_read", { mask: wish.shown }) : t("kiosk.issuing_note") });
  const again = h("button.button.primary.huge", { type: "button", hidden: true, onclick: () => send() }, icon("refresh"), h("span", { text: t("kiosk.try_now") }));
  const sign = h("span.kiosk-sign", null, h("span.spinner"));
  const body = h("div.kiosk-middle", { role: "status" }, sign, title, said, again);

  async function send() {
    clearTimeout(timer);
    again.hidden = true;
    try {
      const answer = /** @type {any} */ (await post(`/halls/${kiosk.hall}/tickets`, wish.body, { key: wish.key, retries: 1 }));
      delete wish.body.id_number;
      if (!left) kiosk.go({ view: "result", ticket: answer.ticket, job: answer.print_job, item: wish.from.item }, { fresh: true });
    } catch (/** @type {any} */ problem) {
      if (left) return;
      if (problem.away || problem.busy) return wait(problem);
      delete wish.body.id_number;
      kiosk.fail(problem, wish.from);
    }
  }

  /** @param {import("/static/js/api.js").Problem} problem */
  function wait({ busy, retryMs }) {
    sign.replaceChildren(icon(busy ? "hourglass" : "wifi-off"));
    setText(title, t(busy ? "kiosk.trouble.busy" : "kiosk.trouble.away"));
    setText(said, t(busy ? "kiosk.busy_note" : "kiosk.away_note"));
    again.hidden = false;
    kiosk.free(); // whoever does not want to wait may go; nobody there any more: back to the start
    timer = window.setTimeout(send, Math.max(RETRY_MS, retryMs) * (1 + 0.3 * Math.random()));
  }

  send();
  return {
    body: [body],
    pending: true,
    leave() {
      left = true;
      clearTimeout(timer);
    },
  };
}
