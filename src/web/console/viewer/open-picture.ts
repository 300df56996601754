import { request, ServerRefusal } from '../../shared/server-request.ts';
import type { Shown } from '../console-state.ts';
import { readPicture } from './picture.ts';
import type { Picture } from './picture.ts';

const KEPT = 4;

/** Opens pictures of images, a smaller one first where that is sooner; the last few stay in memory. */
export interface PictureOpener {
  open(id: number, onShown: (shown: Shown) => void, signal: AbortSignal): Promise<void>;
}

export function createPictureOpener(): PictureOpener {
  const kept = new Map<number, Picture>();

  async function fetchPicture(id: number, size: 'quick' | 'full', signal: AbortSignal): Promise<Picture> {
    const response = await request(`/api/images/${id}/picture/${size}`, { signal });
    return readPicture(await response.arrayBuffer());
  }

  function keep(id: number, picture: Picture): void {
    kept.delete(id);
    kept.set(id, picture);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  }

  return {
    async open(id, onShown, signal) {
      const known = kept.get(id);
      if (known !== undefined) {
        keep(id, known);
        onShown({ state: 'open', picture: known });
        return;
      }
      onShown({ state: 'opening' });
      try {
        const quick = await fetchPicture(id, 'quick', signal);
        if (isOver(signal)) return;
        const isWhole = quick.steps[0]?.shrink === 1;
        if (!isWhole) onShown({ state: 'open', picture: quick });
        const full = isWhole ? quick : await fetchPicture(id, 'full', signal);
        if (isOver(signal)) return;
        keep(id, full);
        onShown({ state: 'open', picture: full });
      } catch (error) {
        if (isOver(signal)) return;
        onShown({ state: 'missing', code: error instanceof ServerRefusal ? error.reason : 'unreachable' });
      }
    },
  };
}

/** Asked anew each time, since it changes while something is waited for. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
