/** A visitor was called here by the hall itself: the stage flashes, the tab's title blinks until the clerk moves, and it is said to screen readers. */
import { everySecond } from "./clock.js";
import { find, setText } from "./dom.js";

const SIGNS_OF_LIFE = ["pointerdown", "keydown"];
/** @type {() => void} */
let stop = () => {};

/** @param {string} words what happened @param {string} label the number */
export function ring(words, label) {
  stop();
  setText(find("#said"), "");
  requestAnimationFrame(() => setText(find("#said"), words));
  const stage = find("#stage");
  stage.classList.remove("ring");
  void stage.offsetWidth; // the animation starts anew
  stage.classList.add("ring");
  let turn = 0;
  const plain = () => document.title.replace(/^● .*? ●  /, "");
  const stopBlinking = everySecond(() => {
    document.title = turn++ % 2 ? plain() : `● ${label} ●  ${plain()}`;
  });
  stop = () => {
    stopBlinking();
    document.title = plain();
    stage.classList.remove("ring");
    for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, stop, { capture: true });
  };
  for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, stop, { capture: true });
}
