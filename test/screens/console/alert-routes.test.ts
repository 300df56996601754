import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { anAlert, anArrival, aResult } from '../../store/a-store.ts';
import { buildPages, type BuiltPages } from '../../support/build-pages.ts';
import { openScreensFixture, send, type ScreensFixture } from '../../support/screens-fixture.ts';

const USERS = { Viewer: 'viewer', Nurse: 'nurse', Radiographer: 'radiographer' } as const;

let pages: BuiltPages;
beforeAll(async () => {
  pages = await buildPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

function raise({ store }: ScreensFixture, facts: Parameters<typeof anAlert>[0] = {}) {
  const alert = anAlert({ place: { ward: 'w3', room: null, bed: null }, wards: ['w3'], ...facts });
  const record = { result: aResult(), studyKey: alert.id, alertChanges: [alert], outbox: [] };
  store.results.record({ arrivalId: anArrival(store, `${alert.id}.dcm`), ...record });
  return alert;
}

describe('ending an alert', () => {
  it('an alert is withdrawn by a radiographer who signed in, in the name of the account', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    const { id } = raise(fixture);
    const url = `${fixture.url}/api/alerts/${id}/withdraw`;
    const body = { reason: 'old-fracture' };
    const headers = await fixture.signIn('Radiographer');
    const answer = async (sent: object, more: Record<string, string>) => {
      const response = await send(url, sent, { headers: more });
      return [response.status, await response.json()];
    };

    const { cookie = '' } = headers;
    expect(await answer(body, {})).toEqual([401, { error: 'signed-out' }]);
    expect(await answer(body, { cookie })).toEqual([403, { error: 'csrf' }]);
    expect(await answer(body, (await fixture.pair('w3')).headers)).toEqual([403, { error: 'forbidden' }]);
    expect(await answer(body, await fixture.signIn('Nurse'))).toEqual([403, { error: 'forbidden' }]);
    expect(await answer({ ...body, by: 'Dr Han' }, headers)).toEqual([400, { error: 'invalid' }]);
    expect(await answer({ reason: 'Mrs Kim' }, headers)).toEqual([400, { error: 'invalid' }]);
    expect(fixture.store.alerts.get(id)).toMatchObject({ state: 'open', withdrawn: null });

    expect(await answer(body, headers)).toEqual([200, { ended: true }]);
    expect(fixture.store.alerts.get(id)).toMatchObject({
      state: 'closed',
      withdrawn: { by: 'Radiographer', reason: 'old-fracture' },
    });
    expect(fixture.store.audit.latest(1)).toMatchObject([
      { kind: 'alert-withdrawn', actor: 'Radiographer', subject: id, detail: { reason: 'old-fracture' } },
    ]);
  });

  it('an acknowledged alert is closed by a nurse who signed in, an open one is not', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    const { id } = raise(fixture);
    const headers = await fixture.signIn('Nurse');
    const close = async (alert: string, more = headers) => {
      const response = await send(`${fixture.url}/api/alerts/${alert}/close`, {}, { headers: more });
      return [response.status, await response.json()];
    };

    expect(await close(id, await fixture.signIn('Viewer'))).toEqual([403, { error: 'forbidden' }]);
    expect(await close('01UNKNOWN')).toEqual([404, { error: 'not-found' }]);
    expect(await close(id)).toEqual([409, { error: 'not-acknowledged' }]);

    const seen = raise(fixture, { id: '01ARZ3NDEKTSV4RRFFQ69G5FAW', state: 'acknowledged' });
    expect(await close(seen.id)).toEqual([200, { ended: true }]);
    expect(fixture.store.alerts.get(seen.id)).toMatchObject({ state: 'closed' });
    expect(fixture.store.audit.latest(1)).toMatchObject([{ kind: 'alert-closed', actor: 'Nurse' }]);
  });

  it('no alert is ended from the pages while they are open to this machine without users', async () => {
    await using fixture = await openScreensFixture({ pages: pages.folder });
    const { id } = raise(fixture);
    const me = (await (await fetch(`${fixture.url}/api/me`)).json()) as { csrfToken: string };
    const headers = { 'x-csrf-token': me.csrfToken };

    const response = await send(`${fixture.url}/api/alerts/${id}/withdraw`, { reason: 'other' }, { headers });

    expect([response.status, await response.json()]).toEqual([403, { error: 'sign-in-required' }]);
    expect(fixture.store.alerts.get(id)).toMatchObject({ state: 'open' });
  });
});
