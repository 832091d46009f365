/** Building and renewing parts of a page. Data only ever becomes text (textContent) or an attribute, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const SPRITE = "/static/img/icons.svg";

/**
 * h("button.button.primary", {type: "button", onclick: press, data: {state: "called"}}, icon("call"), "text")
 *
 * @param {string} what tag with classes: "div.card.flush"
 * @param {Record<string, any> | null} [props] on… = listener, class, text, data = dataset, style = object of CSS properties, properties the element knows
 *   (value, checked, disabled, hidden …), everything else an attribute; false, null and undefined are left out
 * @param {...(Node | string | number | null | undefined | false | Array<any>)} children
 * @returns {any}
 */
export function h(what, props = null, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  element.append(...nodes(children));
  return element;
}

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "open", "indeterminate", "tabIndex", "htmlFor", "muted"]);

function setProp(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2).toLowerCase(), value);
  else if (name === "class") element.classList.add(...String(value).split(/\s+/).filter(Boolean));
  else if (name === "text") element.textContent = String(value);
  else if (name === "data") for (const [key, item] of Object.entries(value)) element.dataset[key] = String(item);
  else if (name === "style") for (const [key, item] of Object.entries(value)) element.style.setProperty(key, String(item));
  else if (PROPERTIES.has(name)) element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/**
 * @param {string} name in img/icons.svg
 * @param {{class?: string, label?: string}} [options] label: what it says to those who do not see it; without one it is decoration
 * @returns {SVGElement}
 */
export function icon(name, options = {}) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${options.class ?? ""}`.trim());
  svg.setAttribute("focusable", "false");
  if (options.label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", options.label);
  } else svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** Change a text only when it differs, so that nothing is announced or redrawn twice. @param {Element} element @param {string | number} text */
export function setText(element, text) {
  if (element.textContent !== String(text)) element.textContent = String(text);
}

/** Replace what is inside. @param {Element} element @param {...any} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/** @param {string} selector @param {ParentNode} [within] @returns {any} the element; throws when the page lacks it, so that a slip is seen at once */
export function find(selector, within = document) {
  const element = within.querySelector(selector);
  if (!element) throw new Error(selector);
  return element;
}

/** @type {WeakMap<Element, Map<string, Element>>} */
const lists = new WeakMap();

/**
 * Bring a container's children in line with items, keeping the element of each key: nothing flickers, focus and scroll stay.
 *
 * @template T
 * @param {Element} container holds nothing but this list
 * @param {T[]} items
 * @param {(item: T) => string | number} key
 * @param {(item: T) => Element} make a new element for a new key
 * @param {(element: any, item: T) => void} [update] called for every item, also right after make
 * @param {() => Element} [empty] what to show when there is none
 */
export function renderList(container, items, key, make, update = () => {}, empty) {
  const before = lists.get(container) ?? new Map();
  const now = new Map();
  for (const item of items) {
    const name = String(key(item));
    const element = before.get(name) ?? make(item);
    now.set(name, element);
    update(element, item);
  }
  if (!now.size && empty) now.set("\u0000empty", before.get("\u0000empty") ?? empty());
  const wanted = new Set(now.values());
  for (const child of [...container.children]) if (!wanted.has(child)) child.remove();
  let place = container.firstElementChild;
  for (const element of now.values()) {
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
  }
  lists.set(container, now);
}
