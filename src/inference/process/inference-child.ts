/** The inference process: owns the engine, handles requests in order, exits with its parent. */
import { isBonewatchError } from '../../contract/errors.ts';
import { toSentence } from '../../contract/sentence.ts';
import type { Engine } from '../engine.ts';
import { interpret, warmUp } from '../interpret.ts';
import type { Manifest } from '../models/manifest.ts';
import type { InferenceReply, InferenceRequest } from './messages.ts';
import { openEngine } from '../open-engine.ts';

let loaded: { readonly engine: Engine; readonly manifest: Manifest } | undefined;

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  if (request.type === 'load') {
    const started = performance.now();
    const engine = await openEngine(request.path, request.provider, request.runtime);
    await warmUp(engine, request.manifest);
    loaded = { engine, manifest: request.manifest };
    return { type: 'loaded', warmUpMs: performance.now() - started };
  }
  if (!loaded) throw new Error('Cannot detect before a model is loaded.');
  const { tensor, suspected, picture } = request;
  const started = performance.now();
  const outputs = await loaded.engine.run(tensor.values, tensor.dims);
  const ran = performance.now();
  const interpretation = interpret(outputs, loaded.manifest, {
    suspected,
    picture,
    placement: tensor.placement,
  });
  const timingsMs = { inference: ran - started, postprocess: performance.now() - ran };
  return { type: 'detected', interpretation, timingsMs };
}

function refusal(error: unknown): InferenceReply {
  if (isBonewatchError(error)) return { type: 'refused', code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'refused', code: 'INFERENCE_FAILED', message: toSentence(message) };
}

let previous: Promise<unknown> = Promise.resolve();
process.on('message', (request: InferenceRequest) => {
  previous = previous.then(async () => {
    process.send?.(await answer(request).catch(refusal));
  });
});
process.on('disconnect', () => process.exit(0));
// The daemon decides when to stop, but a terminal's Ctrl-C reaches the whole process group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
