/** The rating on the visitor's page: five faces, none chosen beforehand, then a word if they like, sent once. */
import { post } from "./api.js";
import { find, setText } from "./dom.js";
import { guard } from "./guard.js";
import { reportProblem, toast } from "./toast.js";
import { t } from "./words.js";

/**
 * @param {string} path of the visit under /api/v1
 * @param {() => void} onRated
 */
export function offerRating(path, onRated) {
  const section = find("#rating");
  const more = find("#rating-more");
  let grade = 0;

  section.addEventListener("click", (event) => {
    const face = /** @type {HTMLElement | null} */ (event.target.closest("[data-grade]"));
    if (!face) return;
    grade = Number(face.dataset.grade);
    for (const other of section.querySelectorAll("[data-grade]")) other.setAttribute("aria-pressed", String(other === face));
    setText(find("#comment-label"), t(grade <= 2 ? "visitor.comment_bad" : "visitor.comment"));
    if (more.hidden) {
      more.hidden = false;
      more.scrollIntoView({ behavior: "smooth", block: "end" });
    }
  });
  guard(find("#rating-send"), async () => {
    if (!grade) return;
    const comment = find("#comment").value.trim();
    try {
      await post(`${path}/rating`, comment ? { grade, comment } : { grade });
    } catch (problem) {
      if (/** @type {any} */ (problem).code !== "already_rated") return reportProblem(problem);
      toast(/** @type {any} */ (problem).detail, { kind: "info" });
    }
    onRated();
  });
}
