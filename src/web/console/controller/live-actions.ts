import type { LiveNews } from '../../../contract/api/console.ts';
import type { ShownImage } from '../../../contract/api/images.ts';
import { cancelOpening, loadDetail, loadPicture } from './image-loader.ts';
import type { ImageLoader } from './image-loader.ts';
import type { ListActions } from './list-actions.ts';

/** Changes that no person makes: live updates of the server, the connection and the time. */
export function createLiveActions(loader: ImageLoader, { list }: Pick<ListActions, 'list'>) {
  const { store } = loader;
  return {
    handleNews(news: LiveNews): void {
      if (news.type === 'counts') store.set({ counts: news.counts });
      if (news.type === 'alarms') store.set({ alarms: news.alarms });
      if (news.type === 'eyes') store.set({ eyes: news.eyes });
      if (news.type === 'many') void list();
      if (news.type === 'images') updateImages(loader, news.images);
    },
    setLive(isLive: boolean): void {
      const { isLive: wasLive, pages } = store.state();
      if (isLive && !wasLive && pages !== null) void list();
      store.set({ isLive });
    },
    tick(): void {
      const { undo } = store.state();
      if (undo !== null && undo.until <= store.now()) store.set({ undo: null });
      else store.onChange();
    },
  };
}

function updateImages(loader: ImageLoader, images: readonly ShownImage[]): void {
  const { store } = loader;
  const { pages, pagesRev, added, selected } = store.state();
  const newRows = pages?.update(images) ?? 0;
  store.set({ pagesRev: pagesRev + 1, added: added + newRows });
  if (images.some(({ id }) => id === selected) && selected !== null) void updateSelected(loader, selected);
}

async function updateSelected(loader: ImageLoader, id: number): Promise<void> {
  const { store } = loader;
  const wasReading = store.state().detail?.result === null;
  await loadDetail(store, id);
  const { shown, selected } = store.state();
  // The picture could not be opened while the file was being read, but can be now.
  if (!wasReading || shown.state !== 'missing' || selected !== id) return;
  cancelOpening(loader);
  await loadPicture(loader, id);
}
