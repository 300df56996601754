import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BonewatchError } from '../../src/contract/errors.ts';
import type { Check } from '../../src/health/check.ts';
import { serveHealth } from '../../src/health/serve-health.ts';
import type { HealthOptions } from '../../src/health/serve-health.ts';

const noMetrics = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  render: () => Promise.resolve('up 1\n'),
};

function aHealthServer(options: Partial<HealthOptions> = {}) {
  const defaults = { listen: '127.0.0.1:0', version: '1.2.3', checks: [], readiness: [], metrics: noMetrics };
  return serveHealth({ ...defaults, ...options });
}

function aCheck(name: string, state: 'ok' | 'degraded' | 'failed'): Check {
  return { name, run: () => ({ state, message: `${name} is ${state}.` }) };
}

describe('serveHealth', () => {
  it('reports every check with its state and a sentence', async () => {
    await using server = await aHealthServer({
      checks: [aCheck('disk', 'ok'), aCheck('broker', 'degraded')],
    });

    const response = await fetch(`${server.url}/health`);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      version: '1.2.3',
      state: 'degraded',
      checks: [
        { name: 'disk', state: 'ok', message: 'disk is ok.' },
        { name: 'broker', state: 'degraded', message: 'broker is degraded.' },
      ],
    });
  });

  it('answers 503 as soon as one check has failed, and still names the others', async () => {
    await using server = await aHealthServer({ checks: [aCheck('disk', 'ok'), aCheck('store', 'failed')] });

    const response = await fetch(`${server.url}/health`);

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: [{ name: 'disk' }, { name: 'store' }] });
  });

  it('is not ready until everything an image needs is there, whatever else is wrong', async () => {
    let isLoaded = false;
    const model: Check = {
      name: 'model',
      run: () => ({ state: isLoaded ? 'ok' : 'failed', message: isLoaded ? 'Loaded.' : 'Loading.' }),
    };
    await using server = await aHealthServer({ checks: [aCheck('disk', 'failed')], readiness: [model] });

    const before = await fetch(`${server.url}/ready`);
    isLoaded = true;
    const after = await fetch(`${server.url}/ready`);

    expect([before.status, after.status]).toEqual([503, 200]);
  });

  it('counts a check that never answers as failed and answers in time itself', async () => {
    const hung: Check = { name: 'inbox', run: () => new Promise(() => {}) };
    await using server = await aHealthServer({ checks: [hung, aCheck('disk', 'ok')], checkDeadlineMs: 50 });

    const report = await (await fetch(`${server.url}/health`)).json();

    expect(report).toMatchObject({
      checks: [
        { name: 'inbox', state: 'failed', message: 'No answer within 0.05 s.' },
        { name: 'disk', state: 'ok', message: 'disk is ok.' },
      ],
    });
  });

  it('reports code and hint of a named failure, and not the message of any other error', async () => {
    const named: Check = {
      name: 'store',
      run: () => {
        throw new BonewatchError('STORE_FAILED', 'The database cannot be written.');
      },
    };
    const stray: Check = {
      name: 'inbox',
      run: () => Promise.reject(new TypeError('/inbox/KIM^YOUNGJA.dcm')),
    };
    await using server = await aHealthServer({ checks: [named, stray] });

    const text = await (await fetch(`${server.url}/health`)).text();

    expect(text).toContain('STORE_FAILED');
    expect(text).not.toContain('KIM');
  });

  it('is never cached, takes no writes and runs nothing a browser could be fed', async () => {
    await using server = await aHealthServer();

    const response = await fetch(`${server.url}/health`);
    const write = await fetch(`${server.url}/health`, { method: 'POST', body: 'x' });

    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(write.status).toBe(404);
  });

  it('gives Prometheus its own content type', async () => {
    await using server = await aHealthServer();

    const response = await fetch(`${server.url}/metrics`);

    expect(response.headers.get('content-type')).toBe(noMetrics.contentType);
    expect(await response.text()).toBe('up 1\n');
  });

  it('a taken port is PORT_IN_USE and not a stack trace', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;

    await expect(aHealthServer({ listen: `127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
    other.close();
  });

  it('stops listening when it is disposed, also while a client holds its connection open', async () => {
    const server = await aHealthServer();
    await fetch(`${server.url}/health`);

    await server[Symbol.asyncDispose]();

    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
