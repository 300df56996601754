import type { WardEvent } from '../state/ward-state.ts';
import type { BootFacts } from './boot-facts.ts';
import { connectWard } from './connect-ward.ts';
import type { WardConnection } from './connect-ward.ts';
import { takeDisplayId } from './display-id.ts';
import type { PageVisibility } from './page-visibility.ts';

/** The one connection of a display, opened once its facts are known. */
export interface Connector {
  /** Claims the display's id, then connects with the facts of that moment; a second call does nothing. */
  readonly connect: (bootFacts: () => BootFacts) => Promise<void>;
  /** Null before `connect` has resolved. */
  readonly connection: () => WardConnection | null;
}

interface ConnectorDeps {
  /** Whose display this was when it last ran. */
  readonly expected: Pick<BootFacts['me'], 'kind' | 'displayId'>;
  readonly visibility: PageVisibility;
  readonly now: () => number;
  readonly onEvent: (event: WardEvent) => void;
}

/** Creates a connector that starts to claim the display's id at once. */
export function createConnector({ expected, visibility, now, onEvent }: ConnectorDeps): Connector {
  // Early, since another window has a moment to object; the id is wrong only for a newly paired screen.
  const early = takeDisplayId(expected);
  let isConnecting = false;
  let connection: WardConnection | null = null;
  return {
    connection: () => connection,
    async connect(bootFacts) {
      if (isConnecting) return;
      isConnecting = true;
      const { kind, displayId } = bootFacts().me;
      const isExpected = kind === expected.kind && displayId === expected.displayId;
      const display = await (isExpected ? early : takeDisplayId({ kind, displayId }));
      connection = connectWard({ facts: bootFacts().facts, display, visibility, now, on: onEvent });
    },
  };
}
