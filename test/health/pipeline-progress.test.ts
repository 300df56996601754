import { describe, expect, it } from 'vitest';
import { pipelineProgress } from '../../src/health/pipeline-progress.ts';
import type { PipelineFacts } from '../../src/health/pipeline-progress.ts';

const MINUTE = 60_000;
const limits = { stalledAfterMs: 2 * MINUTE, rescanSilentAfterMs: 5 * MINUTE };
const nowMs = 1_000 * MINUTE;

function isMoving(facts: Partial<PipelineFacts>): boolean {
  const idle = { startedMs: 0, oldestWaitingMs: null, lastFinishedMs: null, lastRescanMs: nowMs };
  return pipelineProgress({ ...idle, ...facts }, limits, nowMs).isMoving;
}

describe('pipelineProgress', () => {
  it('a quiet night counts as healthy', () => {
    expect(isMoving({ lastFinishedMs: nowMs - 600 * MINUTE })).toBe(true);
  });

  it('calls it stuck when an image waits and nothing was finished for too long', () => {
    expect(isMoving({ oldestWaitingMs: nowMs - 3 * MINUTE, lastFinishedMs: nowMs - 3 * MINUTE })).toBe(false);
  });

  it('gives the first image after a quiet night its whole time', () => {
    expect(isMoving({ oldestWaitingMs: nowMs - MINUTE, lastFinishedMs: nowMs - 600 * MINUTE })).toBe(true);
  });

  it('a long queue counts as progress as long as images are finished', () => {
    expect(isMoving({ oldestWaitingMs: nowMs - 60 * MINUTE, lastFinishedMs: nowMs - MINUTE })).toBe(true);
  });

  it('gives a queue left over from before the restart the time since the start', () => {
    expect(isMoving({ oldestWaitingMs: 0, startedMs: nowMs - MINUTE })).toBe(true);
    expect(isMoving({ oldestWaitingMs: 0, startedMs: nowMs - 3 * MINUTE })).toBe(false);
  });

  it('detects a watcher that stopped rescanning although nothing waits', () => {
    expect(isMoving({ lastRescanMs: nowMs - 6 * MINUTE })).toBe(false);
    expect(isMoving({ lastRescanMs: null, startedMs: nowMs - 6 * MINUTE })).toBe(false);
    expect(isMoving({ lastRescanMs: null, startedMs: nowMs - MINUTE })).toBe(true);
  });

  it('the message gives the administrator the reason', () => {
    const facts = { startedMs: 0, oldestWaitingMs: 0, lastFinishedMs: null, lastRescanMs: nowMs };

    expect(pipelineProgress(facts, limits, nowMs).message).toBe(
      'Images are waiting, but none has been finished for 1000 minutes.',
    );
  });
});
