import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/contract/alert.ts';
import type { AnalysisResult } from '../../../src/contract/analysis-result.ts';
import { ERROR_CODES } from '../../../src/contract/errors.ts';
import {
  alertMessages,
  retainedAlert,
  type AlertOrigin,
} from '../../../src/publish/messages/alert-messages.ts';
import { healthMessage } from '../../../src/publish/messages/health-message.ts';
import { imageMessage } from '../../../src/publish/messages/image-message.ts';
import { infoMessage } from '../../../src/publish/messages/info-message.ts';
import { readRetainedAlert } from '../../../src/publish/read-retained-alert.ts';
import { technicalMessage } from '../../../src/publish/messages/technical-message.ts';
import { anAcknowledgedAlert, anAlert } from '../../alerts/an-alert.ts';

const origin: AlertOrigin = { site: 'jeonju', device: 'console-1', privacyFields: [] };
const ALERT_TOPIC = `bonewatch/v1/jeonju/ward/w3/alert/${anAlert().id}`;
const EVENT_TOPIC = 'bonewatch/v1/jeonju/ward/w3/event';

describe('alertMessages', () => {
  it('the current state is retained for displays that connect later, and the event goes to those that are connected', () => {
    const [retained, event] = alertMessages(origin, null, anAlert());

    expect(retained).toMatchObject({ topic: ALERT_TOPIC, qos: 1, retain: true, orderKey: anAlert().id });
    expect(retained).toMatchObject({ target: 'mqtt', ward: 'w3', alertId: anAlert().id, rev: anAlert().rev });
    expect(JSON.parse(retained?.payload ?? '')).toEqual({ ...anAlert(), device: 'console-1' });
    expect(event).toMatchObject({ topic: EVENT_TOPIC, qos: 1, retain: false, orderKey: anAlert().id });
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      schema: 'bonewatch.event/1',
      type: 'new',
      rev: 1,
      before: null,
      after: { id: anAlert().id },
    });
  });

  it('the address of its picture is published only if the hospital shows pictures, to each ward its own', () => {
    const { id } = anAlert();
    const alert = anAlert({ state: 'escalated', wards: ['w3', 'er'], newsRev: 4 });
    const thumbnails = (privacyFields: AlertOrigin['privacyFields']) =>
      alertMessages({ ...origin, privacyFields }, null, alert).map(({ payload }) => {
        const { thumbnail, after } = JSON.parse(payload) as { thumbnail?: string; after?: Alert };
        return thumbnail ?? after?.thumbnail;
      });

    expect(thumbnails([])).toEqual([undefined, undefined, undefined, undefined]);
    expect(thumbnails(['place'])).toEqual([undefined, undefined, undefined, undefined]);
    expect(thumbnails(['picture'])).toEqual(
      ['w3', 'er', 'w3', 'er'].map((ward) => `/api/ward/${ward}/alerts/${id}/picture?news=4`),
    );
  });

  it('has no picture any more once it is withdrawn', () => {
    const withdrawn = { by: 'Dr Han', reason: 'artefact', at: '2026-03-01T05:40:00Z' } as const;
    const shown = retainedAlert(
      { ...origin, privacyFields: ['picture'] },
      anAlert({ state: 'closed', withdrawn }),
    );

    expect(JSON.parse(shown[0]?.payload ?? '')).not.toHaveProperty('thumbnail');
  });

  it('comes back from the broker without the address of its picture', () => {
    const [retained] = retainedAlert({ ...origin, privacyFields: ['picture'] }, anAlert());

    expect(readRetainedAlert(Buffer.from(retained?.payload ?? ''))).toEqual({
      ...anAlert(),
      device: 'console-1',
    });
  });

  it('shows what changed', () => {
    const [, event] = alertMessages(origin, anAlert(), anAcknowledgedAlert());

    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      type: 'update',
      before: { state: 'open' },
      after: { state: 'acknowledged', acknowledgedBy: { name: 'Kim' } },
    });
  });

  it('clears a closed alert from the broker and ends its event', () => {
    const closed = anAcknowledgedAlert({ state: 'closed', rev: 3 });

    const [retained, event] = alertMessages(origin, anAcknowledgedAlert(), closed);

    expect(retained).toMatchObject({ topic: ALERT_TOPIC, payload: '', retain: true });
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({ type: 'end', rev: 3, after: null });
  });

  it('comes to a further ward as new, while its own ward gets the escalation', () => {
    const escalated = anAlert({
      rev: 2,
      state: 'escalated',
      wards: ['w3', 'er'],
      escalation: { step: 1, at: '2026-03-01T05:36:00Z', reason: 'not-acknowledged', isLouder: true },
    });

    const messages = alertMessages(origin, anAlert(), escalated);

    const published = messages.map(({ topic, payload }) => [
      topic,
      (JSON.parse(payload) as { type?: string }).type,
    ]);
    expect(published).toEqual([
      [ALERT_TOPIC, undefined],
      [ALERT_TOPIC.replace('w3', 'er'), undefined],
      [EVENT_TOPIC, 'update'],
      [EVENT_TOPIC.replace('w3', 'er'), 'new'],
    ]);
  });

  it('is new for programs once: when it sounds, not when it comes quietly', () => {
    const quiet = anAlert({ isQuiet: true });
    const typeOf = (before: Alert | null, after: Alert) =>
      (JSON.parse(alertMessages(origin, before, after)[1]?.payload ?? '') as { type: string }).type;

    expect(typeOf(null, quiet)).toBe('update');
    expect(typeOf(quiet, anAlert({ rev: 2 }))).toBe('new');
    expect(typeOf(quiet, anAcknowledgedAlert())).toBe('update');
    expect(typeOf(anAlert({ rev: 1 }), anAlert({ rev: 2, confidence: 0.7 }))).toBe('update');
  });

  it('stays with its reason when it was withdrawn, and is cleared without a second end', () => {
    const withdrawn = anAlert({
      rev: 2,
      state: 'closed',
      withdrawn: { by: 'Dr Han', reason: 'old-fracture', at: '2026-03-01T05:40:00Z' },
    });
    const cleared = { ...withdrawn, rev: 3, times: { ...withdrawn.times, cleared: '2026-03-01T06:10:00Z' } };

    const [shown, end] = alertMessages(origin, anAlert(), withdrawn);

    expect(JSON.parse(shown?.payload ?? '')).toMatchObject({ withdrawn: { reason: 'old-fracture' } });
    expect(JSON.parse(end?.payload ?? '')).toMatchObject({
      type: 'end',
      after: { withdrawn: { by: 'Dr Han' } },
    });
    expect(alertMessages(origin, withdrawn, cleared)).toMatchObject([{ topic: ALERT_TOPIC, payload: '' }]);
  });

  it('no change gives no message', () => {
    expect(alertMessages(origin, anAlert(), anAlert())).toEqual([]);
  });

  it('lets room and bed leave the device only where the hospital allows it', () => {
    const placed = anAlert({ place: { ward: 'w3', room: '311', bed: 'B' } });

    const everything = alertMessages(origin, placed, { ...placed, rev: 2 });
    const [allowed] = retainedAlert({ ...origin, privacyFields: ['place'] }, placed);

    expect(everything.map(({ payload }) => payload).join()).not.toContain('311');
    expect(JSON.parse(allowed?.payload ?? '')).toMatchObject({
      place: { ward: 'w3', room: '311', bed: 'B' },
    });
  });

  it('a published alert is read back unchanged', () => {
    const [message] = retainedAlert(origin, anAcknowledgedAlert());

    expect(readRetainedAlert(Buffer.from(message?.payload ?? ''))).toEqual({
      ...anAcknowledgedAlert(),
      device: 'console-1',
    });
    expect(readRetainedAlert(Buffer.from('{"schema":"bonewatch.alert/2"}'))).toBeNull();
    expect(readRetainedAlert(Buffer.from([0xff]))).toBeNull();
  });
});

describe('the messages of a device about itself', () => {
  it('publishes the result of an image without the path of its file, which may name a patient', () => {
    const result: AnalysisResult = {
      schema: 'bonewatch.result/1',
      file: '/inbox/KIM^YOUNGJA/1.dcm',
      sha256: 'ab',
      status: 'failed',
      reason: { code: 'DICOM_TRUNCATED', message: 'ends in the middle of an element' },
      image: null,
      outcome: null,
      score: null,
      findings: [],
      models: [],
      executionProvider: null,
      degraded: false,
      warnings: [],
      timingsMs: null,
      notForDiagnosis: true,
    };

    const message = imageMessage({ site: 'jeonju', device: 'console-1' }, result, {
      arrivalId: 7,
      writtenAt: 1_700_000_000_000,
    });

    expect(message).toMatchObject({ topic: 'bonewatch/v1/jeonju/console-1/image', qos: 1, retain: false });
    expect(message).toMatchObject({ orderKey: 'image-7', writtenAt: 1_700_000_000_000, alertId: null });
    expect(message.payload).not.toContain('KIM');
    expect(JSON.parse(message.payload)).toMatchObject({
      schema: 'bonewatch.result/1',
      rev: 1,
      status: 'failed',
    });
  });

  it('info and health are retained, each with schema and revision', () => {
    const ts = '2026-03-01T00:00:00Z';
    const info = infoMessage('jeonju', 'console-1', {
      rev: 2,
      versions: { bonewatch: '0.1.0' },
      models: [],
      executionProvider: 'cpu',
      engineBuild: { since: ts, usualSeconds: 480 },
      degraded: ['EXECUTION_PROVIDER_UNAVAILABLE'],
      undeliveredWards: [],
      auditCount: 3,
      auditHead: 'a'.repeat(64),
      ts,
    });
    const health = healthMessage('jeonju', 'console-1', {
      rev: 7,
      ts,
      queue: { waiting: 0, working: 1, outbox: 0 },
      watcher: { ok: true, inboxes: 1, unreachable: 0 },
      gpu: null,
      board: {
        ...{ powerMode: null, temperatureCelsius: null, slowedBy: [] },
        ...{ overCurrentEvents: null, memoryAvailableBytes: null },
      },
      disk: null,
      db: { ok: true, sizeBytes: null },
      lastImage: null,
      imagesToday: [],
      executionProvider: 'cpu',
      degraded: [],
      undeliveredWards: ['w5'],
    });

    expect(info).toMatchObject({ topic: 'bonewatch/v1/jeonju/console-1/info', qos: 1, retain: true });
    expect(JSON.parse(info.payload)).toMatchObject({
      schema: 'bonewatch.info/1',
      rev: 2,
      executionProvider: 'cpu',
      engineBuild: { since: ts, usualSeconds: 480 },
    });
    expect(health).toMatchObject({ topic: 'bonewatch/v1/jeonju/console-1/health', qos: 0, retain: true });
    expect(JSON.parse(health.payload)).toMatchObject({ schema: 'bonewatch.health/1', rev: 7 });
  });

  it('raises a technical alarm with what to do about it, and clears it', () => {
    const alarm = { rev: 1, since: '2026-03-01T00:00:00Z', subject: '/inbox' };

    const raised = technicalMessage('jeonju', 'console-1', 'INBOX_UNREACHABLE', alarm);
    const cleared = technicalMessage('jeonju', 'console-1', 'INBOX_UNREACHABLE', null);

    expect(JSON.parse(raised.payload)).toMatchObject({
      code: 'INBOX_UNREACHABLE',
      hint: ERROR_CODES.INBOX_UNREACHABLE.hint,
    });
    expect(cleared).toMatchObject({ topic: raised.topic, payload: '', retain: true });
  });
});
