import { toClause } from '../../contract/sentence.ts';

/** Where in ONNX Runtime's text it says what is wrong; the first that is there. */
const TELLING = [
  /CUDA failure \d+: [^;\n]*[^;\s]/,
  /Failed to load library .*/,
  /(?<=\[ONNXRuntimeError\] : \d+ : \w+ : ).*/,
];

/** One line of what ONNX Runtime says is wrong, without source files, C++ signatures and the name of the machine. */
export function plainReason(message: string): string {
  const told = TELLING.map((pattern) => pattern.exec(message)?.[0]).find((text) => text !== undefined);
  return toClause(told ?? message.split('\n', 1)[0] ?? '');
}
