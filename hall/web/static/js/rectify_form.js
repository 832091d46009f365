/** The forms of rectifications: what a mystery visitor saw, and who rectifies something until when. */
import { ask } from "./dialog.js";
import { h } from "./dom.js";
import { t, textOf } from "./words.js";
import { now, timeOf } from "./clock.js";

/**
 * @param {any} told the page's list: today, usual_due, windows
 * @returns {Promise<any>} the visit as it is sent; null when closed
 */
export async function askVisit(told) {
  const day = h("input.input", { id: "visit-day", type: "date", required: true, max: told.today, value: told.today });
  const time = h("input.input", { id: "visit-time", type: "time", required: true, value: timeOf(now()) });
  const place = h("select.input", { id: "visit-window" }, h("option", { value: "", text: t("rectify.whole_hall") }), told.windows.map((/** @type {any} */ one) => h("option", { value: one.number, text: [t("window.number", { number: one.number }), textOf(one, "label")].filter(Boolean).join(" · ") })));
  const score = h("input.input", { id: "visit-score", type: "number", required: true, min: "0", max: "100", step: "1", inputmode: "numeric", "aria-describedby": "visit-score-says" });
  const finding = h("textarea.input", { id: "visit-finding", rows: "3", maxlength: "1000" });
  const rectify = h("input", { type: "checkbox", role: "switch" });
  const who = whoAndWhen(told);
  who.fields.hidden = true;
  rectify.addEventListener("change", () => {
    who.fields.hidden = !rectify.checked;
    finding.required = rectify.checked;
  });
  const read = () => ({ day: day.value, time: time.value, window: place.value ? Number(place.value) : null, score: Number(score.value), finding: finding.value.trim(), rectify: rectify.checked, ...(rectify.checked ? who.read() : {}) });
  return ask({
    title: t("rectify.enter_visit"),
    wide: true,
    body: h("div.rectify-form", null, field("visit-day", day), field("visit-time", time), field("visit-window", place), field("visit-score", score, t("rectify.score_hint")), h("div.field.wide", null, h("label", { for: "visit-finding", text: t("rectify.field_visit_finding") }), finding), h("label.switch.wide", null, rectify, h("span", { text: t("rectify.field_rectify") })), who.fields),
    actions: [
      { label: t("action.cancel"), kind: "", value: () => false },
      { label: t("action.save"), value: () => ([day, time, score, finding].every((one) => one.reportValidity()) && (!rectify.checked || who.isValid()) ? read() : null) },
    ],
  });
}

/**
 * @param {string} title
 * @param {{today: string, usual_due: string}} told
 * @param {string} owner who answers for it unless somebody else is named
 * @returns {Promise<any>} {finding, owner, due}; null when closed
 */
export async function askToRectify(title, told, owner) {
  const finding = h("textarea.input", { id: "rectify-finding", rows: "3", maxlength: "1000" });
  const who = whoAndWhen(told, owner);
  return ask({
    title,
    body: h("div.rectify-form", null, h("div.field.wide", null, h("label", { for: "rectify-finding", text: t("rectify.field_finding") }), finding), who.fields),
    actions: [
      { label: t("action.cancel"), kind: "", value: () => false },
      { label: t("rectify.require"), value: () => (who.isValid() ? { finding: finding.value.trim(), ...who.read() } : null) },
    ],
  });
}

/** Who answers for it, until when. @param {{today: string, usual_due: string}} told @param {string} [known] */
function whoAndWhen(told, known = "") {
  const owner = h("input.input", { id: "rectify-owner", maxlength: "100", autocomplete: "off", value: known });
  const due = h("input.input", { id: "rectify-due", type: "date", required: true, min: told.today, value: told.usual_due });
  return {
    fields: h("div.rectify-form.wide", null, field("rectify-owner", owner), field("rectify-due", due)),
    read: () => ({ owner: owner.value.trim(), due: due.value }),
    isValid: () => due.reportValidity(),
  };
}

/** @param {string} id @param {HTMLElement} control @param {string} [hint] */
const field = (id, control, hint) => h("div.field", null, h("label", { for: id, text: t(`rectify.field_${id.replace(/-/g, "_")}`) }), control, hint && h("p.field-hint", { id: `${id}-says`, text: hint }));
