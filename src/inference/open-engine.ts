import type { Engine } from './engine.ts';
import type { ExecutionProvider } from '../contract/finding.ts';
import type { RuntimeChoice } from './native/runtime-choice.ts';
import { openStockEngine } from './stock-engine.ts';

/** The engine of the runtime library that was chosen; without one, of the stock onnxruntime-node. */
export async function openEngine(
  path: string,
  provider: ExecutionProvider,
  runtime: RuntimeChoice | null,
): Promise<Engine> {
  if (runtime === null) return openStockEngine(path, provider);
  // Loaded only where it is asked for: elsewhere nothing depends on koffi.
  const { openNativeEngine } = await import('./native/native-engine.ts');
  return openNativeEngine(path, { ...runtime, provider, threads: 0 });
}
