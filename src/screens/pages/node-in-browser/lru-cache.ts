/** Keeps topic aliases, of which mqtt.js makes none for a display: a map in place of 16 kB. Called with `new`. */
export function LRUCache(): Map<number, string> {
  return new Map();
}
