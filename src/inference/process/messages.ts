import type { ErrorCode } from '../../contract/errors.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import type { Interpretation } from '../interpret.ts';
import type { Tensor } from '../../preprocess/letterbox.ts';
import type { Manifest } from '../models/manifest.ts';
import type { RuntimeChoice } from '../native/runtime-choice.ts';

/** From the daemon to the inference process. */
export type InferenceRequest =
  | {
      readonly type: 'load';
      readonly path: string;
      readonly manifest: Manifest;
      readonly provider: ExecutionProvider;
      /** Null: the stock onnxruntime-node. */
      readonly runtime: RuntimeChoice | null;
    }
  | {
      readonly type: 'detect';
      readonly tensor: Tensor;
      readonly suspected: number;
      readonly picture: { readonly width: number; readonly height: number };
    };

/** From the inference process to the daemon; exactly one reply per request, in order. */
export type InferenceReply =
  | { readonly type: 'loaded'; readonly warmUpMs: number }
  | {
      readonly type: 'detected';
      readonly interpretation: Interpretation;
      readonly timingsMs: { readonly inference: number; readonly postprocess: number };
    }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly message: string };
