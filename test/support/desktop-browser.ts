import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { findChromium } from './chromium.ts';
import { waitUntil } from './wait-until.ts';

/** A tab of a browser in which a tab behind another one, and one of a minimised window, is hidden. */
export interface DesktopTab {
  /** The value of an expression in the page; promises are awaited. */
  evaluate<T>(expression: string): Promise<T>;
  goto(url: string): Promise<void>;
  /** Runs a script before those of every page that the tab opens. */
  addInitScript(source: string): Promise<void>;
  bringToFront(): Promise<void>;
  setWindow(state: 'minimized' | 'normal'): Promise<void>;
  screenshot(): Promise<Buffer>;
}

export interface DesktopBrowser extends AsyncDisposable {
  /** A new tab in front of the others. */
  openTab(): Promise<DesktopTab>;
}

const SIZE = '1920,1080';

/** Starts Chromium without Playwright, which makes every page visible. */
export async function startDesktopBrowser(): Promise<DesktopBrowser> {
  const executable = findChromium();
  if (executable === null) throw new Error('no Chromium is installed');
  const profile = await mkdtemp(join(tmpdir(), 'bonewatch-browser-'));
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const own = [`--user-data-dir=${profile}`, `--window-size=${SIZE}`, 'about:blank'];
  // In a process group of its own, so that it ends with its helper processes.
  const browser = spawn(executable, [...args, ...own], { stdio: 'ignore', detached: true });
  const port = await waitUntil(
    'the browser',
    async () =>
      (await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '')).split('\n')[0] ||
      undefined,
    30_000,
  );
  const request = (path: string, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/json/${path}`, { method });
  return {
    async openTab() {
      const { id, webSocketDebuggerUrl } = (await (await request('new?about:blank', 'PUT')).json()) as Target;
      const call = await connectTab(webSocketDebuggerUrl);
      return createTab(call, async () => {
        await request(`activate/${id}`);
      });
    },
    async [Symbol.asyncDispose]() {
      const exited = once(browser, 'exit');
      if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

interface Target {
  readonly id: string;
  readonly webSocketDebuggerUrl: string;
}

type Answer = Readonly<Record<string, unknown>>;
type Call = (method: string, params?: Readonly<Record<string, unknown>>) => Promise<Answer>;

function createTab(call: Call, bringToFront: () => Promise<void>): DesktopTab {
  async function evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await call('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T } | undefined)?.value as T;
  }

  return {
    evaluate,
    async goto(url) {
      await call('Page.navigate', { url });
    },
    addInitScript: async (source) => {
      await call('Page.enable');
      await call('Page.addScriptToEvaluateOnNewDocument', { source });
    },
    bringToFront,
    async setWindow(windowState) {
      const { windowId } = await call('Browser.getWindowForTarget');
      await call('Browser.setWindowBounds', { windowId, bounds: { windowState } });
    },
    screenshot: async () => Buffer.from(String((await call('Page.captureScreenshot')).data), 'base64'),
  };
}

async function connectTab(url: string): Promise<Call> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (answer: Answer) => void>();
  let calls = 0;
  socket.on('message', (data) => {
    const { id, result } = JSON.parse((data as Buffer).toString('utf8')) as { id?: number; result?: Answer };
    if (id === undefined) return;
    waiting.get(id)?.(result ?? {});
    waiting.delete(id);
  });
  await once(socket, 'open');
  return (method, params = {}) =>
    new Promise((resolve) => {
      calls += 1;
      waiting.set(calls, resolve);
      socket.send(JSON.stringify({ id: calls, method, params }));
    });
}
