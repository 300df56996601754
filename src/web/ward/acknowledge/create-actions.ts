import type { WardConnection } from '../connection/connect-ward.ts';
import type { DisplayActions } from '../display-context.ts';
import { findBadge } from './find-badge.ts';
import type { BootFacts } from '../connection/boot-facts.ts';
import { screenOf } from '../state/screen-of.ts';
import type { Sound } from '../sound/sound.ts';
import type { WardEvent, WardState } from '../state/ward-state.ts';

interface ActionParts {
  readonly ward: string;
  readonly sound: Pick<Sound, 'hush'>;
  readonly take: (event: WardEvent) => void;
  readonly now: () => number;
  readonly state: () => WardState;
  readonly me: () => BootFacts['me'];
  readonly connection: () => WardConnection | null;
  readonly switchLanguage: () => void;
}

/** What a touch or a badge does: it counts on this screen at once, and is sent to the daemon. */
export function createActions(parts: ActionParts): DisplayActions {
  const { ward, sound, take, now, state } = parts;

  async function send(action: 'acknowledge' | 'unacknowledge', id: string, by: string): Promise<void> {
    const rev = state().alerts.get(id)?.alert.rev ?? null;
    const reason = (await parts.connection()?.answer(action, { id, by, rev })) ?? null;
    if (reason !== null) take({ type: 'refused', at: now(), id, reason });
  }

  function touch(id: string): void {
    sound.hush();
    take({ type: 'touched', at: now(), id });
    const me = parts.me();
    if (me.kind === 'person') name(me.name);
  }

  function name(by: string): void {
    const id = state().choosing?.id;
    take({ type: 'named', at: now(), by });
    if (id !== undefined) void send('acknowledge', id, by);
  }

  return {
    touch,
    name,
    leave: () => take({ type: 'left', at: now() }),
    typing: () => take({ type: 'typing', at: now() }),
    async scan(code) {
      const screen = screenOf(state(), now());
      if (screen.kind !== 'who' && screen.kind !== 'arrival') return;
      const { id } = screen.alert;
      if (screen.kind === 'arrival') touch(id);
      const by = await findBadge(ward, code);
      if (state().choosing?.id !== id) return;
      if (by === null) take({ type: 'badge-unknown', at: now() });
      else name(by);
    },
    undo() {
      const { undo } = state();
      take({ type: 'undone', at: now() });
      if (undo !== null) void send('unacknowledge', undo.id, undo.by);
    },
    pauseSound() {
      sound.hush();
      take({ type: 'sound-paused', at: now() });
    },
    resumeSound: () => take({ type: 'sound-resumed', at: now() }),
    switchLanguage: parts.switchLanguage,
  };
}
