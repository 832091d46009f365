/** The staff pages' frame: shows how fresh the page is, and leads back to the sign-in when the session has ended. */
import { t } from "./words.js";
import { toast } from "./toast.js";

/**
 * Give it to watch() as onState: marks the connection sign (#connection) and the banner (#stale) of shell_staff.html or of a board.
 * @param {import("./live.js").LiveState} state
 * @param {string} [why] the server's word for refusing; without a session the page goes to the sign-in
 */
export function showConnection(state, why) {
  if (why === "not_signed_in") leadToSignIn({ status: 401 });
  const sign = document.getElementById("connection");
  if (sign) sign.dataset.state = state;
  const banner = document.getElementById("stale");
  if (banner) banner.hidden = state !== "lost";
}

/** Where a Problem says that the session has ended, go and sign in again, then come back here. @param {any} problem @returns {boolean} whether it did */
export function leadToSignIn(problem) {
  if (problem?.status !== 401) return false;
  toast(t("account.signed_out"), { kind: "warning", seconds: 0 });
  setTimeout(() => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`), 1500);
  return true;
}
