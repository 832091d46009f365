/** The keys of the desk: drawn by what may be done now, pressed by hand or by hotkey, each through the same guard. clerk_desk.js binds them. */
import { askBefore } from "./before_dialog.js";
import { find, setText } from "./dom.js";
import { confirm } from "./dialog.js";
import { guard, isOff, setEnabled } from "./guard.js";
import { hotkey } from "./hotkeys.js";
import { toast } from "./toast.js";
import { t } from "./words.js";
import { askCall, askHold, askPause, askResume, askReturn } from "./clerk_questions.js";
import { askTransfer } from "./clerk_transfer.js";
import { ON_PAPER } from "./clerk_paper.js";
import { VERBS, keysOf, likelyKey, nextKey } from "./clerk_verbs.js";

const HOTKEYS = { start: "S", recall: "R", missed: "M", finish: "F", hold: "H", transfer: "T", pause: "P", "sign-out": "Q" };
const ASKS = new Set(["hold", "transfer", "pause", "sign-out"]);
/** Short: after a call the key is off until the visitor has come or not, so a double tap on it does no harm. */
const NEXT_PAUSE_MS = 300;
const NEXT_HOTKEYS = ["Space", "Enter", "F8"];

/**
 * @param {object} options
 * @param {string} options.hall
 * @param {(verb: string, body?: object) => Promise<boolean>} options.act
 * @param {() => {desk: any, situation: import("./clerk_verbs.js").Situation, reachable: boolean, paper: any}} options.state paper: the list the clerk works by while the server is away
 */
export function bindKeys({ hall, act, state }) {
  const buttons = Object.fromEntries(["next", ...VERBS].map((verb) => [verb, find(`#key-${verb}`)]));
  /** @type {Record<string, string>} */
  const reasons = {};

  /** What each key does; it may ask first. A question that is closed without an answer does nothing. @type {Record<string, () => unknown>} */
  const does = {
    next: () => {
      const { desk, situation, reachable } = state();
      const key = nextKey(desk, situation, reachable);
      return act(key.verb, key.body);
    },
    start: () => act("start"),
    recall: () => act("recall"),
    missed: () => act("missed"),
    finish: () => act("finish"),
    hold: async () => tell(await askHold(state().desk.ticket.label), "hold", "clerk.done_held"),
    transfer: async () => tell(await askTransfer(hall, state().desk), "transfer", "clerk.done_transferred"),
    pause: async () => tell(await askPause(), "pause"),
    "sign-out": async () => (await confirm({ title: t("clerk.sign_out_title"), text: t("clerk.sign_out_text"), confirm: t("clerk.key_sign-out") })) && act("sign-out"),
  };

  /** @param {object | null} answer what was asked for, the body of the request @param {string} verb @param {string} [done] the sentence when it is done */
  async function tell(answer, verb, done) {
    if (!answer) return;
    const label = state().desk.ticket?.label ?? "";
    if ((await act(verb, answer)) && done) toast(t(done, { label }), { kind: "ok" });
  }

  /** The lists of the side may be asked by key too. @type {Record<string, (chosen?: any) => Promise<unknown>>} */
  const askFor = {
    call: async (chosen) => tell(await (state().paper ? askOnPaper(chosen) : askCall(state(), chosen)), "call"),
    resume: async (chosen) => (state().paper ? notOnPaper() : tell(await askResume(state(), chosen), "resume")),
    return: async (chosen) => {
      if (state().paper) return notOnPaper();
      const answer = await askReturn(state(), chosen);
      if (answer && (await act("return", { ticket: answer.ticket }))) toast(t("clerk.done_returned", { label: answer.label }), { kind: "ok" });
    },
  };

  /** A number that was pointed at, or one that is typed from its paper. @param {any} [chosen] */
  async function askOnPaper(chosen) {
    if (state().situation === "called") return void toast(t("clerk.next_called", { label: state().desk.ticket.label }), { seconds: 4 });
    const typed = chosen?.label ?? (await state().paper.askNumber());
    return typed ? { number: typed } : null;
  }

  const notOnPaper = () => void toast(t("clerk.paper_only"), { seconds: 4 });

  for (const [verb, button] of Object.entries(buttons)) {
    if (!button.dataset.bound) {
      button.dataset.bound = "true";
      // a question is no work under way: only what was sent to the server makes a key busy
      guard(button, () => (ASKS.has(verb) ? void bound.does[verb]() : bound.does[verb]()), verb === "next" ? { pause: NEXT_PAUSE_MS } : {});
      button.addEventListener("click", () => isOff(button) && bound.explain(verb));
    }
  }
  bound.does = does;
  bound.whyBefore = () => askBefore(hall, { theirs: state().desk?.ticket?.label });
  find("#ask-before").onclick = () => bound.whyBefore();
  let unsay = () => {};
  bound.explain = (verb) => {
    unsay();
    if (reasons[verb]) unsay = toast(reasons[verb], { seconds: 4 });
  };

  const press = (/** @type {string} */ verb) => () => buttons[verb].click();
  const forgets = [
    ...NEXT_HOTKEYS.map((name) => hotkey(name, t("clerk.key_next_hint"), press("next"))),
    ...VERBS.map((verb) => hotkey(HOTKEYS[verb], t(`clerk.key_${verb}`), press(verb))),
    hotkey("C", t("clerk.key_choose"), () => askFor.call()),
    hotkey("B", t("clerk.key_resume"), () => askFor.resume()),
    hotkey("V", t("clerk.key_return"), () => askFor.return()),
    hotkey("W", t("before.staff_title"), () => bound.whyBefore()),
  ];

  return {
    askFor,
    draw() {
      const { desk, situation, reachable, paper } = state();
      if (!desk) return;
      const next = nextKey(desk, situation, reachable);
      if (paper && situation === "idle") next.note = t(desk.waiting.total ? "clerk.paper_next" : "clerk.paper_type");
      setText(find("#key-next-label"), next.label);
      for (const [verb, key] of Object.entries({ next, ...keysOf(desk, situation, reachable) })) {
        const known = !paper || ON_PAPER.has(verb);
        setEnabled(buttons[verb], key.on && known);
        setText(find(`#key-${verb}-note`), known ? key.note : "");
        reasons[verb] = known ? key.why : t("clerk.paper_only");
      }
      const likely = likelyKey(situation);
      for (const verb of ["next", "start"]) buttons[verb].classList.toggle("primary", verb === likely);
    },
    forget() {
      for (const forget of forgets) forget();
    },
  };
}

/** The buttons stand in the page for good and are bound once; what they do belongs to the desk that is open. */
const bound = { whyBefore: /** @type {() => unknown} */ (() => {}), does: /** @type {Record<string, () => unknown>} */ ({}), explain: /** @type {(verb: string) => void} */ (() => {}) };
