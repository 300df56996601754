import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/inference/interpret.ts';
import { placementOf } from '../../src/preprocess/letterbox.ts';
import { iou, nms } from '../../src/inference/nms.ts';
import { manifestSchema, type Manifest } from '../../src/inference/models/manifest.ts';
import tiny from '../fixtures/tiny-model/model.json' with { type: 'json' };
import { anInput } from '../support/model-input.ts';

const manifest: Manifest = {
  ...manifestSchema.parse(tiny),
  input: anInput({ width: 640, height: 640 }),
  thresholds: { suspected: 0.3, definite: 0.7, nmsIou: 0.5 },
};

describe('interpret', () => {
  it('boxes are in the pixels of the original image, not of the model input', () => {
    const picture = { width: 1280, height: 640 };
    const placement = placementOf(picture.width, picture.height, manifest.input);
    const outputs = outputsOf([[100 + 50, 260 + 50, 100, 100, 0.9]]);

    const { findings } = interpret(outputs, manifest, { suspected: 0.3, placement, picture });

    expect(findings.map(({ box }) => box)).toEqual([{ x: 200, y: 200, width: 200, height: 200 }]);
  });

  it('the score is reported even below the threshold, so that a hospital can set its own', () => {
    const { score, findings } = inSquare([[320, 320, 40, 40, 0.25]]);

    expect(score).toBeCloseTo(0.25, 6);
    expect(findings).toEqual([]);
  });

  it('one fracture is one finding although neighbouring cells detect it too', () => {
    const { findings } = inSquare([
      [320, 320, 40, 40, 0.8],
      [324, 322, 40, 40, 0.9],
      [500, 500, 40, 40, 0.5],
    ]);

    expect(findings.map(({ confidence }) => confidence.toFixed(1))).toEqual(['0.9', '0.5']);
  });

  it('at most the 300 most confident findings are reported', () => {
    const everywhere = Array.from({ length: 400 }, (_, cell) => {
      const [column, row] = [cell % 20, Math.floor(cell / 20)];
      return [column * 32 + 16, row * 32 + 16, 20, 20, 0.4 + cell / 1000];
    });

    const { findings } = inSquare(everywhere);

    expect(findings).toHaveLength(300);
    expect(findings[0]?.confidence).toBeCloseTo(0.799, 6);
    expect(findings.at(-1)?.confidence).toBeCloseTo(0.5, 6);
  });

  it('a model without detections has score 0 and no findings', () => {
    expect(inSquare([[320, 320, 40, 40, 0]])).toEqual({ score: 0, findings: [] });
  });

  it('a detection whose confidence is not a number is ignored', () => {
    expect(inSquare([[320, 320, 40, 40, Number.NaN]])).toEqual({ score: 0, findings: [] });
  });

  it('a label with alert: false adds neither to the score nor to the findings', () => {
    const withSilentLabel = {
      ...manifest,
      labels: [
        { name: 'fracture', alert: true },
        { name: 'metal', alert: false },
      ],
    };
    const outputs = outputsOf([[320, 320, 40, 40, 0.1, 0.95]]);
    const picture = { width: 640, height: 640 };

    const { score, findings } = interpret(outputs, withSilentLabel, {
      suspected: 0.3,
      picture,
      placement: placementOf(640, 640, withSilentLabel.input),
    });

    expect(score).toBeCloseTo(0.1, 6);
    expect(findings).toEqual([]);
  });

  it('a model whose class count does not match its labels is rejected', () => {
    const outputs = outputsOf([[320, 320, 40, 40, 0.1, 0.95]]);
    const picture = { width: 640, height: 640 };
    const placement = placementOf(640, 640, manifest.input);

    expect(() => interpret(outputs, manifest, { suspected: 0.3, picture, placement })).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID' }),
    );
  });
});

describe('nms', () => {
  it('overlap is intersection over union', () => {
    const a = { x: 0, y: 0, width: 10, height: 10 };

    expect(iou(a, { x: 5, y: 0, width: 10, height: 10 })).toBeCloseTo(50 / 150, 9);
    expect(iou(a, { x: 10, y: 0, width: 10, height: 10 })).toBe(0);
    expect(iou(a, a)).toBe(1);
  });

  it('overlapping boxes of different labels all remain', () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };

    const remaining = nms(
      [
        { label: 'fracture', confidence: 0.5, box },
        { label: 'dislocation', confidence: 0.6, box },
      ],
      0.5,
    );

    expect(remaining.map(({ label }) => label)).toEqual(['dislocation', 'fracture']);
  });

  it('with a limit, the result equals the first boxes of the result without a limit', () => {
    const place = fc.double({ min: 0, max: 60, noNaN: true });
    const size = fc.double({ min: 1, max: 40, noNaN: true });
    const detection = fc.record({
      label: fc.constantFrom('fracture', 'dislocation'),
      // Few distinct values, so that ties occur.
      confidence: fc.constantFrom(0.1, 0.2, 0.3, 0.4),
      box: fc.record({ x: place, y: place, width: size, height: size }),
    });

    fc.assert(
      fc.property(fc.array(detection, { maxLength: 60 }), fc.nat(20), (detections, limit) => {
        expect(nms(detections, 0.5, limit)).toEqual(nms(detections, 0.5).slice(0, limit));
      }),
    );
  });
});

function inSquare(columns: readonly (readonly number[])[]) {
  const picture = { width: 640, height: 640 };
  const placement = placementOf(640, 640, manifest.input);
  return interpret(outputsOf(columns), manifest, { suspected: 0.3, picture, placement });
}

function outputsOf(columns: readonly (readonly number[])[]) {
  const rows = columns[0]!.length;
  const values = new Float32Array(rows * columns.length);
  columns.forEach((column, cell) =>
    column.forEach((value, row) => (values[row * columns.length + cell] = value)),
  );
  return { output0: { values, dims: [1, rows, columns.length] } };
}
