/**
 * The calls a board has heard of and not yet spoken, in call order. Which of them are spoken next, together or not at all, is
 * decided by the server (display/announcements.py); here they only stand in line, each once.
 */

/** @param {number} [longest] beyond it the oldest fall out: the server takes no more in one question */
export function createBacklog(longest = 200) {
  /** @type {number[]} */
  let waiting = [];
  /** @type {Set<number>} */
  let speaking = new Set();
  return {
    /** A call or a recall. One that is in line or being spoken already is not queued again. @param {number} call @returns {boolean} whether it was added */
    add(call) {
      if (speaking.has(call) || waiting.includes(call)) return false;
      waiting.push(call);
      if (waiting.length > longest) waiting = waiting.slice(-longest);
      return true;
    },
    /** @param {number[]} calls now being spoken */
    begin(calls) {
      speaking = new Set(calls);
      waiting = waiting.filter((one) => !speaking.has(one));
    },
    end() {
      speaking = new Set();
    },
    /** Not to be spoken any more. @param {number[]} calls */
    drop(calls) {
      waiting = waiting.filter((one) => !calls.includes(one));
    },
    get waiting() {
      return [...waiting];
    },
    get speaking() {
      return [...speaking];
    },
  };
}
