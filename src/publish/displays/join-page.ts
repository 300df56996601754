import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import type { BrokerAccess } from '../broker/read-broker-access.ts';
import type { AdmittedPage } from './admit-page.ts';
import type { CommandSignature } from './command-signature.ts';
import { guardPackets, type Refused } from './guard-packets.ts';

/** Close codes of IANA's registry: "try again later", "policy violation"; and a private one: sign in again. */
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;
const SIGNED_OUT = 4401;
/** A page that has sent nothing by then is no page. */
const FIRST_MESSAGE_MS = 10_000;
/** A page with more refusals within a minute than a faulty one would have is disconnected. */
const MAX_REFUSALS = 10;
const REFUSALS_WITHIN_MS = 60_000;

/** A connected page. */
export interface JoinedPage {
  readonly holder: string;
  /** Disconnects it if it is no longer admitted. */
  checkAdmission(): void;
  /** Disconnects it if it has not answered since the last call. */
  checkLife(): void;
}

interface JoinDeps {
  readonly page: AdmittedPage;
  readonly access: BrokerAccess;
  readonly signature: CommandSignature;
  /** A packet of the page was refused. */
  readonly onRefused: (displayId: string, what: Refused) => void;
  readonly log: Logger;
}

/** Connects a page with the broker: bytes pass in both directions, through the page's guard if it has a grant. */
export function joinPage(display: WebSocket, broker: Duplex, deps: JoinDeps): JoinedPage {
  const { page, log } = deps;
  const stream = createWebSocketStream(display);
  let ending = { code: TRY_AGAIN_LATER, reason: 'no broker' };
  let isAlive = true;
  const silence = setTimeout(() => end(POLICY_VIOLATION, 'nothing sent'), FIRST_MESSAGE_MS);
  display.once('message', () => clearTimeout(silence));
  display.on('pong', () => (isAlive = true));

  // Both end in `close`, which closes the other side.
  stream.on('error', (err) => log.debug({ err }, 'display connection failed'));
  broker.on('error', (err) => log.debug({ err }, 'bridge lost the broker'));
  stream.once('close', () => {
    clearTimeout(silence);
    broker.destroy();
  });
  broker.once('close', () => {
    display.close(ending.code, ending.reason);
    // Without a reader, the page's answer to the close frame is not seen, and the socket stays half-open.
    stream.resume();
  });
  function end(code: number, reason: string): void {
    ending = { code, reason };
    broker.destroy();
  }

  pipe(stream, broker, { ...deps, end: (reason) => end(POLICY_VIOLATION, reason) });
  return {
    holder: page.holder,
    checkAdmission() {
      if (!isAdmitted(page)) end(SIGNED_OUT, 'signed out');
    },
    checkLife() {
      if (!isAlive) display.terminate();
      isAlive = false;
      display.ping();
    },
  };
}

interface PipeDeps extends JoinDeps {
  readonly end: (reason: string) => void;
}

function pipe(stream: Duplex, broker: Duplex, { page, access, signature, onRefused, end }: PipeDeps): void {
  const { grant } = page;
  if (grant === null) {
    stream.pipe(broker).pipe(stream);
    return;
  }
  let refusals: readonly number[] = [];
  const guard = guardPackets({
    grant,
    access,
    signature,
    onRefused(what) {
      onRefused(grant.displayId ?? page.holder, what);
      refusals = [...refusals.slice(-MAX_REFUSALS), performance.now()];
      const [oldest = 0] = refusals;
      if (refusals.length > MAX_REFUSALS && performance.now() - oldest < REFUSALS_WITHIN_MS)
        end('too many refusals');
    },
  });
  guard.toBroker.on('error', () => end('not allowed'));
  stream.pipe(guard.toBroker).pipe(broker).pipe(guard.toPage).pipe(stream);
}

/** While the store cannot be read, admitted pages stay connected. */
function isAdmitted(page: AdmittedPage): boolean {
  try {
    return page.isStillAdmitted();
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return true;
  }
}
