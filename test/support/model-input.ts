import type { Manifest } from '../../src/inference/models/manifest.ts';

/** A grey 0…1 letterboxed input; set only the fields that matter to the test. */
export function anInput(overrides: Partial<Manifest['input']> = {}): Manifest['input'] {
  return {
    name: 'images',
    width: 640,
    height: 640,
    channels: 1,
    layout: 'nchw',
    scale: 1 / 255,
    mean: [0],
    std: [1],
    fit: 'letterbox',
    padValue: 0,
    colour: 'grey',
    ...overrides,
  };
}
