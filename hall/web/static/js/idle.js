/** Back to the start when nobody is there any more: the last seconds are counted down in sight, and any touch keeps the page. */
import { t } from "./words.js";
import { h, setText } from "./dom.js";

const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll", "input"];
const RING = 2 * Math.PI * 28;

/**
 * @param {{seconds: number | (() => number), onIdle: () => void, warnSeconds?: number}} options seconds: a function where large print gives longer
 * @returns {{stop: () => void, pause: () => void, resume: () => void, poke: () => void}} pause while something is running by itself (printing)
 */
export function watchIdle({ seconds, onIdle, warnSeconds = 10 }) {
  let seenAt = Date.now();
  let paused = false;
  const limit = () => (typeof seconds === "function" ? seconds() : seconds);

  const number = h("span.num");
  const text = h("p.countdown-text");
  const bar = h(
    "div.countdown",
    { role: "alertdialog", "aria-label": t("idle.stay"), hidden: true },
    h("div.countdown-ring", { "aria-hidden": "true" }, ring(), number),
    text,
    h("button.button.primary.large", { type: "button", onclick: poke }, t("idle.stay")),
  );
  document.body.append(bar);
  const left = bar.querySelector(".left");

  function poke() {
    seenAt = Date.now();
    if (!bar.hidden) bar.hidden = true;
  }

  const timer = setInterval(() => {
    if (paused) return;
    const rest = Math.ceil(limit() - (Date.now() - seenAt) / 1000);
    if (rest <= 0) {
      poke();
      onIdle();
    } else if (rest <= warnSeconds) {
      bar.hidden = false;
      setText(number, rest);
      setText(text, t("idle.returning", { seconds: rest }));
      left.style.strokeDashoffset = String(RING * (1 - rest / warnSeconds));
    }
  }, 250);
  for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, poke, { passive: true, capture: true });

  return {
    poke,
    pause() {
      paused = true;
      poke();
    },
    resume() {
      paused = false;
      poke();
    },
    stop() {
      clearInterval(timer);
      bar.remove();
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, poke, { capture: true });
    },
  };
}

function ring() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  for (const name of ["track", "left"]) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of Object.entries({ class: name, cx: 32, cy: 32, r: 28 })) circle.setAttribute(key, String(value));
    if (name === "left") circle.style.strokeDasharray = String(RING);
    svg.append(circle);
  }
  return svg;
}
