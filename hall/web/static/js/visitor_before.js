/** "Why them first?" on the visitor's page: asked for when the visitor opens it, and again when a call may have changed the answer. */
import { get } from "./api.js";
import { listOf } from "./before.js";
import { fill, find, h, icon } from "./dom.js";
import { guard } from "./guard.js";
import { reportProblem } from "./toast.js";
import { t } from "./words.js";

const SOON_MS = 2000;

/** @param {string} path of the visit under /api/v1 */
export function offerBefore(path) {
  const section = /** @type {HTMLDetailsElement} */ (find("#before"));
  const told = find("#before-told");
  const number = /** @type {HTMLInputElement} */ (find("#before-number"));
  let due = 0;

  async function load() {
    try {
      draw(await get(`${path}/before`));
    } catch (problem) {
      reportProblem(/** @type {any} */ (problem));
    }
  }

  /** @param {import("./before.js").BeforeMe} before */
  function draw({ later, earlier, calls }) {
    told.removeAttribute("aria-busy");
    fill(
      told,
      h("p.strong", { text: later ? t("before.some_later", { later }) : t("before.nobody_later") }),
      calls.length > 0 && listOf(calls),
      calls.length < later && h("p.muted.small", { text: t("before.latest_only", { count: calls.length }) }),
      earlier > 0 && h("p.muted", { text: t("before.some_earlier", { earlier }) }),
    );
  }

  section.addEventListener("toggle", () => section.open && load());
  guard(find("#before-go"), async () => {
    const asked = number.value.trim();
    if (!asked) return number.focus();
    const answer = find("#before-answer");
    try {
      fill(answer, listOf([await get(`${path}/before/${encodeURIComponent(asked)}`)]));
    } catch (problem) {
      const { status, detail, message } = /** @type {any} */ (problem);
      if (status !== 404) return reportProblem(/** @type {any} */ (problem));
      fill(answer, h("div.notice", { data: { kind: "info" } }, icon("search"), h("div.notice-text", null, h("p", { text: detail || message }))));
    }
  });

  return {
    /** @param {{state: string}} ticket */
    show: ({ state }) => {
      section.hidden = ["cancelled", "expired"].includes(state);
    },
    /** Several calls in one moment are one question. */
    refresh: () => {
      if (!section.open || due) return;
      due = window.setTimeout(() => {
        due = 0;
        load();
      }, SOON_MS);
    },
  };
}
