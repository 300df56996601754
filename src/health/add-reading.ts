import { Gauge, type Registry } from 'prom-client';

export interface ReadingOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: string[];
  readonly read: (gauge: Gauge) => void | Promise<void>;
}

/** A gauge that is empty until its reading succeeds: an unknown number is absent, never 0. */
export function addReading(registry: Registry, { name, help, labelNames = [], read }: ReadingOptions): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      // `reset` alone leaves an unlabelled gauge at 0, a false value.
      const clear = () => (labelNames.length === 0 ? this.remove() : this.reset());
      clear();
      try {
        await read(this);
      } catch {
        clear();
      }
    },
  });
}
