// Elements from code. Texts of the server only ever become text nodes and attributes, never markup.

/**
 * Makes an element. `on…` keys are listeners, `dataset` and booleans are understood, everything else is an attribute.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(made.dataset, value);
    else if (name === 'value') /** @type {any} */ (made).value = value;
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter(child => child !== null && child !== undefined && child !== false).map(asNode));
  return made;
}

/** @param {any} child */
function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/**
 * An element of index.html.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found;
}

/**
 * Brings a list to new items: rows that stay are kept as they are, so that focus and loaded pictures survive.
 * @template T
 * @param {HTMLElement} list
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => HTMLElement} make
 */
export function updateList(list, items, keyOf, make) {
  const old = new Map([...list.children].map(row => [/** @type {HTMLElement} */ (row).dataset['key'], row]));
  const rows = items.map(item => {
    const key = keyOf(item);
    const row = old.get(key) ?? make(item);
    /** @type {HTMLElement} */ (row).dataset['key'] = key;
    return row;
  });
  const kept = new Set(rows);
  for (const row of old.values()) if (!kept.has(row)) row.remove();
  rows.forEach((row, index) => {
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
}
