import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { Decoder } from '../../analysis/open-decoder.ts';
import type { AnalysisPart } from '../analysis-part.ts';
import type { CopySize, MarkedCopies as Copies } from '../../radiograph/pictures/mark-copies.ts';
import { sourceOf } from '../claimed-file.ts';
import type { Store } from '../../store/open-store.ts';

/** The radiographs of alerts as the wards may see them: small, with their findings drawn on them. */
export interface MarkedCopies {
  /**
   * The copy of the image with the surest finding of an alert's study. Null if `privacy.fields` does not include
   * `picture`, or if no such alert waits on that ward.
   * Throws PICTURE_WITHHELD if the file declares burned-in text, FILE_VANISHED if the file is gone or holds another
   * image, or the reason why it cannot be decoded.
   */
  read(alertId: string, ward: string, size: CopySize): Promise<MarkedCopy | null>;
}

interface MarkedCopy {
  readonly jpeg: Uint8Array;
  /** Row of the image in the ledger. */
  readonly imageId: number;
}

interface MarkedCopyDeps {
  readonly config: Pick<Config, 'privacy'>;
  readonly store: Pick<Store, 'alerts' | 'results' | 'search'>;
  readonly decoder: Pick<Decoder, 'mark'>;
  readonly analysis: Pick<AnalysisPart, 'thresholds'>;
}

/** More than wards show at a time, and less than 10 MB. */
const MAX_CACHED = 64;

/**
 * Copies are made on request from the files, which are opened for reading only. They are cached in memory alone, those of
 * closed alerts until the next is made: none is on the disk, in a backup, or outlives its retention.
 */
export function createMarkedCopies(deps: MarkedCopyDeps): MarkedCopies {
  const { config, store } = deps;
  const cached = new Map<string, { readonly key: string; readonly copies: Promise<Copies> }>();

  function isWaiting(alertId: string, ward: string): boolean {
    const alert = store.alerts.get(alertId);
    return alert !== undefined && alert.state !== 'closed' && alert.wards.includes(ward);
  }

  /** Concurrent requests for a copy share one rendering; a failure is not cached. */
  function copiesOf(alertId: string, view: ChosenView): Promise<Copies> {
    const key = `${view.imageId} ${view.finishedAt}`;
    const known = cached.get(alertId);
    if (known?.key === key) return known.copies;
    for (const id of cached.keys()) {
      if (cached.size >= MAX_CACHED || store.alerts.get(id)?.state === 'closed') cached.delete(id);
    }
    const copies = markView(view, deps);
    cached.set(alertId, { key, copies });
    copies.catch(() => cached.get(alertId)?.copies === copies && cached.delete(alertId));
    return copies;
  }

  return {
    async read(alertId, ward, size) {
      if (!config.privacy.fields.includes('picture') || !isWaiting(alertId, ward)) return null;
      const studyKey = store.alerts.studyKeyOf(alertId);
      const view = studyKey === undefined ? null : surestView(store.results.ofStudy(studyKey));
      if (view === null) return null;
      const copies = await copiesOf(alertId, view);
      return { jpeg: copies[size], imageId: view.imageId };
    },
  };
}

/** Decodes the file of a view and draws its findings on it. */
async function markView(
  { imageId, result }: ChosenView,
  { store, decoder, analysis }: MarkedCopyDeps,
): Promise<Copies> {
  const file = store.search.fileOf(imageId);
  if (file === undefined) throw new BonewatchError('FILE_VANISHED', `Image ${imageId} is no longer stored.`);
  const { definite } = await analysis.thresholds();
  const marks = result.findings.map(({ box, confidence }) => ({ box, isDefinite: confidence >= definite }));
  const { copies, sha256 } = await decoder.mark(sourceOf(file), marks);
  if (sha256 !== result.sha256)
    throw new BonewatchError('FILE_VANISHED', `The file of image ${imageId} now holds another image.`);
  if (copies === null)
    throw new BonewatchError('PICTURE_WITHHELD', `Image ${imageId} declares burned-in text.`);
  return copies;
}

interface ChosenView {
  readonly imageId: number;
  /** The same image may have been analysed again. */
  readonly finishedAt: number;
  readonly result: AnalysisResult;
}

/** The image with the surest finding, the earliest among equals; null if there is no finding. */
function surestView(
  images: readonly (Omit<ChosenView, 'imageId'> & { readonly arrivalId: number })[],
): ChosenView | null {
  const sure = ({ findings }: AnalysisResult): number =>
    Math.max(0, ...findings.map(({ confidence }) => confidence));
  const [surest] = images
    .filter(({ result }) => result.findings.length > 0)
    .toSorted((a, b) => sure(b.result) - sure(a.result));
  if (surest === undefined) return null;
  const { arrivalId, finishedAt, result } = surest;
  return { imageId: arrivalId, finishedAt, result };
}
