import { openRuntime } from '../../src/inference/native/ort-runtime.ts';
import type { ProviderOptions } from '../../src/inference/native/provider-options.ts';
import { createSessionOptions } from '../../src/inference/native/session-options.ts';

/** A program: prints as JSON the effective options of a library (1st argument) for a provider (2nd) and options (3rd). */
const [library = '', provider, options = '{}'] = process.argv.slice(2);
if (provider !== 'tensorrt' && provider !== 'cuda')
  throw new Error(`no execution provider: ${String(provider)}`);
using runtime = openRuntime(library);
const providerOptions = JSON.parse(options) as ProviderOptions;
using made = createSessionOptions(runtime, { provider, providerOptions, config: {}, threads: 1 });
console.log(JSON.stringify(made.effective));
