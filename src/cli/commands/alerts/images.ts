import { openStore } from '../../../store/open-store.ts';
import { storePathOf } from '../../store-path.ts';
import { EXIT, print, printJson, table } from '../../terminal.ts';

export interface ImagesOptions {
  readonly config?: string;
  readonly status?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `images list`: the status of every file of the inboxes, newest first. */
export async function listImages({ config, status, limit, json }: ImagesOptions): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  const images = store.images.list({ limit, ...(status === undefined ? {} : { status }) });
  if (json) {
    printJson(images, 1);
    return EXIT.ok;
  }
  const rows = images.map(({ receivedAt, status: state, outcome, score, reason, file }) => [
    receivedAt,
    state,
    outcome ?? reason?.code ?? '',
    score === null ? '' : score.toFixed(2),
    file,
  ]);
  for (const line of table([['received', 'status', 'outcome', 'score', 'file'], ...rows])) print(line);
  return EXIT.ok;
}
