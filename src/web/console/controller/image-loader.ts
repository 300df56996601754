import type { ImageDetail } from '../../../contract/api/images.ts';
import { requestJson } from '../../shared/server-request.ts';
import { createPictureOpener } from '../viewer/open-picture.ts';
import type { PictureOpener } from '../viewer/open-picture.ts';
import type { ConsoleStore } from './console-store.ts';

/** Loads the details and the picture of one image at a time. */
export interface ImageLoader {
  readonly store: ConsoleStore;
  readonly pictures: PictureOpener;
  /** Aborted as soon as another image is opened. */
  opening: AbortController;
}

export function createImageLoader(store: ConsoleStore): ImageLoader {
  return { store, pictures: createPictureOpener(), opening: new AbortController() };
}

/** Loads the result and the verdicts of an image; an image that is no longer selected is ignored. */
export async function loadDetail(store: ConsoleStore, id: number): Promise<void> {
  const detail = await requestJson<ImageDetail>(`/api/images/${id}`, { isBackground: true }).catch(
    () => null,
  );
  const { selected, trial } = store.state();
  if (selected === id && trial === null) store.set({ detail });
}

export async function loadPicture({ store, pictures, opening }: ImageLoader, id: number): Promise<void> {
  const { signal } = opening;
  await pictures.open(id, (shown) => (signal.aborted ? undefined : store.set({ shown })), signal);
}

/** Stops loading the picture that is being opened. */
export function cancelOpening(loader: ImageLoader): void {
  loader.opening.abort();
  loader.opening = new AbortController();
}
