import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findQuantisation } from '../../../src/inference/quantisation/find-quantisation.ts';
import { listModels } from '../../../src/inference/models/load-model.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../../src/contract/package-facts.ts';
import { field, varint } from '../../support/protobuf.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const INT8 = 3;
const FLOAT16 = 10;

describe('a quantised model', () => {
  it('a quantised model is recognised by its weights file, not by its manifest', () => {
    const file = readFileSync(join(FIXTURES, 'tiny-model-int8/tiny-model-int8.onnx'));

    expect(findQuantisation(file)).toBe('QuantizeLinear');
  });

  it.each([
    'DequantizeLinear',
    'DynamicQuantizeLinear',
    'QLinearConv',
    'QLinearMatMul',
    'ConvInteger',
    'MatMulInteger',
    'MatMulIntegerToFloat',
    'DynamicQuantizeMatMul',
    'QGemm',
    'MatMulNBits',
    'EPContext',
  ])('a quantised model is recognised by its operator %s', (operator) => {
    expect(findQuantisation(model(node('Conv'), node(operator)))).toBe(operator);
  });

  it.each([
    ['in a branch', model(node('If', field(6, [node('QuantizeLinear')])))],
    [
      'in a loop in a branch',
      model(node('If', field(11, [node('Loop', field(6, [node('QuantizeLinear')]))]))),
    ],
    [
      'in a function of the model',
      Buffer.concat([model(node('Mine')), field(25, [field(7, [operator('QuantizeLinear')])])]),
    ],
    [
      'after a second start of the graph',
      Buffer.concat([model(node('Conv')), model(node('QuantizeLinear'))]),
    ],
    ['with two names', model(field(1, [field(4, 'QuantizeLinear'), field(4, 'Conv')]))],
  ])('a quantised model is recognised by an operator %s', (_, file) => {
    expect(findQuantisation(file)).toBe('QuantizeLinear');
  });

  it.each([
    ['of the graph', model(field(5, [tensor(INT8, 8, 8)]))],
    ['in a constant', model(node('Constant', field(5, [tensor(INT8, 8, 8)])))],
    [
      'in packed numbers',
      model(field(5, [field(1, [Uint8Array.from([...varint(4), ...varint(300)])]), field(2, INT8)])),
    ],
    ['stored sparsely', model(field(15, [field(1, [tensor(INT8, 64)])]))],
  ])('a quantised model is recognised by eight-bit weights %s, even without such an operator', (_, file) => {
    expect(findQuantisation(file)).toBe('weights of eight bits or fewer');
  });

  it('a quantised model is recognised among unknown fields', () => {
    const unknown = fc.oneof(
      fc.tuple(fc.integer({ min: 30, max: 9999 }), fc.nat()).map(([number, value]) => field(number, value)),
      fc
        .tuple(fc.integer({ min: 30, max: 9999 }), fc.uint8Array())
        .map(([number, bytes]) => field(number, [bytes])),
      fc
        .tuple(fc.integer({ min: 30, max: 9999 }), fc.uint8Array({ minLength: 8, maxLength: 8 }))
        .map(([number, bytes]) => Uint8Array.from([...varint(number * 8 + 1), ...bytes])),
      fc
        .tuple(fc.integer({ min: 30, max: 9999 }), fc.uint8Array({ minLength: 4, maxLength: 4 }))
        .map(([number, bytes]) => Uint8Array.from([...varint(number * 8 + 5), ...bytes])),
      fc.constantFrom(3, 4).map((end) => Uint8Array.from(varint(30 * 8 + end))),
    );

    fc.assert(
      fc.property(fc.array(unknown), fc.array(unknown), (before, within) => {
        const file = Buffer.concat([...before, model(node('Conv'), ...within, node('QuantizeLinear'))]);
        expect(findQuantisation(file)).toBe('QuantizeLinear');
      }),
    );
  });
});

describe('a model of sixteen bits or more', () => {
  it('no shipped model is taken for a quantised one', async () => {
    const names = await listModels(SHIPPED_MODELS_DIRECTORY);

    const found = names.map((name) =>
      findQuantisation(readFileSync(join(SHIPPED_MODELS_DIRECTORY, name, `${name}.onnx`))),
    );

    expect(names.length).toBeGreaterThan(0);
    expect(found).toEqual(names.map(() => null));
  });

  it('a model with small eight-bit constants and FP16 weights is not quantised', () => {
    expect(
      findQuantisation(model(node('Conv'), field(5, [tensor(INT8, 4)]), field(5, [tensor(FLOAT16, 8, 8)]))),
    ).toBeNull();
  });
});

it('bytes that are not a model are not quantised, and the search ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      findQuantisation(bytes);
    }),
  );
  expect(
    findQuantisation(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n')),
  ).toBeNull();
});

function model(...graph: readonly Uint8Array[]): Uint8Array {
  return field(7, graph);
}

function node(name: string, ...attribute: readonly Uint8Array[]): Uint8Array {
  return field(1, [operator(name), ...(attribute.length > 0 ? [field(5, attribute)] : [])]);
}

function operator(name: string): Uint8Array {
  return field(4, name);
}

function tensor(type: number, ...dims: readonly number[]): Uint8Array {
  return Buffer.concat([...dims.map((size) => field(1, size)), field(2, type)]);
}
