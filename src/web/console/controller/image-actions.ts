import type { ImageDetail } from '../../../contract/api/images.ts';
import { requestJson } from '../../shared/server-request.ts';
import { INITIAL_LOOK } from '../console-state.ts';
import { queryOf } from '../list/image-pages.ts';
import { cancelOpening, loadDetail, loadPicture } from './image-loader.ts';
import type { ImageLoader } from './image-loader.ts';

/** Selects images. */
export function createImageActions(loader: ImageLoader) {
  return {
    select: (id: number): Promise<void> => selectImage(loader, id),
    /** Selects the next or previous image of the list; the first one if none is selected. */
    step: (by: 1 | -1): void => step(loader, by),
    /** Selects the next image with a finding and without a verdict. */
    nextWithoutVerdict: (): Promise<void> => selectNextWithoutVerdict(loader),
  };
}

async function selectImage(loader: ImageLoader, id: number): Promise<void> {
  const { store } = loader;
  const { selected, trial, look } = store.state();
  if (id === selected && trial === null) return;
  cancelOpening(loader);
  store.set({
    selected: id,
    detail: null,
    trial: null,
    finding: 0,
    look: { ...INITIAL_LOOK, showsFindings: look.showsFindings, isSideBySide: look.isSideBySide },
    mode: { type: 'view' },
    problem: null,
  });
  history.replaceState(null, '', `?image=${id}`);
  await Promise.all([loadDetail(store, id), loadPicture(loader, id)]);
}

function step(loader: ImageLoader, by: 1 | -1): void {
  const { pages, selected } = loader.store.state();
  if (pages === null) return;
  const at = selected === null ? null : pages.indexOf(selected);
  const next = at === null ? 0 : at + by;
  const image = pages.at(next);
  if (image !== undefined) void selectImage(loader, image.id);
  else pages.want(next, next);
}

async function selectNextWithoutVerdict(loader: ImageLoader): Promise<void> {
  const { image } = loader.store.state().detail ?? {};
  const place = image === undefined ? '' : `&place=${image.at}-${image.id}`;
  const query = `${queryOf({ isWithoutVerdict: true })}limit=2${place}`;
  const { images } = await requestJson<{ images: ImageDetail['image'][] }>(`/api/images?${query}`);
  const next = images.find(({ id }) => id !== image?.id);
  if (next !== undefined) await selectImage(loader, next.id);
}
