import { describe, expect, it } from 'vitest';
import { laneOf } from '../../../../src/web/ward/state/lane-of.ts';
import { nextWardState } from '../../../../src/web/ward/state/next-ward-state.ts';
import { screenOf } from '../../../../src/web/ward/state/screen-of.ts';
import type { WardState } from '../../../../src/web/ward/state/ward-state.ts';
import { anAlert } from '../../../support/an-alert.ts';
import { aLiveWard, START } from '../a-live-ward.ts';

function degraded(state: WardState, ...codes: readonly string[]): WardState {
  return nextWardState(state, { type: 'info', at: START, degraded: codes, undeliveredWards: [] });
}

function withInboxes(state: WardState, count: number, unreachable: number): WardState {
  const health = { ts: '', lastImageAt: null, imagesToday: null, inboxes: { count, unreachable } };
  return nextWardState(state, {
    type: 'health',
    at: START,
    health: { ...health, degraded: ['INBOX_UNREACHABLE'], undeliveredWards: null },
    isRetained: false,
  });
}

describe('the machine lane of a ward', () => {
  it('shows that analysis is slower, with nothing to do', () => {
    expect(laneOf(degraded(aLiveWard(), 'EXECUTION_PROVIDER_UNAVAILABLE'))).toMatchObject({ kind: 'slow' });
  });

  it('shows the same when the board is throttled because of heat', () => {
    expect(laneOf(degraded(aLiveWard(), 'BOARD_SLOWED'))).toMatchObject({ kind: 'slow' });
  });

  it('shows that another machine has the identity of the display, unless the analysis has a problem', () => {
    const duplicate = nextWardState(aLiveWard(), { type: 'id-replaced', at: START, duplicateOf: 'wall' });

    expect(laneOf(duplicate)).toEqual({ kind: 'duplicate', code: null });
    expect(laneOf(degraded(duplicate, 'DISK_FULL'))).toMatchObject({ kind: 'stopped' });
    expect(
      laneOf(nextWardState(duplicate, { type: 'id-replaced', at: START, duplicateOf: null })),
    ).toBeNull();
  });

  it('does not show a problem without an effect on the ward', () => {
    const unnoticed = ['DISK_LOW', 'STORE_REPLACED', 'BOARD_OVER_CURRENT', 'MEMORY_LOW'];

    expect(laneOf(degraded(aLiveWard(), ...unnoticed))).toBeNull();
  });

  it.each(['DISK_FULL', 'STORE_FAILED', 'INBOX_UNREACHABLE', 'ANALYSIS_STOPPED'])(
    'never allows the quiet screen while %s prevents the analysis of images',
    (code) => {
      const stopped = degraded(aLiveWard(), 'EXECUTION_PROVIDER_UNAVAILABLE', code);

      expect(screenOf(stopped, START)).toMatchObject({ kind: 'not-live', reason: 'stopped' });
    },
  );

  it('shows that alerts of its own ward do not arrive before anything else, and never the quiet screen', () => {
    const info = {
      type: 'info',
      at: START,
      degraded: ['EXECUTION_PROVIDER_UNAVAILABLE', 'DISK_FULL'],
    } as const;
    const other = nextWardState(aLiveWard(), { ...info, undeliveredWards: ['w5'] });
    const own = nextWardState(aLiveWard(), { ...info, undeliveredWards: ['w3', 'w5'] });

    expect(laneOf(other)).toEqual({ kind: 'stopped', code: 'DISK_FULL' });
    expect(laneOf(own)).toEqual({ kind: 'undelivered', code: null });
    expect(screenOf(own, START)).toMatchObject({ kind: 'not-live', reason: 'undelivered' });
  });

  it('leaves open alerts on the screen while nothing new is analysed', () => {
    const stopped = degraded(aLiveWard(anAlert({ id: 'a' }, START)), 'DISK_FULL');

    expect(screenOf(stopped, START)).toMatchObject({ kind: 'alerts', rows: [{ id: 'a' }] });
    expect(laneOf(stopped)).toEqual({ kind: 'stopped', code: 'DISK_FULL' });
  });

  it('distinguishes one lost folder of several from the only one', () => {
    expect(laneOf(withInboxes(aLiveWard(), 3, 1))).toMatchObject({ kind: 'partly' });
    expect(laneOf(withInboxes(aLiveWard(), 3, 3))).toMatchObject({ kind: 'stopped' });
  });

  it('shows that the page is a stored copy until the server answers again', () => {
    const copy = nextWardState(aLiveWard(), {
      type: 'facts-refreshed',
      at: START,
      copyMadeAt: START - 60_000,
    });

    expect(laneOf(copy)).toEqual({ kind: 'copy', code: null });
    expect(laneOf(nextWardState(copy, { type: 'facts-refreshed', at: START, copyMadeAt: null }))).toBeNull();
  });

  it('is removed by the first message that no longer names the problem', () => {
    const health = {
      ts: '',
      lastImageAt: null,
      imagesToday: null,
      degraded: [],
      undeliveredWards: [],
      inboxes: null,
    };
    const well = nextWardState(degraded(aLiveWard(), 'DISK_FULL'), {
      type: 'health',
      at: START,
      health,
      isRetained: false,
    });

    expect(laneOf(well)).toBeNull();
  });
});
