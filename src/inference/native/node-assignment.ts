import { pointerAt, textAt, type OrtCalls, type Pointer } from './native-library.ts';
import { NODE_ASSIGNMENT_API_VERSION } from './ort-functions.ts';
import { created, requireOk, type OrtRuntime } from './ort-runtime.ts';

/** How many nodes of the model were assigned to an execution provider, and of which kinds. */
export interface Assignment {
  readonly provider: string;
  readonly nodes: number;
  readonly operators: readonly string[];
}

/**
 * Which execution provider runs which part of a session's model; null where the library does not report it (before
 * 1.24). The session must be created with `session.record_ep_graph_assignment_info`.
 */
export function readAssignment(runtime: OrtRuntime, session: Pointer): readonly Assignment[] | null {
  const { calls, apiVersion } = runtime.library;
  if (apiVersion < NODE_ASSIGNMENT_API_VERSION) return null;
  const subgraphs = list((out, count) => calls.Session_GetEpGraphAssignmentInfo(session, out, count), calls);
  const operatorsOf = new Map<string, string[]>();
  for (const subgraph of subgraphs) {
    const name = textAt(created(calls, (out) => calls.EpAssignedSubgraph_GetEpName(subgraph, out)));
    const nodes = list((out, count) => calls.EpAssignedSubgraph_GetNodes(subgraph, out, count), calls);
    const operators = nodes.map((node) =>
      textAt(created(calls, (out) => calls.EpAssignedNode_GetOperatorType(node, out))),
    );
    operatorsOf.set(name, [...(operatorsOf.get(name) ?? []), ...operators]);
  }
  return [...operatorsOf].map(([provider, operators]) => ({
    provider,
    nodes: operators.length,
    operators: [...new Set(operators)].sort(),
  }));
}

/** An array that a call returns with its length. */
function list(call: (out: Buffer, count: Buffer) => Pointer | null, calls: OrtCalls): Pointer[] {
  const [out, count] = [Buffer.alloc(8), Buffer.alloc(8)];
  requireOk(calls, call(out, count));
  const length = Number(count.readBigUInt64LE());
  const first = out.readBigUInt64LE();
  return Array.from({ length }, (_, index) => pointerAt(first, index));
}
