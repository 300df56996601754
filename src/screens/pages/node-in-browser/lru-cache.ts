/** Keeps topic aliases, of which mqtt.js makes none for a display: a map in place of 16 kB. */
export class LRUCache extends Map<number, string> {
  constructor() {
    super();
  }
}
