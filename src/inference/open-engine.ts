import type { Engine } from './engine.ts';
import type { ExecutionProvider } from '../contract/finding.ts';
import type { RuntimeChoice } from './native/runtime-choice.ts';
import { openStockEngine } from './stock-engine.ts';

/** Opens the engine of the configured runtime library, by default the stock onnxruntime-node. */
export async function openEngine(
  path: string,
  provider: ExecutionProvider,
  runtime: RuntimeChoice | null,
): Promise<Engine> {
  if (runtime === null) return openStockEngine(path, provider);
  // Loaded only when configured, so that nothing else depends on koffi.
  const { openNativeEngine } = await import('./native/native-engine.ts');
  return openNativeEngine(path, { ...runtime, provider, threads: 0 });
}
