import { toClause } from '../../contract/sentence.ts';

/** Patterns that find the reason in ONNX Runtime's message; the first match is used. */
const REASON_PATTERNS = [
  /CUDA failure \d+: [^;\n]*[^;\s]/,
  /Failed to load library .*/,
  /(?<=\[ONNXRuntimeError\] : \d+ : \w+ : ).*/,
];

/** The reason in ONNX Runtime's message as one line, without source files, C++ signatures and the machine's name. */
export function plainReason(message: string): string {
  const reason = REASON_PATTERNS.map((pattern) => pattern.exec(message)?.[0]).find(
    (text) => text !== undefined,
  );
  return toClause(reason ?? message.split('\n', 1)[0] ?? '');
}
