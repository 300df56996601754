import { isBonewatchError } from '../../contract/errors.ts';
import { firstViewWithin } from '../access/first-view-within.ts';
import type { Route } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';

export interface WardPictureDeps {
  readonly copies: {
    /** The marked copy of an open alert of a ward; null if there is none to show. */
    read(
      alertId: string,
      ward: string,
      size: 'large' | 'row',
    ): Promise<{ readonly jpeg: Uint8Array; readonly imageId: number } | null>;
  };
  readonly recordAudit: RecordAudit;
  readonly now: () => Date;
}

const CONCURRENCY = { max: 48, maxPerHolder: 12 };
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/**
 * The marked copy of an alert's radiograph, for displays of the ward and people who signed in. Browsers do not cache it.
 * 404 if it cannot be shown: the page then shows the alert without it.
 */
export function wardPictureRoute({ copies, recordAudit, now }: WardPictureDeps): Route {
  const isFirstView = firstViewWithin(now);
  return {
    method: 'GET',
    path: '/api/ward/:ward/alerts/:id/picture',
    minimumRole: 'display',
    concurrency: CONCURRENCY,
    isBackground: true,
    async handle({ principal, params, query }, reply) {
      const { ward = '', id = '' } = params;
      const size = query['size'] === 'row' ? 'row' : 'large';
      if (!ULID.test(id)) return reply.code(404).send({ error: 'not-found' });
      try {
        const copy = await copies.read(id, ward, size);
        if (copy === null) return await reply.code(404).send({ error: 'not-found' });
        if (isFirstView(principal, id))
          recordAudit(principal, {
            kind: 'alert-picture-viewed',
            subject: id,
            detail: { ward, image: copy.imageId },
          });
        return await reply.type('image/jpeg').send(copy.jpeg);
      } catch (error) {
        if (!isBonewatchError(error) || error.code === 'NOT_READY') throw error;
        return reply.code(404).send({ error: error.code });
      }
    },
  };
}
