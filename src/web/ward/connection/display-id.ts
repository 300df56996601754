import type { Me } from '../../../contract/api/access.ts';
import type { DisplayIdentity } from './presence.ts';
import { randomWord } from './random-word.ts';

/** The id of this page, which no other page of this browser has. */
export interface DisplayId {
  readonly current: () => DisplayIdentity;
  /** Takes a new id, since another client was found to use the present one. */
  readonly replace: () => Promise<void>;
}

type Owner = Pick<Me, 'kind' | 'displayId'>;

const KEY = 'bonewatch.display';
const ANSWER_WITHIN_MS = 150;

/**
 * The id of this display on the broker, the same after a restart: the one it was paired with, else one stored in the
 * browser, behind the person's if someone is signed in, who may use several machines. A second window of the same
 * browser gets its own, since two clients with one id disconnect each other; so does a copy of this browser on another
 * machine, once one of the two is disconnected.
 */
export async function takeDisplayId(owner: Owner): Promise<DisplayId> {
  const channel = new BroadcastChannel(KEY);
  const own = ownId(owner);
  let identity: DisplayIdentity = {
    id: (await isAnswered(channel, own)) ? nextTo(owner) : own,
    duplicateOf: null,
  };
  channel.addEventListener('message', ({ data }) => {
    if (data === `who ${identity.id}`) channel.postMessage(`here ${identity.id}`);
  });
  return {
    current: () => identity,
    async replace() {
      const isOwnWindow = await isAnswered(channel, identity.id);
      if (owner.kind === 'display') {
        identity = { id: nextTo(owner), duplicateOf: isOwnWindow ? null : owner.displayId };
        return;
      }
      // The stored id was copied to another machine: this one stores another.
      if (!isOwnWindow) localStorage.setItem(KEY, newId());
      identity = { id: isOwnWindow ? nextTo(owner) : ownId(owner), duplicateOf: null };
    },
  };
}

function ownId({ kind, displayId }: Owner): string {
  if (kind === 'display' && displayId !== null) return displayId;
  const stored = localStorage.getItem(KEY) ?? newId();
  localStorage.setItem(KEY, stored);
  return displayId === null ? stored : `${displayId}.${stored}`;
}

function nextTo({ displayId }: Owner): string {
  return displayId === null ? newId() : `${displayId}.${randomWord()}`;
}

function newId(): string {
  return `display-${randomWord()}`;
}

/** Whether another page of this browser has the id. */
function isAnswered(channel: BroadcastChannel, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isTaken: boolean): void => {
      clearTimeout(late);
      channel.removeEventListener('message', listen);
      resolve(isTaken);
    };
    const listen = ({ data }: MessageEvent): void => {
      if (data === `here ${id}`) finish(true);
    };
    const late = setTimeout(() => finish(false), ANSWER_WITHIN_MS);
    channel.addEventListener('message', listen);
    channel.postMessage(`who ${id}`);
  });
}
