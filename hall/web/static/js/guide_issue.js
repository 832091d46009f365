/** The form that takes a number for somebody: class and reason, an identity number if the visitor likes, paper, and issuing outside the hours after a question. */
import { newKey, post } from "./api.js";
import { hallZone, now } from "./clock.js";
import { confirm } from "./dialog.js";
import { fill, find, h, icon, setText } from "./dom.js";
import { rangeOf, rangeOrUnknown } from "./waits.js";
import { language, nameOf, t, textOf } from "./words.js";

const OVERRIDABLE = new Set(["hall_closed", "business_closed", "unlikely_before_closing"]);

/** @param {{hall: string, businessOf: (code: string) => any, onIssued: (answer: any) => void, onLeft: () => void, report: (problem: any) => void}} options */
export function makeForm({ hall, businessOf, onIssued, onLeft, report }) {
  const form = /** @type {HTMLFormElement} */ (find("#issue-form"));
  const take = find("#take");
  const reason = /** @type {HTMLInputElement} */ (find("#reason"));
  const idNumber = /** @type {HTMLInputElement} */ (find("#id-number"));
  const bookedAt = /** @type {HTMLInputElement} */ (find("#booked-at"));
  const print = /** @type {HTMLInputElement | null} */ (document.querySelector("#print"));
  /** @type {{business: string, item?: any} | null} */
  let chosen = null;
  /** @type {{key: string, text: string} | null} the wish that has no answer yet: sent again, it is the same one */
  let pending = null;
  let busy = false;

  const visitorClass = () => /** @type {HTMLInputElement} */ (form.querySelector("[name=visitor_class]:checked")).value;

  /** @param {string} business @param {any} [item] */
  function choose(business, item) {
    chosen = { business, item };
    form.reset();
    say(null);
    for (const button of form.querySelectorAll("[data-reason]")) button.setAttribute("aria-pressed", "false");
    drawMaterials(item);
    find("#choose").hidden = true;
    form.hidden = false;
    drawClass();
    refresh();
    find("#classes input").focus();
  }

  function leave() {
    chosen = null;
    pending = null;
    form.hidden = true;
    idNumber.value = "";
    find("#choose").hidden = false;
    onLeft();
  }

  function refresh() {
    const business = chosen && businessOf(chosen.business);
    if (!chosen || !business) return;
    const name = chosen.item ? nameOf(chosen.item) : nameOf(business);
    setText(find("#chosen-name"), name);
    setText(find("#chosen-note"), [name === nameOf(business) ? nameOf(business.department) : nameOf(business), business.waiting ? t("wait.people", { count: business.waiting }) : t("guide.nobody_waits"), business.waiting ? rangeOrUnknown(business.wait_ranges[visitorClass()]) : rangeOf(business.wait_ranges[visitorClass()])].filter(Boolean).join(" · "));
    const closed = find("#chosen-closed");
    const unlikely = business.why_closed === "unlikely_before_closing" || (business.open && business.unlikely_before_closing.includes(visitorClass()));
    closed.hidden = business.open && !unlikely;
    if (unlikely) fill(closed, h("div.notice", { data: { kind: "warning" } }, icon("warning"), h("div.notice-text", null, h("p", { text: t("guide.unlikely_note") }))));
    else if (!business.open) {
      const used = business.why_closed === "quota_used_up";
      fill(closed, h("div.notice", { data: { kind: "warning" } }, icon("warning"), h("div.notice-text", null, h("p", { text: used ? t("guide.quota_note") : t("guide.closed_note", { time: business.opens_at || t("guide.later") }) }))));
    }
  }

  /** @param {any} item */
  function drawMaterials(item) {
    const materials = item?.materials ?? [];
    find("#chosen-materials").hidden = !materials.length;
    find("#chosen-materials").open = false;
    setText(find("#materials-count"), t("guide.materials", { count: materials.length }));
    fill(find("#materials"), materials.map((/** @type {any} */ one) => h("li", null, icon("document"), h("span", { text: [nameOf(one), textOf(one, "note")].filter(Boolean).join(" · ") }))));
  }

  function drawClass() {
    find("#reasons").hidden = visitorClass() !== "priority";
    find("#booked").hidden = visitorClass() !== "appointment";
  }

  /** @param {any} problem */
  function say(problem) {
    fill(find("#issue-problem"), problem && h("div.notice", { data: { kind: "error" } }, icon("error"), h("div.notice-text", null, h("p", { text: problem.detail || problem.message || problem }))));
  }

  function wish() {
    const named = visitorClass();
    return {
      business: chosen?.business,
      items: chosen?.item ? [chosen.item.code] : [],
      visitor_class: named,
      language,
      device_print: print?.checked ?? false,
      ...(named === "priority" ? { class_reason: reason.value.trim() } : {}),
      ...(named === "appointment" ? { booked_at: momentOf(bookedAt.value) } : {}),
      ...(idNumber.value.trim() ? { id_number: idNumber.value.trim() } : {}),
    };
  }

  function missing() {
    if (visitorClass() === "priority" && !reason.value.trim()) return [reason, t("guide.reason_missing")];
    if (visitorClass() === "appointment" && !bookedAt.value) return [bookedAt, t("guide.booked_missing")];
    return null;
  }

  /** @param {boolean} [override] issue although it is closed */
  async function submit(override = false) {
    if (!chosen || busy) return;
    const lack = missing();
    if (lack) {
      say(lack[1]);
      /** @type {HTMLElement} */ (lack[0]).focus();
      return;
    }
    busy = true;
    take.setAttribute("aria-busy", "true");
    say(null);
    const body = { ...wish(), ...(override ? { override_closed: true } : {}) };
    const text = JSON.stringify(body);
    if (pending?.text !== text) pending = { key: newKey(), text };
    let refused = /** @type {any} */ (null);
    try {
      const answer = await post(`/halls/${hall}/tickets`, body, { key: pending.key });
      pending = null;
      leave();
      onIssued(answer);
    } catch (/** @type {any} */ problem) {
      if (!problem.away) pending = null;
      refused = problem;
    } finally {
      busy = false;
      take.removeAttribute("aria-busy");
    }
    if (refused) await answerTo(refused, override);
  }

  /** @param {any} problem @param {boolean} override */
  async function answerTo(problem, override) {
    if (problem.name !== "Problem" || problem.status === 401) return report(problem);
    if (OVERRIDABLE.has(problem.code) && !override) {
      if (await confirm({ title: t("guide.override"), text: problem.detail, confirm: t("guide.override_yes") })) await submit(true);
      return;
    }
    say(problem);
    if (problem.code === "bad_id_number") idNumber.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  find("#classes").addEventListener("change", () => {
    drawClass();
    refresh();
    if (visitorClass() === "priority") form.querySelector("[data-reason]")?.focus();
    if (visitorClass() === "appointment") bookedAt.focus();
  });
  for (const button of form.querySelectorAll("[data-reason]")) {
    button.addEventListener("click", () => {
      reason.value = /** @type {HTMLElement} */ (button).dataset.reason ?? "";
      for (const other of form.querySelectorAll("[data-reason]")) other.setAttribute("aria-pressed", String(other === button));
    });
  }
  find("#choose-other").addEventListener("click", leave);
  form.addEventListener("keydown", (event) => event.key === "Escape" && leave());

  return { choose, refresh, submit: () => submit(), isOpen: () => !form.hidden };
}

/** Today at a time by the hall's clock. @param {string} time "14:30" @returns {string} ISO */
function momentOf(time) {
  const [hour, minute] = time.split(":").map(Number);
  const zone = hallZone();
  const parts = (/** @type {number} */ moment) => Object.fromEntries(new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  const today = parts(now());
  const wanted = Date.UTC(today.year, today.month - 1, today.day, hour, minute);
  const there = parts(wanted);
  return new Date(wanted - (Date.UTC(there.year, there.month - 1, there.day, there.hour, there.minute) - wanted)).toISOString();
}
