import type { Manifest } from '../models/manifest.ts';

export interface ClassReading {
  readonly activation: 'none' | 'sigmoid' | 'softmax';
  readonly background: 'none' | 'first' | 'last';
}

/** How class values become confidences: from the manifest, else the family's default. */
export function classReading(
  { decoding }: Pick<Manifest, 'decoding'>,
  byDefault: ClassReading,
): ClassReading {
  return {
    activation: decoding.activation ?? byDefault.activation,
    background: decoding.background ?? byDefault.background,
  };
}

/** The number of class values for a number of labels. */
export function classCount(labels: number, { background }: ClassReading): number {
  return background === 'none' ? labels : labels + 1;
}

/** Converts one row of class values to one confidence per label, 0…1, without the background. */
export function confidencesOf(
  values: ArrayLike<number>,
  { activation, background }: ClassReading,
): readonly number[] {
  const row = Array.from(values);
  const activated =
    activation === 'softmax' ? softmax(row) : activation === 'sigmoid' ? row.map(sigmoid) : row;
  if (background === 'first') return activated.slice(1);
  return background === 'last' ? activated.slice(0, -1) : activated;
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function softmax(row: readonly number[]): readonly number[] {
  const highest = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
