/** The clerk's console (templates/clerk/console.html): which window, then its desk; and back to the choice when the clerk has left it. */
import { find } from "./dom.js";
import { openChoice } from "./clerk_choice.js";
import { openDesk } from "./clerk_desk.js";
import { followMoves } from "./clerk_moves.js";
import { showOwnShift } from "./clerk_roster.js";
import { enterPaper } from "./clerk_paper.js";

const root = find("#console");
const hall = document.documentElement.dataset.hall ?? "";
const account = Number(root.dataset.account);
const REMEMBERED = `clerk.window.${hall}`;

/** The window this browser stood at last: a counter PC hardly ever moves. @returns {number} 0 when unknown */
function lastWindow() {
  try {
    return Number(localStorage.getItem(REMEMBERED)) || 0;
  } catch {
    return 0;
  }
}

/** @param {number} number */
function sitAt(number) {
  try {
    localStorage.setItem(REMEMBERED, String(number));
  } catch {
    // a browser that keeps nothing only suggests nothing the next time
  }
  openDesk({ hall, number, account, leave: choose });
}

function choose() {
  enterPaper(hall, account).catch(() => {}); // what an earlier window left; with the server away it stays here
  openChoice({ hall, last: lastWindow(), seat: sitAt });
}

showOwnShift(hall);
followMoves(hall, account, () => location.reload());
const standing = Number(root.dataset.window);
if (standing) sitAt(standing);
else choose();
