/** The screen above one window: welcome, please come here, being served, paused, closed; and who sits there. */
import { find, setText } from "/static/js/dom.js";
import { nameOf, t } from "/static/js/words.js";
import { follow } from "./follow.js";

const frame = find("#screen");
const number = Number(frame.dataset.window);

const WORDS = {
  idle: { before: "display.window_idle" },
  called: { before: "display.window_called_before", after: "display.window_called_after" },
  serving: { before: "display.window_serving" },
  paused: { before: "display.window_paused", note: "display.window_paused_note" },
  closed: { before: "display.window_closed", note: "display.window_closed_note" },
};

follow({
  frame,
  only: { window: number },
  draw,
  onCall() {
    frame.classList.remove("flash");
    void frame.offsetWidth;
    frame.classList.add("flash");
  },
});

function draw(/** @type {ReturnType<typeof import("./model.js").createModel>} */ model) {
  const window = model.windows.get(number);
  const state = window?.state ?? "closed";
  /** @type {{before?: string, after?: string, note?: string}} */
  const words = WORDS[/** @type {keyof typeof WORDS} */ (state)] ?? WORDS.closed;
  frame.dataset.state = state;
  if (state !== "called") frame.classList.remove("flash");
  put("#before", words.before ? t(words.before) : "");
  put("#ticket", window?.ticket ?? "");
  put("#after", words.after ? t(words.after) : "");
  put("#note", words.note ? t(words.note) : "");
  put("#businesses", (window?.businesses ?? []).map((code) => nameOf(model.lines.get(code))).filter(Boolean).join(t("display.comma")));
  find("#clerk").hidden = !window?.clerk;
  if (window?.clerk) {
    put("#clerk-badge", window.clerk.badge ? t("display.badge", { badge: window.clerk.badge }) : "");
    put("#clerk-name", window.clerk.name);
  }
}

/** @param {string} where @param {string} text */
function put(where, text) {
  const element = find(where);
  element.hidden = !text;
  setText(element, text);
}
