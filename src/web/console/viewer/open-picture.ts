import { request, ServerRefusal } from '../../shared/server-request.ts';
import type { Shown } from '../console-state.ts';
import { readPicture } from './picture.ts';
import type { Picture } from './picture.ts';

const MAX_CACHED = 4;

/** Opens pictures of images, a reduced one first if that is faster; caches the last few. */
export interface PictureOpener {
  open(id: number, onShown: (shown: Shown) => void, signal: AbortSignal): Promise<void>;
}

export function createPictureOpener(): PictureOpener {
  const cache = new Map<number, Picture>();

  async function fetchPicture(id: number, size: 'quick' | 'full', signal: AbortSignal): Promise<Picture> {
    const response = await request(`/api/images/${id}/picture/${size}`, { signal });
    return readPicture(await response.arrayBuffer());
  }

  function store(id: number, picture: Picture): void {
    cache.delete(id);
    cache.set(id, picture);
    const [oldest] = cache.keys();
    if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
  }

  return {
    async open(id, onShown, signal) {
      const cached = cache.get(id);
      if (cached !== undefined) {
        store(id, cached);
        onShown({ state: 'open', picture: cached });
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
        store(id, full);
        onShown({ state: 'open', picture: full });
      } catch (error) {
        if (isOver(signal)) return;
        onShown({ state: 'missing', code: error instanceof ServerRefusal ? error.reason : 'unreachable' });
      }
    },
  };
}

/** A function, since the compiler assumes that `aborted` does not change during an await. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
